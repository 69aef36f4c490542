"""Podman without root, as a user of this machine who has subordinate ids."""
