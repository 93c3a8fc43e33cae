"""The vocabulary: one file per node, the folder is its category, none knows another."""
