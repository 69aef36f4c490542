"""What we need from the world: one Protocol file per need."""
