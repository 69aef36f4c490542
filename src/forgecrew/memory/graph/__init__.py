"""Structured questions to memory."""
