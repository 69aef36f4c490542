"""A headless Chromium in a sandbox of its own."""
