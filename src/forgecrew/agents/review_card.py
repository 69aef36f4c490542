"""What a run knows about a pull request and its reviews, read once from the forge."""

from dataclasses import asdict, dataclass
from typing import Any

from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import visible
from forgecrew.agents.trusted import unhidden, who_may_write


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A pull request with its submitted reviews as (id, reviewer, state, text, commit), oldest first.

    Left out are our own, and those of accounts that may not write here: they decide nothing.
    """

    number: int
    title: str
    body: str
    state: str
    merged: bool
    draft: bool
    author: str
    head: str
    head_sha: str
    base: str
    base_sha: str
    reviews: tuple[tuple[int, str, str, str, str], ...]

    @property
    def bare_title(self) -> str:
        """The title without its draft mark, which is the author's business alone."""
        return self.title.split(":", 1)[1].strip() if self.title.upper().startswith("WIP:") else self.title

    @property
    def last_id(self) -> int:
        """Id of the newest review, 0 without any."""
        return max((review[0] for review in self.reviews), default=0)

    @property
    def approved(self) -> tuple[str, ...]:
        """Who approved the present head, when nobody's last word is a request for changes."""
        last = {review[1]: review for review in self.reviews if review[2] in ("APPROVED", "REQUEST_CHANGES")}
        if any(review[2] == "REQUEST_CHANGES" for review in last.values()):
            return ()
        return tuple(login for login, review in last.items() if review[4] == self.head_sha)

    @property
    def asking(self) -> tuple[str, ...]:
        """Who asked for changes or remarked, to be asked for another look."""
        return tuple(dict.fromkeys(review[1] for review in self.reviews if review[2] in ("REQUEST_CHANGES", "COMMENT")))

    def unanswered(self, after_id: int) -> str:
        """Remarks of reviews newer than after_id that ask for something; empty when there are none."""
        wanted = [review for review in self.reviews if review[0] > after_id and review[2] == "REQUEST_CHANGES"]
        wanted += [review for review in self.reviews if review[0] > after_id and review[2] == "COMMENT" and review[3]]
        return "\n\n".join(f"{review[1]}: {review[3]}" for review in sorted(wanted))


async def read_reviews(desk: Desk, number: int) -> ReviewCard:
    """The pull request and its reviews as they are now."""
    repo = desk.task.subject.repo

    async def load() -> dict[str, Any]:
        pull = await desk.forge.pulls.pull(repo, number)
        reviews: list[tuple[int, str, str, str, str]] = []
        submitted = await desk.forge.pulls.reviews(repo, number)
        writers = await who_may_write(desk, {review.reviewer for review in submitted})
        for review in submitted:
            decides = review.reviewer in writers and review.reviewer != pull.author
            if not decides or review.state in ("PENDING", "REQUEST_REVIEW"):
                continue
            inline = "".join(f"\n- {one.path}:{one.line}: {visible(one.body)}" for one in review.comments)
            reviews.append((review.id, review.reviewer, review.state, visible(review.body) + inline, review.commit_sha))
        return asdict(
            ReviewCard(
                number=number, title=unhidden(pull.title), body=unhidden(pull.body), state=pull.state, merged=pull.merged,
                draft=pull.draft, author=pull.author, head=pull.head, head_sha=pull.head_sha, base=pull.base,
                base_sha=pull.base_sha, reviews=tuple(reviews),
            )
        )  # fmt: skip

    stored = await desk.read(f"reviews of {number}", load)
    stored["reviews"] = tuple((int(r[0]), str(r[1]), str(r[2]), str(r[3]), str(r[4])) for r in stored["reviews"])
    return ReviewCard(**stored)
