"""Nodes of the category filter; one file each."""
