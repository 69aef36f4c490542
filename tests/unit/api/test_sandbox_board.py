"""The page of sandboxes with everything on it, text by text."""

from datetime import timedelta

from forgecrew.api.pages.render import fragment
from forgecrew.api.pages.sandbox_board import bars, size
from forgecrew.core.app import App, AppState
from forgecrew.core.code_run import CodeOutcome, CodeRun, CodeState
from forgecrew.core.moment import utc_now
from forgecrew.core.program import Program
from forgecrew.core.sandbox_view import SandboxView

VIEW = SandboxView(
    "task-5", "o/r", "work-1", "medium", (1 << 30, 1.5, 256, 1 << 31), task_id=5, state="running", command="echo <b>",
    cpu=1.5, memory_bytes=1 << 29, processes=3, lines=("<i>",), lines_end=1,
)  # fmt: skip


def test_figures_against_their_bounds() -> None:
    cpu, memory, processes, disk = bars(VIEW)
    assert (cpu.text, cpu.percent) == ("1.5 of 1.5", 100)
    assert (memory.text, memory.percent) == ("512 MiB of 1.0 GiB", 50)
    assert (processes.text, processes.percent) == ("3 of 256", 1)
    assert (disk.text, disk.percent) == ("–", None), "what is not measured has no bar"
    assert [size(count) for count in (0, 999, 1 << 20, 1 << 40)] == ["0 B", "999 B", "1 MiB", "1024.0 GiB"]


def test_sandboxes_apps_and_code_runs_side_by_side() -> None:
    app = App(
        id="A1", name="tally", title="Tally <x>", owner="casey", files_sha256="", state=AppState.RUNNING,
        expires_at=utc_now() + timedelta(hours=1),
    )  # fmt: skip
    run = CodeRun("C1", Program("python", "main.py"), state=CodeState.ENDED, outcome=CodeOutcome.REPAIRED)
    text = fragment("sandbox_board.html", rows=[(VIEW, bars(VIEW))], apps=[app], code_runs=[run])
    for words in (
        "echo &lt;b&gt;",
        "Tally &lt;x&gt;",
        "data-until=",
        "repaired",
        "/code/C1",
        "main.py",
        "/tasks/5",
        'width="50"',
    ):
        assert words in text
    assert "style=" not in text and "<script" not in text
    assert "No sandbox is open" in fragment("sandbox_board.html", rows=[], apps=[], code_runs=[])
