"""The reviewer reads a pull request, runs its tests and submits one review with a verdict."""
