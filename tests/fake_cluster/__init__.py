"""A cluster for tests: real HTTP, agent-sandbox's schemas, and pods that are bubblewrap sandboxes; no Kubernetes needed."""
