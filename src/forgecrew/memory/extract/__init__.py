"""What an event tells, found without a model."""
