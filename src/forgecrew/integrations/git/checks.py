"""What a bundle from a sandbox must stand before anything of it is pushed."""

import asyncio
import re
from dataclasses import replace

from forgecrew.core.errors import ForgeUnavailable, RefusedError
from forgecrew.integrations.git.bare import Bare

BUNDLE_BYTES_MAX = 64 << 20
CHECK_SECONDS = 60.0
"""How long any one look at what a sandbox handed over may take: what takes longer was made to."""
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_SHA = re.compile(r"[0-9a-f]{40}")
RAW = ("-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-abbrev")
_SUBMODULE = "160000"


def check_names(branch: str, *shas: str | None) -> None:
    """Raises RefusedError for what is no branch name or no full commit id."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._/+-]{0,200}", branch) or re.search(r"\.\.|//|/\.|\.lock(/|$)|[./]$", branch):
        raise RefusedError(f"{branch!r} is no proper name for a branch")
    for sha in shas:
        if sha is not None and not _SHA.fullmatch(sha):
            raise RefusedError(f"{sha!r} is no full commit id")


async def take_in(quarantine: Bare, bundle: bytes, head_sha: str) -> None:
    """Unpack the one wanted head of a bundle into a quarantine, checked object by object. Raises RefusedError."""
    if len(bundle) > BUNDLE_BYTES_MAX:
        raise RefusedError(f"the bundle is larger than {BUNDLE_BYTES_MAX >> 20} MiB")
    try:
        await _unpack(Bare(replace(quarantine.git, timeout_seconds=CHECK_SECONDS), quarantine.folder), bundle, head_sha)
    except ForgeUnavailable as error:  # not the forge's doing: trying again would take as long again
        raise RefusedError(f"the bundle takes too long to check: {error}") from error


async def _unpack(quarantine: Bare, bundle: bytes, head_sha: str) -> None:
    git, folder = quarantine.git, quarantine.folder
    file = folder / "incoming.bundle"
    await asyncio.to_thread(file.write_bytes, bundle)
    await git.run(folder, "bundle", "verify", "--quiet", str(file))
    heads = (await git.run(folder, "bundle", "list-heads", str(file))).decode("utf-8", "replace").splitlines()
    wanted = next((ref for sha, _, ref in (line.partition(" ") for line in heads) if sha == head_sha), None)
    if wanted is None:
        raise RefusedError(f"the bundle does not hold the commit {head_sha}")
    header = bundle.find(b"\n\nPACK")
    if header < 0:
        raise RefusedError("the bundle holds no objects")
    # Unbundling as such does not look into the objects: a tree that names .git would pass.
    await git.run(folder, "index-pack", "--strict", "--fix-thin", "--stdin", stdin=bundle[header + 2 :])
    if await quarantine.commit(head_sha) != head_sha:
        raise RefusedError(f"{head_sha} is no commit")
    await git.run(folder, "update-ref", "refs/quarantine/head", head_sha)


async def changed(quarantine: Bare, base: str | None, head_sha: str) -> list[str]:
    """Paths that head changes against its merge base with `base` (all of them without any). RefusedError for submodules."""
    git, folder = quarantine.git, quarantine.folder
    start = EMPTY_TREE
    if base is not None:
        found = (await git.run(folder, "merge-base", base, head_sha, codes=(0, 1))).decode().split()
        start = found[0] if found else EMPTY_TREE
    return raw_paths(await git.run(folder, "diff-tree", *RAW, start, head_sha))


def raw_paths(raw: bytes) -> list[str]:
    """Paths of raw diffs, also of combined ones, which have one mode for each parent. RefusedError for submodules."""
    fields = raw.decode("utf-8", "surrogateescape").split("\0")
    paths: list[str] = []
    for about, path in zip(fields[::2], fields[1::2], strict=False):
        parents = len(about) - len(about.lstrip(":"))
        if about.split(" ")[parents] == _SUBMODULE:
            raise RefusedError(f"the change adds a submodule at {path}: only a person may do that")
        paths.append(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return paths
