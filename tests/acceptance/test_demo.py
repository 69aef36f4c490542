"""The main job with real processes: an issue becomes a reviewed pull request, replayed from a recorded run."""

import json
import os
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed: no sandbox can be made")


def test_the_demo_ends_with_a_reviewed_pull_request_that_passes_its_tests(tmp_path, database_url):
    done = subprocess.run(
        [sys.executable, "-m", "forgecrew.cli.main", "demo", "--once", "--json", "--keep", str(tmp_path / "home")],
        capture_output=True, text=True, timeout=240, env={**os.environ, "FORGECREW_DATABASE_URL": database_url},
    )  # fmt: skip
    told = done.stderr + (tmp_path / "home" / "crew.log").read_text()[-3000:]
    assert done.returncode == 0, told
    result = json.loads(done.stdout.splitlines()[-1])
    assert "The model is a recording" in done.stderr.splitlines()[0]
    assert result["model"] == "recorded"
    assert result["ready"]
    assert [one["state"] for one in result["reviews"]][-1] == "APPROVED"
    assert {one["reviewer"] for one in result["reviews"]} == {"robin"}
    assert result["tests_failed_before"] >= 1
    assert result["tests_failed_after"] == 0
    assert result["comments"] == result["comments_per_task_max"] == 1
    assert {"tess:eyes", "casey:eyes", "robin:eyes"} <= set(result["reactions"])
    assert result["labels"] == ["kind/bug", "status/ready"]
    assert 0 < result["prompt_tokens_max"] <= 4096
    assert result["steps"] >= 15
