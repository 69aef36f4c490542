"""The index of code: what files define, call and import by the hash of their content, and what commits changed."""
