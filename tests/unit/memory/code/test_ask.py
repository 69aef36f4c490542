"""Questions to the index, on both databases: definitions, uses, imports, tests, history; and nothing outside of a scope."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from forgecrew.core.label import Integrity
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef
from forgecrew.memory.code import ask, related, tests_of
from forgecrew.memory.code.locate import Locator
from forgecrew.memory.code.ranked import Asked
from forgecrew.memory.code.resolve import Resolver
from forgecrew.memory.forget import forget
from forgecrew.store.database import Database
from forgecrew.store.queries import vectors
from forgecrew.store.queries.relabel import relabel
from forgecrew.store.tables.code_blob import code_text
from forgecrew.store.tables.code_commit import code_commit

from .repository import REPO, Repository, index

SCOPE = Scope()
FILES: dict[str, str | bytes | None] = {
    "src/shop/__init__.py": "",
    "src/shop/cart.py": "from .prices import tax\n\n\nclass Cart(Base):\n    def total(self):\n        return tax(self)\n",
    "src/shop/prices.py": "import decimal\n\n\ndef tax(x):\n    return x\n\n\ndef round_money(amount):\n    return amount\n",
    "src/shop/web.py": "from shop import cart\nfrom shop.prices import tax\n\n\n"
    "def show():\n    tax(1), tax(2)\n    cart.Cart()\n",
    "tests/shop/test_cart.py": "from shop.cart import Cart\n\n\ndef test_total():\n    assert Cart().total()\n",
    "tests/shop/test_all.py": "import shop.cart\n",
    "tests/other/test_cart.py": "def test_cart_elsewhere(): pass\n",
    "docs/tax.py": "def tax(): pass\n",
}


async def test_definitions_uses_imports_and_tests(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(FILES)
    await index(database, repository)
    async with database.read() as connection:
        found = await ask.symbols(connection, SCOPE, REPO, "Cart.total")
        assert [(one.path, one.qualname, one.start_line) for one in found] == [("src/shop/cart.py", "Cart.total", 5)]
        assert {one.path for one in await ask.symbols(connection, SCOPE, REPO, "tax")} == {"docs/tax.py", "src/shop/prices.py"}
        assert await ask.definition(connection, SCOPE, REPO, "nowhere") is None
        held = await ask.symbols_in(connection, SCOPE, REPO, "src/shop/prices.py")
        assert [one.name for one in held] == ["tax", "round_money"]
        calls = await ask.calls(connection, SCOPE, REPO, "tax")
        assert [(one.path, one.line, one.count) for one in calls] == [("src/shop/web.py", 6, 2), ("src/shop/cart.py", 6, 1)]
        uses = await ask.references(connection, SCOPE, REPO, "Cart")
        assert {(one.path, one.kind) for one in uses} == {
            ("src/shop/web.py", "calls"), ("tests/shop/test_cart.py", "calls"), ("tests/shop/test_cart.py", "imports"),
        }  # fmt: skip
        imports = await ask.imports(connection, SCOPE, REPO, "src/shop/web.py")
        assert [(one.name, one.paths) for one in imports] == [
            ("shop.cart", ("src/shop/cart.py",)), ("shop.prices.tax", ("src/shop/prices.py",)),
        ]  # fmt: skip
        assert [one.paths for one in await ask.imports(connection, SCOPE, REPO, "src/shop/prices.py")] == [()]
        assert await ask.importers(connection, SCOPE, REPO, "src/shop/prices.py") == ["src/shop/cart.py", "src/shop/web.py"]
        tests = await tests_of.tests_of(connection, SCOPE, REPO, "src/shop/cart.py")
        assert [(one.path, one.by_name, one.by_import) for one in tests] == [
            ("tests/shop/test_cart.py", True, True), ("tests/other/test_cart.py", True, False),
            ("tests/shop/test_all.py", False, True),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "name", "found"),
    [
        ("web/a/x.ts", "./y.js", ["web/a/y.ts"]),
        ("web/a/x.ts", "../lib", ["web/lib/index.ts"]),
        ("web/a/x.ts", "react", []),
        ("pkg/store/store.go", "github.com/me/mod/pkg/other", ["pkg/other/a.go"]),
        ("pkg/store/store.go", "pkg/other", []),
        ("src/net/mod.rs", "crate::config::{Config, read}", ["src/config.rs"]),
        ("src/net/mod.rs", "wire", ["src/net/wire.rs"]),
        ("src/net/wire.rs", "super::super::config::Config", []),
        ("j/org/shop/Cart.java", "org.shop.Prices.tax", ["j/org/shop/Prices.java"]),
        ("c/main.c", "list.h", ["c/list.h"]),
        ("c/main.c", "base/point.h", ["inc/base/point.h"]),
        ("p/q/r.py", "..s.f", ["p/s.py"]),
        ("p/q/r.py", ".", ["p/q/__init__.py"]),
    ],
)
def test_imports_lead_to_files(importer: str, name: str, found: list[str]) -> None:
    paths = ["web/a/x.ts", "web/a/y.ts", "web/lib/index.ts", "pkg/store/store.go", "pkg/other/a.go", "pkg/other/a_test.go",
             "src/net/mod.rs", "src/net/wire.rs", "src/config.rs", "j/org/shop/Cart.java", "j/org/shop/Prices.java", "c/main.c",
             "c/list.h", "inc/base/point.h", "p/q/r.py", "p/s.py", "p/q/__init__.py"]  # fmt: skip
    assert list(Resolver(paths).paths(importer, name)) == found


async def test_history_follows_renames_and_tells_who_knows(database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    body = "".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(20))
    repository.commit({"old.py": body, "beside.py": "x = 1\n"}, "Made")
    repository.commit({"old.py": body + "x = 1\n", "beside.py": "x = 2\n"}, "Changed", author="Jo <jo@example.org>")
    repository.git("mv", "old.py", "new.py")
    repository.commit({}, "Moved", author="Jo <Jo@Example.org>")
    repository.commit({"new.py": body + "x = 2\n", **{f"many{n}.py": f"{n}\n" for n in range(30)}}, "Swept")
    await index(database, repository)
    async with database.read() as connection:
        told = await related.history(connection, SCOPE, REPO, "new.py")
        assert [(one.subject, one.change) for one in told] == [("Swept", "M"), ("Moved", "R"), ("Changed", "M"), ("Made", "A")]
        assert [one.subject for one in await related.history(connection, SCOPE, REPO, "new.py", limit=2)] == ["Swept", "Moved"]
        knows = await related.who_knows(connection, SCOPE, REPO, "new.py")
        assert [(one.email, one.changes) for one in knows] == [("mia@example.org", 2), ("jo@example.org", 2)]
        together = await related.co_changed(connection, SCOPE, REPO, "beside.py")
        assert [(one.path, one.commits) for one in together] == [("old.py", 2)]
        assert await related.co_changed(connection, SCOPE, REPO, "many1.py") == []
    async with database.write() as connection:
        await forget(connection, "person", "jo@example.org", asked_by="mia")
    async with database.read() as connection:
        emails = set((await connection.execute(sa.select(code_commit.c.email))).scalars())
        assert emails == {"mia@example.org", ""}
        assert [one.email for one in await related.who_knows(connection, SCOPE, REPO, "new.py")] == ["mia@example.org"]


async def test_files_are_located_by_words_and_by_meaning(sqlite_database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(FILES)
    repository.commit({"src/shop/prices.py": str(FILES["src/shop/prices.py"]) + "\n"}, "Rounding of money to cents")
    await index(sqlite_database, repository)
    locator = Locator()
    async with sqlite_database.read() as connection:
        found = await locator.locate(connection, SCOPE, REPO, Asked("Wrong cents when money is rounded\nround_money drops one"))
        assert found[0].path == "src/shop/prices.py"
        assert [part.name for part in found[0].parts][:1] == ["round_money"]
        assert {one.path for one in found} == {path for path in FILES if path.startswith("src/")}
        everywhere = await locator.locate(connection, SCOPE, REPO, Asked("test total of the cart"), aside=True)
        assert "tests/shop/test_cart.py" in [one.path for one in everywhere][:2]
        assert await locator.locate(connection, SCOPE, REPO, Asked("  ")) == []
        waiting = await vectors.waiting(connection, now=_far(), limit=1_000)
        texts = {row.text_hash: row.text for row in await connection.execute(sa.select(code_text))}
        assert dict(waiting) == texts
    import numpy as np

    meant = next(key for key, text in texts.items() if "def show" in text)
    rows = {key: np.eye(2, dtype=np.float16)[int(key == meant)] for key in texts}
    async with sqlite_database.write() as connection:
        await vectors.keep(connection, "m", [(key, 2, row.tobytes(), b"") for key, row in rows.items()])
    async with sqlite_database.read() as connection:
        asked = Asked("Where it appears", np.array([0, 1], np.float32), np.array([0, 1], np.float32), "m")
        assert (await locator.locate(connection, SCOPE, REPO, asked))[0].path == "src/shop/web.py"


def _far() -> object:
    from datetime import UTC, datetime

    return datetime(2999, 1, 1, tzinfo=UTC)


async def test_nothing_is_told_outside_of_a_scope(database: Database, tmp_path: Path) -> None:
    repos = [Repository(tmp_path, RepoRef("org", f"r{number}")) for number in range(4)]
    readers = ["public", "repo:org/r1", "repo:org/r2", "secret"]
    for number, repository in enumerate(repos):
        repository.commit({"a.py": "from b import f\n\n\ndef f(): g()\n", "b.py": "def f(): pass\n", "test_a.py": "import a\n"})
        await index(database, repository, readers=readers[number])
    dice, locator = random.Random(4), Locator()
    async with database.read() as connection:
        for number in range(120):
            scope = Scope(
                frozenset(dice.sample(["public", "repo:org/r1", "repo:org/r2"], dice.randrange(4))),
                frozenset(f"org/r{n}" for n in range(4) if dice.random() < 0.6) if dice.random() < 0.5 else None,
                integrity_min=dice.choice([0, Integrity.MERGED, Integrity.OWNER]),
            )
            at = number % 4
            repo = repos[at].repo
            allowed = scope.allows(str(repo), readers[at]) and scope.integrity_min <= Integrity.MERGED
            for answer in (
                await ask.symbols(connection, scope, repo, "f"), await ask.symbols_in(connection, scope, repo, "a.py"),
                await ask.calls(connection, scope, repo, "g"), await ask.references(connection, scope, repo, "g"),
                await ask.imports(connection, scope, repo, "a.py"), await ask.importers(connection, scope, repo, "b.py"),
                await tests_of.tests_of(connection, scope, repo, "a.py"),
                await related.co_changed(connection, scope, repo, "a.py"),
                await related.history(connection, scope, repo, "a.py"),
                await related.who_knows(connection, scope, repo, "a.py"),
                await locator.locate(connection, scope, repo, Asked("f of b")),
            ):  # fmt: skip
                assert bool(answer) == allowed
    async with database.write() as connection:
        await relabel(connection, "org/r0", before="public", now="repo:org/r0")
    async with database.read() as connection:
        assert await ask.symbols(connection, SCOPE, repos[0].repo, "f") == []


async def test_another_branch_may_be_by_anybody(sqlite_database: Database, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit({"a.py": "def f(): pass\n"})
    repository.git("branch", "pull/1/head")
    repository.show()
    await index(sqlite_database, repository)
    await index(sqlite_database, repository, "pull/1/head")
    strict = Scope(integrity_min=Integrity.MERGED)
    async with sqlite_database.read() as connection:
        assert await ask.symbols(connection, strict, REPO, "f")
        assert await ask.symbols(connection, SCOPE, REPO, "f", ref="pull/1/head")
        assert await ask.symbols(connection, strict, REPO, "f", ref="pull/1/head") == []
