"""The certificates of this machine, loaded once: httpx loads them for each client, which takes 20 ms of computing."""

import httpx

CERTIFICATES = httpx.create_ssl_context(trust_env=False)
"""Given as `verify`, where clients are made often: to wait for something, or for each request."""
