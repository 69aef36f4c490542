"""Scopes of systemd, with programs of our own that take its part: what it is asked for, and a sandbox that begins in one."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap import scopes
from forgecrew.integrations.bubblewrap.ground import Ground
from forgecrew.integrations.bubblewrap.group_label import is_orphan
from forgecrew.integrations.bubblewrap.probe import strongest
from forgecrew.integrations.bubblewrap.spares import Spares
from forgecrew.sandboxing.box import Box

# As systemd answers, and as it starts a program in a scope: a folder named after the unit, then the program in its place.
CONTROL = """#!/bin/sh
case "$*" in *"show --property=ControlGroup --value -- -.slice") echo /user.slice ;; *) exit 1 ;; esac
"""
RUN = """#!/bin/sh
echo "$@" >> {asked}
for word; do
  shift
  case "$word" in
    --unit=*) mkdir -p "{top}/forgecrew.slice/${{word#--unit=}}" ;;
    --) break ;;
  esac
done
exec "$@"
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where groups would be mounted; a systemd that divides memory and processes of `/user.slice` answers."""
    programs, root = tmp_path / "bin", tmp_path / "cgroup"
    top = root / "user.slice"
    for folder in (programs, top):
        folder.mkdir(parents=True)
    (top / "cgroup.controllers").write_text("memory pids\n")
    for name, text in (("systemctl", CONTROL), ("systemd-run", RUN.format(asked=tmp_path / "asked", top=top))):
        (programs / name).write_text(text)
        (programs / name).chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    return root


def test_what_systemd_divides_is_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = scopes.detect(root)
    assert found is not None
    assert found.folders == {name: root / "user.slice/forgecrew.slice" for name in ("memory", "pids")}
    (root / "user.slice/cgroup.controllers").write_text("\n")
    assert scopes.detect(root) is None
    monkeypatch.setenv("PATH", "/nowhere")
    assert scopes.detect(root) is None


async def test_a_sandbox_begins_in_a_scope_with_its_limits(root: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    machine = replace(await strongest(tmp_path / "s", cgroups=False, own_uid=True), hierarchy=scopes.detect(root))
    spares = Spares(machine, "test", keep=False)
    ground = Ground(SandboxSpec("one"), tmp_path / "s" / "one", machine.uid("one", set()), machine, spares)
    await ground.make()
    box = Box(ground)
    try:
        profile = Profile(memory_bytes=64 << 20, cpu=0.5, pids=33)
        result = await box.exec(Command(("sh", "-c", "echo said; exit 3"), profile=profile))
        assert (result.reason, result.exit_code, result.text) == ("exit", 3, "said\n")
    finally:
        await box.destroy()
        spares.drop()
        await spares.settle()
    words = (tmp_path / "asked").read_text().split(" -- ")[0].split()
    assert {"--scope", "--quiet", "--collect", "--slice=forgecrew.slice"} <= set(words)
    bounds = {word.removeprefix("--property=") for word in words if word.startswith("--property=")}
    assert bounds == {"MemoryMax=67108864", "MemorySwapMax=0", "TasksMax=33", "CPUQuota=50%"}


def test_scopes_of_dead_makers_are_told_apart(root: Path) -> None:
    found = scopes.detect(root)
    assert found is not None
    group = found.claim(found.spare("scope"), "scope", "box", Profile())
    mine, dead = next(iter(group.folders.values())), "scope.box.0.1.999999999.1.scope"
    for name in (mine.name, dead):
        (root / "user.slice/forgecrew.slice" / name).mkdir(parents=True)
    assert sorted(found.groups("scope")) == sorted([mine.name.removesuffix(".scope"), "scope.box.0.1.999999999.1"])
    assert group.join_files == []
    assert not is_orphan(mine.name.removesuffix(".scope"))
    found.sweep()
    assert mine.is_dir()
