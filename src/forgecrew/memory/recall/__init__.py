"""Recall without being asked."""
