"""How entities are called: one function per kind, so that every extractor gives the same thing the same key."""

from forgecrew.memory.extract.found import Found, Key


def person(found: Found, login: str, *, certain: bool = True) -> Key:
    """An account of the forge. Accounts belong to no repository; letters in logins have no case."""
    return found.name("user", login.lower(), login, repo="", certain=certain)


def repository(found: Found, name: str, *, certain: bool = False) -> Key:
    """A repository by owner/name."""
    return found.name("repo", name, repo=name, certain=certain)


def thread(found: Found, repo: str, number: int, title: str = "", *, certain: bool = False) -> Key:
    """An issue or a pull request: they share their numbers, and a reference does not tell which it is."""
    return found.name("issue", f"{repo}#{number}", title, repo=repo, certain=certain)


def commit(found: Found, repo: str, sha: str, subject: str = "", *, certain: bool = False) -> Key:
    """A commit by its full id, or by as much of it as somebody wrote."""
    return found.name("commit", f"{repo}@{sha.lower()}", subject or sha, repo=repo, certain=certain)


def within(found: Found, kind: str, name: str, *, certain: bool = False) -> Key:
    """Whatever has its name inside the event's repository: label, milestone, branch, file, symbol, release, run, URL."""
    return found.name(kind, f"{found.repo}:{name}", name, certain=certain)


def value(found: Found, word: str) -> Key:
    """A word out of a closed set, e.g. a state."""
    return found.name("value", word, repo="", certain=True)
