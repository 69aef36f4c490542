"""What a prompt is told of a checkout: names, or folders that say more than a list of them."""

from forgecrew.agents.overview import overview


def test_few_files_are_named() -> None:
    assert overview(["a.py", "b/c.py"], 80) == "a.py\nb/c.py"


def test_many_folders_that_are_alike_are_one_line() -> None:
    paths = ["README.md", *(f"src/app/{n}.py" for n in range(9)), *(f"src/app/locale/l{n}/LC/app.po" for n in range(40))]
    assert overview(paths, 20).splitlines() == ["50 files", "README.md", "src/app/ 9", "src/app/locale/ 40 in 40 folders"]


def test_it_stays_short_for_a_tree_of_any_shape() -> None:
    wide = [f"d{n}/f{m}.c" for n in range(500) for m in range(6)]
    deep = [f"{'/'.join('abcdefghij'[:n])}/s{m}/f{k}.c" for n in range(1, 10) for m in range(12) for k in range(5)]
    assert len(overview(wide, 80).splitlines()) <= 97
    assert len(overview(deep, 80).splitlines()) <= 97
    assert overview(deep, 80).startswith("540 files\na/b/c/d/e/f/ 240 in 48 folders\n")
