"""The programs of `inside/` as texts for `python3 -c`: each with those of its siblings that it imports."""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("inside")
_SIBLING = re.compile(r"^from forgecrew\.sandboxing\.inside\.(\w+) import .*\n", re.MULTILINE)
_MAIN = 'if __name__ == "__main__":'


@cache
def program(name: str) -> str:
    """One text that holds a program whole and ends with its `main`."""
    return "\n".join(_texts(name, set())) + f"\n{_MAIN}\n    main()\n"


def _texts(name: str, known: set[str]) -> list[str]:
    known.add(name)
    text = (_FOLDER / f"{name}.py").read_text()
    before = [part for sibling in _SIBLING.findall(text) if sibling not in known for part in _texts(sibling, known)]
    return [*before, _SIBLING.sub("", text).partition(_MAIN)[0]]
