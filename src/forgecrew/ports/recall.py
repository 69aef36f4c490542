"""What a run is given of memory: lines for its prompts, without being asked, and the tools to ask."""

from typing import Protocol


class RunRecall(Protocol):
    """The memory of one run, inside what the run may read without becoming less trusted."""

    async def block(self, text: str, more: str, *, tokens_max: int, card: str = "") -> str:
        """Lines about `text` (what the run is about) and `more` (what happened last), each with its citation.

        `card` is the whole of what the run is about, its first line a title: a run on code is told where that may be.

        Empty when nothing is relevant, and also when memory does not answer in time: never raises for that.
        """
        ...

    async def cited(self, said: str) -> None:
        """The model's answer to the prompt that had the last block: what it cites is kept for learning. Never raises."""
        ...


class MemoryQuestions(Protocol):
    """What an agent can ask memory itself, and tell it; inside what its run may read without becoming less trusted.

    Answers are lines with citations, or a sentence that says that nothing is known. Raises TellModel for what the model can
    say better.
    """

    async def search(self, question: str) -> str:
        """Lines for a question that the model asks itself."""
        ...

    async def related(self, name: str) -> str:
        """What is one step away from an issue (#3), commit, file or symbol."""
        ...

    async def as_of(self, number: int, day: str) -> str:
        """What was so of an issue or pull request at the end of a day (2026-05-01)."""
        ...

    async def similar(self, number: int) -> str:
        """Older issues and pull requests that may be about the same thing, with what both hold; nothing is judged."""
        ...

    async def propose(self, kind: str, text: str) -> str:
        """Keep a note, and propose it to people as a page: a decision or a lesson. Says what became of it."""
        ...

    async def note(self, text: str) -> str:
        """Keep a note with the run's label; says where."""
        ...
