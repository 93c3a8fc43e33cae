"""The faces: HTTP, the page and the command line. quart and hypercorn live only here."""
