"""Reading a streamed answer: lines out of bytes, and the answer without the model's thinking."""

import re

LINE_BYTES_MAX = 8 << 20
_OPEN = re.compile(r"\s*<(think|thinking)>")
_CLOSE = re.compile(r"</(?:think|thinking)>\s*")
_TAGS = ("<think>", "<thinking>")


class LineBuffer:
    """Splits bytes at line feeds only: other separators of Unicode are part of what a model wrote."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that are complete now, without their line ends. Raises ValueError for a line without an end."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > LINE_BYTES_MAX:
            raise ValueError("a line of more than 8 MiB")
        return [line.rstrip(b"\r") for line in lines]

    def rest(self) -> bytes:
        """What came after the last line feed."""
        return self._rest


def strip_thinking(text: str) -> str:
    """The answer without `<think>…</think>` at its start, also when the server already cut the opening tag."""
    while opened := _OPEN.match(text):
        closed = _CLOSE.search(text, opened.end())
        text = text[closed.end() :] if closed else ""
    closed = _CLOSE.search(text)
    if closed and not re.search(r"<(?:think|thinking)>", text[: closed.start()]):
        return text[closed.end() :]
    return text


class ThinkFilter:
    """The same for pieces as they come: gives back what may be shown."""

    def __init__(self) -> None:
        self._held = ""
        self._answering = False
        self._thought = False

    def feed(self, piece: str) -> str:
        """The part of the answer that became visible with this piece."""
        if self._answering:
            return piece
        self._held += piece
        while opened := _OPEN.match(self._held):
            closed = _CLOSE.search(self._held, opened.end())
            if not closed:
                return ""
            self._held = self._held[closed.end() :]
            self._thought = True
        if self._thought:
            self._held = self._held.lstrip()
        start = self._held.lstrip()
        if any(tag.startswith(start) for tag in _TAGS):
            return ""
        self._answering = True
        return self._held

    def end(self) -> str:
        """What was held back at the end and is answer after all."""
        return "" if self._answering or _OPEN.match(self._held) else self._held
