"""Which files of a repository an import means, by the rules of each language as far as paths alone tell."""

import posixpath
import re
from collections.abc import Iterable, Sequence

_RELATIVE = re.compile(r"^(\.+)(.*)$")
_SCRIPT = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".vue", ".svelte")
_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
"""Where a module has an owner and a name."""
_INDEX = tuple(f"/index{ending}" for ending in _SCRIPT)


class Resolver:
    """Knows all paths of a branch by their ends."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = frozenset(paths)
        self._by_name: dict[str, list[str]] = {}
        self._by_folder: dict[str, list[str]] = {}
        for path in sorted(paths):
            folder, _, name = path.rpartition("/")
            self._by_name.setdefault(name, []).append(path)
            self._by_folder.setdefault(folder, []).append(path)

    def paths(self, importer: str, name: str) -> tuple[str, ...]:
        """Files that `name` means when `importer` imports it; several where it cannot be told."""
        ending = importer.rpartition(".")[2]
        if ending in ("py", "pyi"):
            found = self._python(importer, name)
        elif f".{ending}" in _SCRIPT:
            found = self._script(importer, name)
        elif ending == "go":
            found = self._go(name)
        elif ending == "rs":
            found = self._rust(importer, name)
        elif ending == "java":
            found = self._java(name)
        elif ending in ("rb", "php", "lua"):
            found = self._ends((f"{name}.{ending}", name))
        else:
            found = self._include(importer, name)
        return tuple(dict.fromkeys(path for path in found if path != importer))

    def _python(self, importer: str, name: str) -> Iterable[str]:
        if (relative := _RELATIVE.match(name)) is not None:
            folder = importer.split("/")[:-1]
            folder = folder[: max(0, len(folder) - len(relative[1]) + 1)]
            parts = [*folder, *(part for part in relative[2].split(".") if part)]
            return self._module("/".join(parts), whole=True) or self._module("/".join(parts[:-1]), whole=True)
        stem = name.replace(".", "/")
        return self._module(stem) or (self._module(stem.rpartition("/")[0]) if "/" in stem else [])

    def _module(self, stem: str, *, whole: bool = False) -> list[str]:
        wanted = [f"{stem}.py", f"{stem}/__init__.py", f"{stem}.pyi"] if stem else ["__init__.py"]
        return [path for path in wanted if path in self._paths] if whole else self._ends(wanted)

    def _script(self, importer: str, name: str) -> list[str]:
        if not name.startswith("."):
            tail = name.removeprefix("@/").removeprefix("~/")
            return self._ends([f"{tail}{ending}" for ending in (*_SCRIPT, *_INDEX)]) if "/" in name else []
        stem = posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))
        bare = re.sub(r"\.[cm]?jsx?$", "", stem)  # TypeScript names the file that it will become
        wanted = [stem, *(f"{bare}{ending}" for ending in _SCRIPT), *(f"{stem}{ending}" for ending in _INDEX)]
        return [path for path in wanted if path in self._paths][:1]

    def _go(self, name: str) -> list[str]:
        """A package is a folder. Where the module's name ends is not known: what is left of it is tried as a folder."""
        parts = name.split("/")
        if "." not in parts[0]:  # of the language itself
            return []
        for start in range(3 if parts[0] in _HOSTS else 1, len(parts)):
            files = [path for path in self._by_folder.get("/".join(parts[start:]), ()) if path.endswith(".go")]
            if files:
                return [path for path in files if not path.endswith("_test.go")]
        return []

    def _rust(self, importer: str, name: str) -> list[str]:
        folder, _, own = importer.rpartition("/")
        inside = folder if own in ("mod.rs", "lib.rs", "main.rs") else f"{folder}/{own.removesuffix('.rs')}".lstrip("/")
        parts = [part.strip() for part in re.split(r"::|\{|,|\}| as ", name) if part.strip()]
        if "::" not in name:  # mod name;
            return [path for path in (f"{inside}/{name}.rs", f"{inside}/{name}/mod.rs") if path.lstrip("/") in self._paths]
        base, parts = self._rust_base(importer, inside, parts)
        for end in range(len(parts), 0, -1):
            stem = "/".join([*([base] if base else []), *parts[:end]])
            if found := [path for path in (f"{stem}.rs", f"{stem}/mod.rs") if path in self._paths]:
                return found
        return []

    def _rust_base(self, importer: str, inside: str, parts: list[str]) -> tuple[str, list[str]]:
        if parts[:1] == ["super"]:
            return inside.rpartition("/")[0], parts[1:]
        if parts[:1] == ["self"]:
            return inside, parts[1:]
        source = importer.partition("src/")
        root = f"{source[0]}src" if source[1] else ""
        return root, parts[1:] if parts[:1] == ["crate"] else parts

    def _java(self, name: str) -> list[str]:
        stem = name.replace(".", "/")
        return self._ends([f"{stem}.java"]) or self._ends([f"{stem.rpartition('/')[0]}.java"])

    def _include(self, importer: str, name: str) -> list[str]:
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))
        return [beside] if beside in self._paths else self._ends([name])

    def _ends(self, wanted: Iterable[str]) -> list[str]:
        """Paths that are or end with one of some; the shortest first."""
        found: list[str] = []
        for end in wanted:
            for path in self._by_name.get(end.rpartition("/")[2], ()):
                if path == end or path.endswith(f"/{end}"):
                    found.append(path)
        return sorted(found, key=lambda path: (path.count("/"), path))


def stem_of(path: str) -> list[str]:
    """Words of which one is in every import that may mean a file."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if stem in ("__init__", "mod", "lib", "index") or name.endswith(".go"):
        return [folder.rpartition("/")[2] or stem, *((".",) if stem in ("__init__", "index") else ())]
    return [stem]
