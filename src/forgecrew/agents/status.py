"""The one status comment of a task: its plan as a check list, edited in place as the run goes on."""

from forgecrew.agents.desk import Desk

PLACES_SHOWN_MAX = 5
_BOXES = {"done": "x", "skipped": "x"}
_MARKS = {"running": "**{}** ◂", "skipped": "~~{}~~", "failed": "{} — failed"}


async def start_stage(desk: Desk, stage: str) -> None:
    """Show that a stage begins; the one before is done."""
    for name, state in desk.plan.items():
        if state == "running":
            desk.plan[name] = "done"
    desk.plan[stage] = "running"
    await show(desk)


async def skip_stage(desk: Desk, stage: str) -> None:
    """Show that a stage is not needed."""
    desk.plan[stage] = "skipped"


async def finish(desk: Desk, closing: str, *, failed: bool = False) -> None:
    """Show the end of the run with one closing sentence."""
    for name, state in desk.plan.items():
        if state == "running":
            desk.plan[name] = "failed" if failed else "done"
    await show(desk, closing)


async def show(desk: Desk, closing: str = "") -> None:
    """Keep stage and plan for the pages, and the comment for the forge unless this role stays silent there."""
    plan = [(name, desk.plan.get(name, "open")) for name, _ in desk.role.stages]
    stage = next((name for name, state in plan if state == "running"), "")

    async def keep() -> None:
        await desk.step_log.stage(desk.run_id, stage, plan)

    await desk.journal.step(f"stage {stage or 'end'}", keep, timeout_seconds=120, retries=5)
    if desk.task.subject.kind == "issue" and desk.role.speaks:
        body = render(desk, closing)
        desk.shown += 1  # the same words may come again, after others: each showing is an intent of its own
        arguments = {"task_id": desk.task.id, "body": body}
        await desk.tell("status_comment", arguments, key=f"status:{desk.run_id}:{desk.shown}")


def render(desk: Desk, closing: str = "") -> str:
    """The comment's text in Markdown: what is going on, the plan, then one quiet line of figures with the link."""
    lines = [closing, ""] if closing else []
    for name, words in desk.role.stages:
        state = desk.plan.get(name, "open")
        lines.append(f"- [{_BOXES.get(state, ' ')}] {_MARKS.get(state, '{}').format(words)}")
    if refused := desk.outlets.places_refused():
        shown = ", ".join(f"`{place}`" for place in refused[:PLACES_SHOWN_MAX])
        lines += ["", f"<sub>not reached, because nobody allowed it: {shown}{' …' * (len(refused) > PLACES_SHOWN_MAX)}</sub>"]
    steps, tokens = totals(desk)
    figures = f"{steps} step{'s' if steps != 1 else ''} · {tokens / 1000:.1f}k tokens"
    lines += ["", f"<sub>{figures} · {desk.house.model_name} · [follow it live]({desk.run_url})</sub>"]
    return "\n".join(lines)


def totals(desk: Desk) -> tuple[int, int]:
    """Steps and tokens of the task: this run and all before it."""
    before = desk.task.state_json
    tokens = desk.prompt_tokens + desk.output_tokens
    return desk.steps + int(before.get("steps") or 0), tokens + int(before.get("tokens") or 0)
