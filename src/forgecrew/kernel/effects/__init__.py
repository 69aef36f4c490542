"""How each kind of intent becomes an effect: one file per kind."""
