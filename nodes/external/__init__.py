"""Nodes of the category external; one file each."""
