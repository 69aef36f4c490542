"""How tests are shared out over processes fits the tests that are there."""

import os
from pathlib import Path

import pytest

from tests.shares import BY_FILE, TOGETHER, cores, share

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", [*TOGETHER, *BY_FILE])
def test_what_is_run_together_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_what_a_file_starts_once_is_started_in_one_process() -> None:
    starting = [file.relative_to(ROOT) for file in ROOT.glob("tests/**/*.py") if '(scope="module")' in file.read_text()]
    assert len(starting) > 5
    assert [file for file in starting if share(f"{file}::one") != share(f"{file}::two")] == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"cpu.max": "50000 100000"}, 1),
        ({"cpu.max": "max 100000"}, len(os.sched_getaffinity(0))),
        ({"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, len(os.sched_getaffinity(0))),
    ],
)
def test_the_share_of_a_container_is_seen(tmp_path: Path, files: dict[str, str], told: int) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cores(tmp_path) == told
