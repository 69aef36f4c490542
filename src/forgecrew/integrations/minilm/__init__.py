"""MiniLM-L6 in our own process: English sentence vectors without a server and without torch."""
