"""The sentences: rule chains as data, each with its scenarios."""
