"""How a piece of a document is called: `handbook.pdf, p. 3`."""


def thread_key(repo: str, name: str) -> str:
    """What all pieces of one document share."""
    return f"{repo}:document/{name}"


def source_key(repo: str, name: str, at: str) -> str:
    """The place of one text; at most 300 characters, by the bounds of names and places."""
    return f"{thread_key(repo, name)}/{at}"


def citation(thread: str, source: str) -> str:
    """The words for people, from the two keys of a chunk of a document: name and place."""
    name = thread.partition(":document/")[2]
    at = source.removeprefix(thread).lstrip("/")
    return f"{name}, {at}" if at else name
