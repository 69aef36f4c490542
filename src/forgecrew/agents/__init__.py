"""How one of them thinks."""
