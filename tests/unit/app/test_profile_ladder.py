"""Profiles by settings: which steps there are, what bounds them."""

from pathlib import Path

import pytest

from forgecrew.app.load_settings import load_settings
from forgecrew.app.profile_ladder import ladder_of, profile_of
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.profiles import BROWSER, LIGHT
from forgecrew.kernel.host_memory import HostMemory

HUGE = HostMemory(1 << 40, 1 << 40)


def settings(home: Path, text: str = "") -> Settings:
    (home / "forgecrew.toml").write_text(f'[forge]\nurl = "http://localhost:3000"\n{text}')
    return load_settings(home, environ={})


def test_the_defaults(tmp_path: Path) -> None:
    ladder = ladder_of(settings(tmp_path), HUGE)
    assert [(one.name, one.memory_bytes >> 20, one.wall_seconds) for one in ladder.steps] == [
        ("light", 256, 20), ("medium", 1024, 120), ("heavy", 4096, 900),
    ]  # fmt: skip
    assert profile_of(settings(tmp_path)).name == "medium"
    assert profile_of(settings(tmp_path), "browser").open_files == BROWSER.open_files


def test_what_the_section_says_bounds_every_step(tmp_path: Path) -> None:
    made = settings(tmp_path, "[sandbox]\nmemory_mib = 512\nwall_seconds = 8\npids = 2000\ndisk_mib = 64\n")
    ladder = ladder_of(made, HUGE)
    assert [one.memory_bytes >> 20 for one in ladder.steps] == [256, 512, 512]
    assert {one.wall_seconds for one in ladder.steps} == {8}
    assert [one.pids for one in ladder.steps] == [64, 256, 2000], "the largest gets what is given"
    assert all(one.file_bytes <= one.disk_bytes for one in ladder.steps)


def test_a_profile_of_its_own_size_and_a_shorter_ladder(tmp_path: Path) -> None:
    text = '[sandbox]\nprofile = "light"\nlargest = "medium"\n[sandbox.profiles.medium]\nmemory_mib = 128\ncpu = 4\n'
    made = settings(tmp_path, text)
    ladder = ladder_of(made, HUGE)
    assert [one.name for one in ladder.steps] == ["light", "medium"]
    assert ladder.top.memory_bytes == LIGHT.memory_bytes, "no step is below the one before"
    assert profile_of(made).name == "light"


def test_the_machine_bounds_them(tmp_path: Path) -> None:
    ladder = ladder_of(settings(tmp_path), HostMemory(1 << 30, 1 << 29))
    assert [one.memory_bytes >> 20 for one in ladder.steps] == [256, 768, 768]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[sandbox]\nprofile = "huge"\n', ["sandbox.profile is 'huge'", "light, medium, heavy"]),
        ('[sandbox]\nprofile = "heavy"\nlargest = "light"\n', ["above sandbox.largest"]),
        ("[sandbox.profiles.hevy]\ncpu = 1\n", ["'hevy'", "did you mean 'heavy'"]),
        ("[sandbox.profiles.heavy]\nmemory = 1\n", ["[sandbox.profiles.heavy]", "'memory'"]),
        ("[sandbox.profiles.heavy]\nmemory_mib = 1\n", ["sandbox.profiles.heavy.memory_mib is 1", "64"]),
        ("[sandbox]\nprofiles = 3\n", ["[sandbox.profiles] must be a table"]),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        ladder_of(settings(tmp_path, text), HUGE)
    assert all(word in str(caught.value) for word in words), caught.value
