"""The practice forge: a small server of our own that speaks the part of Gitea's HTTP API that the crew uses, with real git."""
