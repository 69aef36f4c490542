"""Sandboxes as pods of a Kubernetes cluster, by agent-sandbox and its Python client."""
