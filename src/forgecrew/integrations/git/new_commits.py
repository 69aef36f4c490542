"""The commits of a bundle that the forge does not have yet: what each of them changes, who made them, how large all is."""

from dataclasses import replace

from forgecrew.core.errors import RefusedError
from forgecrew.integrations.git.bare import Bare
from forgecrew.integrations.git.checks import CHECK_SECONDS, RAW, raw_paths

COMMITS_MAX = 500
FILE_BYTES_MAX = 64 << 20
UNPACKED_BYTES_MAX = 512 << 20


async def new_commits(bare: Bare, quarantine: Bare, head_sha: str) -> bytes:
    """Ids, a line each, of what no branch of the forge has. Raises RefusedError for too much of it."""
    git, folder = replace(quarantine.git, timeout_seconds=CHECK_SECONDS), quarantine.folder
    known = await git.run(bare.folder, "for-each-ref", "--format=^%(objectname)", "refs/heads")
    asked = head_sha.encode() + b"\n" + known
    new = await git.run(folder, "rev-list", "--stdin", stdin=asked)
    if new.count(b"\n") > COMMITS_MAX:
        raise RefusedError(f"the change has more than {COMMITS_MAX} commits")
    objects = await git.run(folder, "rev-list", "--objects", "--no-object-names", "--stdin", stdin=asked)
    told = await git.run(folder, "cat-file", "--batch-check=%(objectsize)", stdin=objects)
    sizes = [int(size) for size in told.split()]
    if max(sizes, default=0) > FILE_BYTES_MAX or sum(sizes) > UNPACKED_BYTES_MAX:
        raise RefusedError(
            f"the change holds a file above {FILE_BYTES_MAX >> 20} MiB, or more than {UNPACKED_BYTES_MAX >> 20} MiB in all"
        )
    return new


async def touched(quarantine: Bare, commits: bytes) -> tuple[str, ...]:
    """Paths that any of the commits changes; a merge changes what is as in none of its parents."""
    if not commits:
        return ()
    options = ("--stdin", "--root", "-c", "--no-commit-id", *RAW)
    return tuple(dict.fromkeys(raw_paths(await quarantine.git.run(quarantine.folder, "diff-tree", *options, stdin=commits))))


async def identities(quarantine: Bare, commits: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Addresses of all authors and committers, and all messages."""
    if not commits:
        return (), ()
    told = await quarantine.git.run(
        quarantine.folder, "log", "--no-walk", "--stdin", "-z", "--no-show-signature", "--format=%ae%n%ce%n%B", stdin=commits
    )
    emails: dict[str, None] = {}
    messages: list[str] = []
    for one in told.decode("utf-8", "replace").removesuffix("\0").split("\0"):
        author, _, rest = one.partition("\n")
        committer, _, message = rest.partition("\n")
        emails |= {author: None, committer: None}
        messages.append(message)
    return tuple(emails), tuple(messages)
