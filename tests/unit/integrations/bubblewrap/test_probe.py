"""What is said about a machine that cannot run a sandbox names the command that mends it."""

from pathlib import Path

import pytest

from forgecrew.integrations.bubblewrap.advice import advice


@pytest.mark.parametrize(
    ("file", "value", "remedy"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
        ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=15000"),
    ],
)
def test_a_blocked_user_namespace(tmp_path: Path, file: str, value: str, remedy: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(f"{value}\n")
    assert remedy in advice("bwrap: no", tmp_path)


def test_an_unknown_reason_is_told_as_it_is(tmp_path: Path) -> None:
    said = advice("bwrap: Creating new namespace failed", tmp_path)
    assert said.startswith("bwrap: Creating new namespace failed.")
    assert "container" in said
