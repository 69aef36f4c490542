"""Nouns and rules: what the crew talks about, standard library only."""
