"""Memory that people read and edit as pages: decisions, lessons, preferences, with source, date and expiry."""
