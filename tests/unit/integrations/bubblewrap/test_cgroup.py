"""Control groups of version 2, laid out in an ordinary folder as the kernel lays them out."""

from pathlib import Path

import pytest

from forgecrew.core.sandbox import Profile
from forgecrew.integrations.bubblewrap import group_label, group_search
from forgecrew.integrations.bubblewrap.maker import maker


@pytest.fixture
def second(tmp_path: Path) -> tuple[Path, Path]:
    """The root of a version-2 hierarchy in which a user slice is delegated, and the file that tells our own place."""
    root = tmp_path / "cgroup"
    here = root / "user.slice/user-1000.slice/user@1000.service/app.slice/term.scope"
    here.mkdir(parents=True)
    (root / "cgroup.controllers").write_text("cpu memory pids\n")
    for folder, given in ((root, ""), (here.parents[1], "cpu memory pids\n"), (here.parent, "memory pids\n"), (here, "")):
        (folder / "cgroup.subtree_control").write_text(given)
    own = tmp_path / "own"
    own.write_text("0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope\n")
    return root, own


def test_the_highest_folder_with_controllers_is_used(second: tuple[Path, Path]) -> None:
    found = group_search.detect(*second)
    assert found is not None
    assert found.version == 2
    assert set(found.folders) == {"memory", "pids", "cpu"}
    ours = found.folders["memory"]
    assert ours.parent.name == "user@1000.service"
    assert (ours / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"


def test_limits_are_written_and_counters_read(second: tuple[Path, Path]) -> None:
    found = group_search.detect(*second)
    assert found is not None
    group = found.claim(found.spare("scope"), "scope", "box", Profile(memory_bytes=1 << 20, pids=7, cpu=0.5))
    folder = group.folders["memory"]
    assert {name: (folder / name).read_text() for name in ("memory.max", "memory.swap.max", "pids.max", "cpu.max")} == {
        "memory.max": "1048576", "memory.swap.max": "0", "pids.max": "7", "cpu.max": "50000 100000",
    }  # fmt: skip
    assert group.join_files == [str(folder / "cgroup.procs")]
    (folder / "memory.events").write_text("low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n")
    (folder / "pids.events").write_text("max 5\n")
    (folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (folder / "memory.peak").write_text("4096\n")
    assert (group.oom_kills(), group.forks_refused(), group.cpu_seconds(), group.peak_memory_bytes()) == (2, 5, 1.5, 4096)
    assert list(found.groups("scope")) == [folder.name]
    assert not group_label.is_orphan(folder.name)
    namespace, pid, _ = maker().split(".")
    assert group_label.is_orphan(f"scope.box.0.{namespace}.{pid}.1")
    assert group_label.is_orphan(f"scope.box.0.{namespace}.999999999.1")
    assert not group_label.is_orphan(f"scope.box.0.1{namespace}.999999999.1")  # of another process namespace nobody can tell


def test_without_controllers_there_is_none(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("0::/\n")
    (tmp_path / "cgroup.controllers").write_text("")
    (tmp_path / "cgroup.subtree_control").write_text("")
    assert group_search.detect(tmp_path, own) is None
    assert group_search.detect(tmp_path / "absent", tmp_path / "absent") is None
