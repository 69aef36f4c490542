"""The status comment: plan as a check list, figures over all runs of the task."""

from types import SimpleNamespace

from forgecrew.agents.outlets import Outlets
from forgecrew.agents.status import render, totals

STAGES = (("locate", "Find the place"), ("edit", "Change the code"), ("answer", "Answer the review"))


def desk(plan, *, before=None):
    return SimpleNamespace(
        plan=plan, steps=3, prompt_tokens=2000, output_tokens=500, run_url="http://crew/tasks/7",
        role=SimpleNamespace(stages=STAGES), outlets=Outlets(),
        task=SimpleNamespace(state_json=before or {}), house=SimpleNamespace(model_name="small"),
    )  # fmt: skip


def test_the_plan_is_a_check_list_with_the_running_stage_marked():
    lines = render(desk({"locate": "done", "edit": "running", "answer": "skipped"})).splitlines()
    assert lines[:3] == ["- [x] Find the place", "- [ ] **Change the code** ◂", "- [x] ~~Answer the review~~"]
    assert lines[-1] == "<sub>3 steps · 2.5k tokens · small · [follow it live](http://crew/tasks/7)</sub>"


def test_a_closing_sentence_stands_first():
    assert render(desk({}), "Done.").startswith("Done.\n\n- [ ] Find the place")


def test_figures_count_all_runs_of_the_task():
    assert totals(desk({}, before={"steps": 14, "tokens": 26_000})) == (17, 28_500)
