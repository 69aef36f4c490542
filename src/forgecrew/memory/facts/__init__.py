"""Facts that a model finds in what people said, in idle time: bound to a quote, never deleted, superseded by newer ones."""
