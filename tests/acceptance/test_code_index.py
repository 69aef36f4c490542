"""The code of a repository on the forge, indexed and asked at the shell, then forgotten."""

import json
from pathlib import Path

from tests.crews import make_crew
from tests.forges import LiveForge


def test_a_repository_is_indexed_from_the_forge_and_asked(live_forge: LiveForge, tmp_path: Path) -> None:
    crew = make_crew(live_forge, tmp_path)
    try:
        house = crew.house
        nothing = house.run("memory", "symbols", "add")
        assert nothing.returncode, "there is no database yet, and it says so"
        done = house.run("memory", "index", str(crew.repo), "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["files"] == told["read"] >= 1 and told["commits"] >= 1
        again = json.loads(house.run("memory", "index", str(crew.repo), "--json").stdout)
        assert (again["files"], again["read"]) == (0, 0)
        found = json.loads(house.run("memory", "symbols", "add", "--json").stdout)
        assert [(one["path"], one["start_line"]) for one in found] == [("sums/add.py", 1)]
        shown = house.run("memory", "symbols", "add", "--repo", str(crew.repo))
        assert "sums/add.py:1  function add" in shown.stdout
        missing = house.run("memory", "index", "nobody/nothing")
        assert missing.returncode and "nobody/nothing" in missing.stderr
        house.run("memory", "forget", "repo", str(crew.repo), "--yes")
        assert json.loads(house.run("memory", "symbols", "add", "--json").stdout) == []
    finally:
        crew.close()
