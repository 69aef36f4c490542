"""The triager reads a new issue, labels it and asks what is missing."""
