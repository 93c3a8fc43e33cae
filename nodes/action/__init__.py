"""Nodes of the category action; one file each."""
