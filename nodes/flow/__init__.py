"""Nodes of the category flow; one file each."""
