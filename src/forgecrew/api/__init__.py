"""Doors for machines and browsers: webhooks, tasks, runs, a live stream, health, and two pages."""
