"""REST for people, programs and the editor: one blueprint per kind of thing."""
