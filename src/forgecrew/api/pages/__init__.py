"""Pages for people: rendered on the server, readable without scripts, brought up to date while they are open."""
