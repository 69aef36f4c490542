"""The practice forge's resources: one file per kind of thing, each with its list of operations."""
