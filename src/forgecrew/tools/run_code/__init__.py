"""Runs a program of one language in a sandbox and reads its error: for code runs, and as a tool of the model."""

from forgecrew.tools.run_code.run import ProgramRun, run_program
from forgecrew.tools.run_code.tool import tool

__all__ = ["ProgramRun", "run_program", "tool"]
