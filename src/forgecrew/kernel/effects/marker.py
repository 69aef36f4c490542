"""Hidden markers, by which a comment of ours is known again."""

from forgecrew.core.issue import Comment
from forgecrew.guard.hidden_text import OWN_MARKER
from forgecrew.kernel.effects.context import EffectContext


def hidden(marker: str) -> str:
    """The marker as people do not see it."""
    return f"<!-- forgecrew:{marker} -->"


def marked(body: str, marker: str) -> str:
    """A text that carries the marker."""
    return f"{body.rstrip()}\n\n{hidden(marker)}"


async def find_comment(context: EffectContext, marker: str) -> Comment | None:
    """The first comment of the agent itself with the marker: anybody can write a marker, but not in its name."""
    for comment in await context.forge.issues.comments(context.repo, context.number):
        if carries(comment.body, marker) and context.is_me(comment.author):
            return comment
    return None


def carries(body: str, marker: str) -> bool:
    """Whether the last marker of a text is this one: ours comes last, and an agent can be talked into writing others."""
    found = OWN_MARKER.findall(body)
    return bool(found) and found[-1] == hidden(marker)
