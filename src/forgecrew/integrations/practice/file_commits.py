"""One file committed to a branch of a bare repository, without any work tree."""

from forgecrew.integrations.practice.git import Git
from forgecrew.integrations.practice.records import Row


async def commit_file(
    git: Git, repo_id: int, *, start: str, branch: str, path: str, content: bytes, message: str, who: Row
) -> str:
    """Make `branch` one commit after `start` (a full id) in which the file stands; gives the commit's id."""
    name = "".join(letter for letter in str(who["full_name"] or who["login"]) if letter not in "<>\n")
    told = message.encode()
    stream = b"".join((
        f"commit refs/heads/{branch}\ncommitter {name} <{who['email']}> now\n".encode(), b"data %d\n%s\n" % (len(told), told),
        f"from {start}\n".encode(), b'M 100644 inline "%s"\n' % path.replace("\\", "\\\\").replace('"', '\\"').encode(),
        b"data %d\n%s\n" % (len(content), content),
    ))  # fmt: skip
    await git.run(repo_id, "fast-import", "--quiet", "--date-format=now", stdin=stream)
    return await git.commit(repo_id, branch) or ""
