"""Nodes of the category transform; one file each."""
