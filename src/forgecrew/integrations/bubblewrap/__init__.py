"""Sandboxes on one Linux machine by bubblewrap: namespaces, control groups, an own user id and a syscall filter."""
