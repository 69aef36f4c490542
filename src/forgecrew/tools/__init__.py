"""What hands can do: one file per tool."""
