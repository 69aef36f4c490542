"""The engine: what is said when it, its runtime, its service or an image is missing, and which words it is given."""

import os
import stat
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.errors import ConfigError, SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.podman.arguments import Plan, run_words
from forgecrew.integrations.podman.engine import Engine
from forgecrew.integrations.podman.names import container_name, is_orphan, sandbox_of
from forgecrew.integrations.podman.sandbox import backend
from forgecrew.integrations.podman.script import command_script
from forgecrew.sandboxing.wish import Wish


def program(folder: Path, name: str, script: str) -> None:
    """An engine of our own that says what a real one would."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(stat.S_IRWXU)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs are looked for: nothing but what the test puts there, and the shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("forgecrew.integrations.podman.engine.may_start_containers", lambda: True)
    return folder


@pytest.mark.parametrize(
    ("engine", "said"), [("podman", "apt install podman"), ("docker", "docs.docker.com"), ("lxc", "use podman or")]
)
async def test_a_missing_engine_is_told_with_its_remedy(tmp_path: Path, path: Path, engine: str, said: str) -> None:
    with pytest.raises(SandboxUnavailable, match=said):
        await backend(tmp_path / "s", engine=engine).probe()


async def test_a_service_that_does_not_answer_is_told(tmp_path: Path, path: Path) -> None:
    program(path, "docker", "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; exit 1")
    with pytest.raises(SandboxUnavailable, match=r"does not answer: Cannot connect.*systemctl enable --now docker"):
        await backend(tmp_path / "s", engine="docker").probe()
    program(path, "podman", "exit 0")
    with pytest.raises(SandboxUnavailable, match=r"no podman service at .*systemctl enable --now podman.socket"):
        await backend(tmp_path / "s", socket=str(tmp_path / "none.sock")).probe()


async def test_a_missing_runtime_is_told(tmp_path: Path, path: Path) -> None:
    program(path, "docker", "echo 'io.containerd.runc.v2 runc '")
    with pytest.raises(SandboxUnavailable, match=r"sandbox.runtime asks for runsc"):
        await backend(tmp_path / "s", engine="docker", runtime="runsc").probe()
    program(
        path, "podman", """case "$*" in *info*) echo "Error: default OCI runtime \\"runsc\\" not found" >&2; exit 125;; esac"""
    )
    with pytest.raises(SandboxUnavailable, match=r"has no runtime 'runsc'"):
        await backend(tmp_path / "s", runtime="runsc").probe()


async def test_a_missing_image_is_told_with_the_command_that_gets_it(tmp_path: Path, path: Path) -> None:
    program(path, "docker", "echo 'Error: No such image: example/crew:1' >&2; exit 1")
    with pytest.raises(SandboxUnavailable, match=r"docker pull example/crew:1"):
        await backend(tmp_path / "s", engine="docker", image="example/crew:1").probe()


async def test_images_are_given_as_set_and_image(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sandbox.images"):
        backend(tmp_path / "s", images=["example/crew:1"])


@pytest.mark.parametrize("name", ["podman", "docker"])
def test_both_engines_are_given_walls(tmp_path: Path, name: str) -> None:
    engine = Engine(name, (name,), service=True, rootful=True)
    plan = Plan(SandboxSpec("one", mounts=("/opt",)), tmp_path, None, engine, "scope", image="example/crew:1")
    words = run_words(plan, Profile(pids=10), "n", tmp_path, gate=True)
    for wanted in (
        "--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--log-driver=none", "--rm",
        "--pids-limit=18", "--user=1000:1000", "--volume=/opt:/opt:ro", f"--volume={tmp_path / 'workspace'}:/workspace:rw",
    ):  # fmt: skip
        assert wanted in words
    assert words.index("example/crew:1") == len(words) - 4
    assert not any(word.startswith("--volume=/usr") or word == "--privileged" for word in words)
    assert ("--uidmap" in str(words), "mask=" in str(words)) == (False, name == "podman")


def test_values_and_odd_words_reach_the_script_alone(tmp_path: Path) -> None:
    spec = SandboxSpec("one", env=(("A", "it's"),))
    command = Command(("echo", "a b", "$HOME"), cwd="x y", env=(("B", "1\n2"),), stdin=b"abc")
    script = command_script(spec, Wish(command, spec.profile, None))
    length, _, body = script.partition(b"\n")
    assert int(length) == len(body)
    assert b"""'A=it'"'"'s'""" in body
    assert b"cd 'x y'" in body
    assert b"head -c 3" in body


def test_names_tell_whose_a_container_is() -> None:
    name = container_name("scope", "my-box_1", 7)
    assert sandbox_of(name) == "my-box_1"
    assert not is_orphan(name)
    parts = name.split("-")
    parts[3] = "1"
    assert is_orphan("-".join(parts))
    parts[4] = "999"
    assert not is_orphan("-".join(parts)), "another space of process numbers cannot be judged"
    assert str(os.getpid()) in name
