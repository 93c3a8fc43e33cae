"""The idea: messages through graphs. No web server here, no SQL outside store/, no node by name."""
