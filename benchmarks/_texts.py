"""Texts of somebody's own for benchmarks that else make theirs: reports (JSON lines), or every text file of a folder."""

import json
import random
from pathlib import Path

WORDS_MIN, FILES_MAX, BYTES_MAX = 200, 5_000, 1 << 20


class Texts:
    """All words of what was given, in their order; pieces are drawn from it."""

    def __init__(self, path: Path) -> None:
        """Raises SystemExit for what holds no texts."""
        try:
            self.words = [word for text in _read(path) for word in text.split()]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SystemExit(
                f"{path} cannot be read as texts: {error}; give JSON lines with title and body, or a folder"
            ) from error
        if len(self.words) < WORDS_MIN:
            raise SystemExit(f"{path} holds {len(self.words)} words, {WORDS_MIN} are the least")

    def piece(self, dice: random.Random, words: int) -> str:
        """So many words that follow each other somewhere."""
        start = dice.randrange(max(1, len(self.words) - words))
        return " ".join(self.words[start : start + words])


def _read(path: Path) -> list[str]:
    if path.is_file():
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [f"{row['title']}\n{row['body']}" for row in rows]
    if (path / "reports.jsonl").is_file():
        return _read(path / "reports.jsonl")
    if not path.is_dir():
        raise OSError("nothing is there")
    found: list[str] = []
    for file in sorted(path.rglob("*"))[:FILES_MAX]:
        if file.is_file() and file.stat().st_size <= BYTES_MAX and b"\0" not in (content := file.read_bytes()):
            found.append(content.decode("utf-8", "replace"))
    return found
