"""Runs a repository's own tests in its sandbox and counts what came of it; not a tool of the model."""

from forgecrew.tools.run_tests.detect import find_test_command
from forgecrew.tools.run_tests.run import TestRun, run_tests

__all__ = ["TestRun", "find_test_command", "run_tests"]
