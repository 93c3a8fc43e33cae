"""Nodes of the category enrichment; one file each."""
