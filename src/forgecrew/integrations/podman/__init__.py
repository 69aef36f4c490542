"""Sandboxes in containers of an OCI engine: podman or docker, over runc, crun or gVisor's runsc."""
