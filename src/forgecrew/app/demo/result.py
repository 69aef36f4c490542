"""What came of the demo as figures, and whether all of it happened."""

from typing import Any

from forgecrew.app.demo.play import Told


def figures(told: Told, model: str, broken: tuple[int, int]) -> dict[str, Any]:
    """The object that --json prints; `broken` are failing tests on the old and on the new code."""
    found, story, pull = told.found, told.story, told.found.pull
    return {
        "issue": found.issue.number, "pull_request": pull.number if pull else None, "head_sha": pull.head_sha if pull else None,
        "ready": found.ready, "reviews": [{"reviewer": one.reviewer, "state": one.state} for one in found.reviews],
        "tests_failed_before": broken[0], "tests_failed_after": broken[1], "comments": found.comments,
        "comments_per_task_max": found.comments_per_task_max, "reactions": list(found.reactions),
        "labels": list(found.issue.labels),
        "steps": story.steps, "prompt_tokens_max": story.prompt_tokens_max, "seconds": round(told.seconds, 1),
        "model": model, "failed": story.failed,
    }  # fmt: skip


def judge(result: dict[str, Any]) -> bool:
    """Whether all of it happened."""
    return bool(
        result["ready"] and result["tests_failed_before"] > 0 and result["tests_failed_after"] == 0
        and any(one.endswith(":eyes") for one in result["reactions"]) and result["comments_per_task_max"] <= 1
        and not result["failed"]
    )  # fmt: skip
