"""The sections of forgecrew.toml, one file each: every key with its meaning, its default and its bounds."""
