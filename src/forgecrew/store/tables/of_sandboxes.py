"""Registers tables. Sandboxes and what is in them: code runs, versions of files, apps, ways out."""

from forgecrew.store.tables import app, code_attempt, code_run, command_use, egress_refusal, file_restore, file_version, sandbox

__all__ = ["app", "code_attempt", "code_run", "command_use", "egress_refusal", "file_restore", "file_version", "sandbox"]
