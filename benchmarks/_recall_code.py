"""Finding the files that a fix touched, from what its commit message says, in the state before the fix.

Data: cases as a list of {commit, parent, query, gold} and a clone with its history, one of both per project. Several projects
with --folds 1: weights are learned on all but the one that is measured; else they are the shipped ones. Python sources only.
"""

import argparse
import ast
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._recall_data import BadData, fixes
from benchmarks._recall_measures import Row, bootstrap, mean, positions, share_within
from benchmarks._recall_vectors import Vectors
from forgecrew.memory.ranking.code import CodeFiles
from forgecrew.memory.ranking.code_given import NAMES, CodeQuestion, PastChange, Piece, SourceFile
from forgecrew.memory.ranking.fusion import Fusion, by_ranks, shipped, write
from forgecrew.memory.ranking.listwise import Example, Recipe, learn
from forgecrew.memory.ranking.words import code_words

RECIPE = Recipe(steps=200, rate=0.03, decay=0.01)
HISTORY = 1500
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
Case = tuple[Any, list[int]]


class Project:
    """One clone: its sources at any commit, parsed once per version."""

    def __init__(self, clone: Path, prefix: str, vectors: Vectors | None) -> None:
        self._git = clone / ".git" if (clone / ".git").exists() else clone
        self._prefix, self._vectors = prefix, vectors
        self._versions: dict[tuple[str, str], SourceFile] = {}
        self._subjects: dict[str, tuple[str, ...]] = {}

    def git(self, *words: str, feed: str = "") -> bytes:
        done = subprocess.run(["git", f"--git-dir={self._git}", *words], capture_output=True, input=feed.encode())
        if done.returncode:
            raise BadData(f"git {' '.join(words[:3])} in {self._git}: {done.stderr.decode('utf8', 'replace').strip()[:300]}")
        return done.stdout

    def is_source(self, path: str) -> bool:
        return path.endswith(".py") and path.startswith(self._prefix) and "/tests/" not in path

    def files(self, commit: str) -> list[SourceFile]:
        rows = [line.split(None, 3) for line in self.git("ls-tree", "-r", commit).decode().splitlines()]
        found = {row[3]: row[2] for row in rows if len(row) == 4 and self.is_source(row[3])}
        fresh = [(path, blob) for path, blob in found.items() if (path, blob) not in self._versions]
        sources = self._read([blob for _, blob in fresh])
        texts = {one: pieces(one[0], sources[one[1]]) for one in fresh}
        flat = [text for one in fresh for text in texts[one]]
        rows_of = dict(zip(flat, self._vectors.of([text[:700] for text in flat]), strict=True)) if self._vectors else {}
        for path, blob in fresh:
            source = sources[blob]
            made = tuple(Piece(Counter(code_words(text)), rows_of.get(text)) for text in texts[path, blob])
            self._versions[path, blob] = SourceFile(path, Counter(code_words(f"{path} {source}")), names_in(source), made)
        return [self._versions[one] for one in sorted(found.items())]

    def past(self, commit: str) -> list[PastChange]:
        raw = self.git("log", commit, "--no-merges", f"-{HISTORY}", "--format=%x1e%s", "--name-only").decode("utf8", "replace")
        found = []
        for record in raw.split("\x1e")[1:]:
            lines = record.strip().splitlines()
            paths = tuple(line for line in lines[1:] if self.is_source(line))
            if lines and 1 <= len(paths) <= 8:
                words = self._subjects.setdefault(lines[0], tuple(code_words(lines[0])))
                found.append(PastChange(words, paths))
        return found

    def _read(self, blobs: list[str]) -> dict[str, str]:
        raw, at, found = self.git("cat-file", "--batch", feed="\n".join(blobs)) if blobs else b"", 0, {}
        while at < len(raw):
            end = raw.index(b"\n", at)
            name, _, size = raw[at:end].split()
            found[name.decode()] = raw[end + 1 : end + 1 + int(size)].decode("utf8", "replace")
            at = end + int(size) + 2
        return found


def pieces(path: str, source: str) -> list[str]:
    """One text for the head of the module, of each class, and for each function."""
    words = path.removesuffix(".py").replace("/", " ").replace("_", " ")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return [f"{words}\n{source[:1500]}"]
    lines = source.splitlines()

    def body(node: Any) -> str:
        return "\n".join(lines[node.lineno - 1 : node.end_lineno])[:1400]

    named = (*FUNCTION, ast.ClassDef)
    names = " ".join(node.name for node in tree.body if isinstance(node, named))
    found = [f"{words}\n{(ast.get_docstring(tree) or '')[:400]}\n{names}"]
    for node in tree.body:
        if isinstance(node, FUNCTION):
            found.append(f"{words} {node.name}\n{body(node)}")
        elif isinstance(node, ast.ClassDef):
            members = " ".join(one.name for one in node.body if isinstance(one, named))
            found.append(f"{words} class {node.name}\n{(ast.get_docstring(node) or '')[:600]}\n{members}")
            found += [f"{words} {node.name} {one.name}\n{body(one)}" for one in node.body if isinstance(one, FUNCTION)]
    return found


def names_in(source: str) -> frozenset[str]:
    try:
        return frozenset(n.name.lower() for n in ast.walk(ast.parse(source)) if isinstance(n, (*FUNCTION, ast.ClassDef)))
    except (SyntaxError, ValueError):
        return frozenset()


def read_cases(data: Path, project: Project, vectors: Vectors | None) -> list[Case]:
    told = fixes(data)
    whole = vectors.of([case["query"][:700] for case in told]) if vectors else [None] * len(told)
    titles = vectors.of([case["query"].splitlines()[0] for case in told]) if vectors else whole
    found = []
    for case, row, title in zip(told, whole, titles, strict=True):
        files = project.files(case["parent"])
        place = {file.path: at for at, file in enumerate(files)}
        if gold := [place[path] for path in case["gold"] if path in place]:
            state = CodeFiles(files, project.past(case["parent"]))
            found.append((state.features(CodeQuestion(case["query"], row, title)), gold))
    if not found:
        raise BadData(f"{data}: no fix touched a file that was a Python source of the clone before it")
    return found


def measure(scores: Any, gold: list[int]) -> Row:
    at = positions(np.asarray(scores), gold)
    return {**{f"file_r{k}": share_within(at, k) for k in (1, 5, 10)}, "mrr": 1 / (1 + at[0])}


def learned(cases: list[Case]) -> Fusion:
    return Fusion(NAMES, learn([Example(features, gold) for features, gold in cases], RECIPE))


def common_prefix(data: Path) -> str:
    heads = Counter(path.split("/")[0] for case in fixes(data) for path in case["gold"])
    return heads.most_common(1)[0][0] + "/"


def run(options: argparse.Namespace) -> tuple[Row, dict[str, Row]]:
    vectors = None if options.words_only else Vectors(options.model, options.cache, "code")
    prefixes = options.prefix or [common_prefix(data) for data in options.data]
    projects: dict[str, list[Case]] = {}
    for data, clone, prefix in zip(options.data, options.repo, prefixes, strict=True):
        projects[data.stem] = read_cases(data, Project(clone, prefix, vectors), vectors)
        if vectors:
            vectors.save()
    arms = {"BM25 of files": "words", "BM25 of pieces": "pieces", "dense": "meaning"}
    each: dict[str, Row] = {}
    peers: dict[str, list[Row]] = {name: [] for name in (*arms, "RRF of the three", "words alone")}
    every: list[Row] = []
    for name, cases in projects.items():
        others = [case for other, held in projects.items() if other != name for case in held]
        fusion = learned(others) if options.folds else shipped("code" if vectors else "code_words")
        rows = [measure(fusion.score(NAMES, features), gold) for features, gold in cases]
        each[name], every = {**mean(rows), "cases": len(rows)}, every + rows
        for peer, arm in arms.items():
            peers[peer].append(mean([measure(features[:, NAMES.index(arm)], gold) for features, gold in cases]))
        fused = [measure(by_ranks(NAMES, features, tuple(arms.values())), gold) for features, gold in cases]
        peers["RRF of the three"].append(mean(fused))
        words = [measure(shipped("code_words").score(NAMES, features), gold) for features, gold in cases]
        peers["words alone"].append(mean(words))
    if options.weights:
        about = f"Learned from the histories of {', '.join(projects)}: commit messages and the files that they touched."
        write(Fusion(NAMES, learned([case for held in projects.values() for case in held]).network, about), options.weights)
    figures = {**mean(list(each.values())), **bootstrap(every, ("file_r1", "file_r5", "file_r10"))}
    figures["cases"] = len(every)
    return figures, {
        **{name: mean(found) for name, found in peers.items()},
        **{f"project {name}": row for name, row in each.items()},
    }
