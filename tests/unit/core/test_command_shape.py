"""Shapes of commands, and which may run twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.command_shape import SHAPE_CHARACTERS_MAX, repeatable, shape_of


def sh(script: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script)


@pytest.mark.parametrize(
    ("script", "shape"),
    [
        ("pytest -q tests/x.py", "pytest"),
        ("python3 -m pytest -q", "pytest"),
        ("cd a && FOO=1 pytest -q 2>&1 | tail -5", "pytest | tail"),
        ("timeout 5 pytest; pytest -x", "pytest"),
        ("npm run build", "npm run build"),
        ("npm test -- --watch", "npm test"),
        ("npx jest src", "jest"),
        ("uv run pytest", "pytest"),
        ("python3 x.py", "python"),
        ("/usr/bin/python3.11 -c 'print(1) | 2'", "python"),
        ("cargo --quiet test", "cargo test"),
        ("make -j4 CC=gcc test", "make test"),
        ("sed -n 1,5p a | head", "sed | head"),
        ("if [ -f x ]; then pytest; fi", "pytest"),
        ("cat > x.py <<'E'\nimport os; os.system('rm x')\nE\npython3 x.py", "cat | python"),
        ("a; b; c; d; e", "a | b | c"),
        ("echo hi", "echo"),
        ("", "?"),
    ],
)
def test_the_shape_of_a_script(script: str, shape: str) -> None:
    assert shape_of(sh(script)) == shape


def test_other_programs_speak_for_themselves() -> None:
    assert shape_of(("ls", "-l", "; rm -rf x")) == "ls"
    assert shape_of(("git", "status")) == "git status"
    assert shape_of(()) == "?"


@given(st.text(max_size=300))
def test_any_script_has_a_short_shape_without_secrets_of_its_own(script: str) -> None:
    shape = shape_of(sh(script))
    assert 0 < len(shape) <= SHAPE_CHARACTERS_MAX
    assert shape.isprintable() and "/" not in shape and "=" not in shape


@given(st.text(alphabet="pytest ;|&><\n'\"$()`rm", max_size=60))
def test_what_appends_is_never_run_twice(script: str) -> None:
    assert not repeatable(sh(f"{script} pytest >> log")) or "'" in script or '"' in script


@pytest.mark.parametrize(
    ("script", "may"),
    [
        ("pytest -q", True),
        ("cd x && python3 -m pytest -q 2>&1 | tail -5", True),
        ("npm run build", True),
        ("npm run deploy", False),
        ("cargo test", True),
        ("cargo publish", False),
        ("make", True),
        ("make install", False),
        ("grep -rn x . | head", True),
        ("find . -name x", True),
        ("find . -name x -delete", False),
        ("sed -i s/a/b/ x && pytest", False),
        ("echo x >> log; pytest", False),
        ("python3 x.py", False),
        ("git status", True),
        ("git commit -m x", False),
        ("rm -rf build", False),
        ("pytest $(rm x)", False),
        ("pytest `rm x`", False),
        ("", False),
    ],
)
def test_what_may_run_twice(script: str, may: bool) -> None:
    assert repeatable(sh(script)) is may
