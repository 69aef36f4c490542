"""What kind of command a command is: the key under which its use of resources is remembered, and whether it may run twice."""

import re
from collections.abc import Iterator, Sequence

SHAPE_CHARACTERS_MAX = 80
SEGMENTS_MAX = 3
"""Commands of a script that its shape names."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash", "ksh", "busybox"})
_PREFIXES = frozenset({"env", "nice", "nohup", "time", "timeout", "command", "exec", "stdbuf", "xargs", "sudo", "setsid"})
_QUIET = _words("cd export set unset true false : echo printf test [ exit ulimit umask")
_KEYWORDS = _words("if then else elif fi for while until do done case esac in { } !")
_RUNNERS = frozenset({"npx", "bunx", "uvx", "uv", "poetry", "pipenv", "hatch", "pdm", "bundle"})
_SUBCOMMANDS = _words(
    "npm pnpm yarn bun cargo go git docker make mvn gradle gradlew dotnet pip uv poetry deno rake mix composer swift flutter"
    " zig sbt bazel apt-get apt hatch pdm"
)
"""Programs whose next word tells what is done."""
_SCRIPTED = frozenset({"run", "run-script", "exec", "tool"})
"""Words after which the one that tells comes."""

_REPEATABLE = _words(
    "pytest unittest tox nox ruff mypy pyright flake8 pylint black jest vitest mocha eslint tsc prettier ctest cmake gcc g++ cc"
    " clang javac rustc phpunit rspec webpack vite compileall make grep rg find ls cat head tail wc sort uniq diff du file stat"
    " tree which cut tr awk jq"
)
_REPEATABLE_SUBCOMMANDS = {
    "node": "--test", "npm": "test ci install", "pnpm": "test install", "yarn": "test install", "make": "all test check",
    "cargo": "build test check clippy", "go": "build test vet", "mvn": "test compile package verify", "gradle": "test build",
    "gradlew": "test build", "dotnet": "test build", "pip": "install", "git": "status log diff show grep blame",
}  # fmt: skip
"""Tests, builds and looks: doing them twice leaves what doing them once leaves."""
_REPEATABLE_SCRIPTS = re.compile(r"(?:npm|pnpm|yarn|bun) (?:run )?(?:test|build|lint|check|typecheck)(?:\W.*)?")

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1[^\n]*\n.*?^\s*\2\s*$", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_CUT = re.compile(r"\|\||&&|[;|&\n()`]|\$\(")
_REDIRECT = re.compile(r"\d*(?:>>?|<)\s*&?\s*\S*")
_WORD = re.compile(r"[A-Za-z0-9_.:+@-]{1,40}")


def shape_of(argv: Sequence[str]) -> str:
    """The shape: `pytest -q tests/x.py` is `pytest`, `npm run build` is itself, `python3 x.py` is `python`.

    Of a script the first three commands that do something, `sed | head`. Never empty, at most 80 characters, no paths and no
    arguments but words of a few known programs.
    """
    found: list[str] = []
    for words in _commands(argv):
        name = _name(words)
        if name and (not found or found[-1] != name):
            found.append(name)
    telling = [name for name in found if name not in _QUIET] or found
    return " | ".join(telling[:SEGMENTS_MAX])[:SHAPE_CHARACTERS_MAX] or "?"


def repeatable(argv: Sequence[str]) -> bool:
    """Whether running the command again after it was cut off does no harm: every command of it is a test, a build or a look.

    A script that appends, changes files by `sed -i` or runs a program of its own is not; then a person or model decides.
    """
    if any(">>" in _bare(part) for part in argv[1:]):
        return False
    named = [(name, words) for words in _commands(argv) if (name := _name(words))]
    return bool(named) and all(_harmless(name, words) for name, words in named)


def _harmless(name: str, words: Sequence[str]) -> bool:
    if name == "find":
        return not any(word in ("-delete", "-exec", "-execdir", "-ok") for word in words)
    program, _, what = name.partition(" ")
    known = what in _REPEATABLE_SUBCOMMANDS.get(program, "").split() if what else name in _REPEATABLE
    return known or name in _QUIET or _REPEATABLE_SCRIPTS.fullmatch(name) is not None


def _commands(argv: Sequence[str]) -> Iterator[list[str]]:
    """The commands of a script, word by word, quotes and redirections left out; for other programs the arguments themselves."""
    script = _script(argv)
    if script is None:
        yield list(argv)
        return
    for piece in _CUT.split(_bare(script)):
        if words := _REDIRECT.sub(" ", piece).split():
            yield words


def _script(argv: Sequence[str]) -> str | None:
    """What a shell is told to run by -c, None for other programs."""
    if not argv or argv[0].rpartition("/")[2] not in _SHELLS:
        return None
    for at, word in enumerate(argv[1:-1], 1):
        if re.fullmatch(r"-[a-z]*c", word):
            return argv[at + 1]
    return None


def _bare(script: str) -> str:
    """Without the bodies of here-documents, comments at line starts, and what stands in quotes (which stays one word)."""
    text = _HEREDOC.sub("\n", script.replace("\\\n", " "))
    return _QUOTED.sub("''", re.sub(r"(?m)^\s*#.*$", "", text))


def _name(words: Sequence[str]) -> str:
    """The telling words of one command; empty when it is only a keyword or an assignment."""
    rest = list(words)
    while rest and (rest[0] in _KEYWORDS or "=" in rest[0] or rest[0] in _PREFIXES or (rest[0][:1] in "-0123456789")):
        if rest[0] in ("for", "case"):
            return ""
        rest.pop(0)
    if not rest:
        return ""
    name = _program(rest[0])
    if name == "python" and len(rest) > 2 and rest[1] == "-m":
        return _name(rest[2:])
    if name in _RUNNERS and (more := [word for word in rest[1:] if not word.startswith("-") and word not in _SCRIPTED]):
        return _name(more) if name != "uv" or rest[1] in ("run", "tool") else f"{name} {_word(more[0])}"
    if name == "node" and "--test" in rest[1:]:
        return "node --test"
    if name in _SUBCOMMANDS:
        return " ".join([name, *_telling(rest[1:])])
    return name


def _telling(rest: Sequence[str]) -> list[str]:
    """The subcommand, and after `run` the name of what is run."""
    words = [_word(word) for word in rest if not word.startswith("-") and "=" not in word]
    keep = 2 if words and words[0] in _SCRIPTED else 1
    return [word for word in words[:keep] if word]


def _program(path: str) -> str:
    name = _word(path.rpartition("/")[2])
    return re.sub(r"^(python|pip|pytest|node|ruby|perl)[\d.]+$", r"\1", name)


def _word(text: str) -> str:
    found = _WORD.match(text)
    return found.group() if found else ""
