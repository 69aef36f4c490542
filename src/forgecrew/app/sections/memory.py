"""Section [memory]: how the crew remembers."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with, within


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """How the crew remembers."""

    embedder: str = "minilm"
    """Folder in integrations/ that turns texts into vectors; "none" searches by words alone."""
    url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Address of the embedder's server, for one that has a server."""
    name: str = ""
    """Name of the model on that server."""
    api_key_env: str = ""
    """Name of the environment variable that holds the server's API key; empty means none is sent."""
    timeout_seconds: float = field(default=60.0, metadata=within(1, 3600))
    """Seconds that one answer of that server may take."""
    query_prefix: str = ""
    """Words that the model wants before a question, e.g. "query: "; another prefix means other vectors, which are made anew."""
    passage_prefix: str = ""
    """Words that the model wants before a text that is searched."""
    tokens_max: int = field(default=0, metadata=within(0, 1_000_000))
    """Tokens of one text that the model reads; 0 asks the server, and takes 512 when it does not tell."""
    judge_related: bool = False
    """Whether the triager tells of an earlier issue that a new one may belong to, after the model has compared the two."""
    reranker: str = "none"
    """Folder in integrations/ that compares the best texts with the question once more; "none" leaves their order."""
    reranker_url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Base of the reranker's API: llama.cpp, LiteLLM, Jina, Cohere, vLLM or Text Embeddings Inference."""
    reranker_name: str = ""
    """Name of the model on that server."""
    reranker_api_key_env: str = ""
    """Name of the environment variable that holds that server's API key; empty means none is sent."""
    reranker_timeout_seconds: float = field(default=2.0, metadata=within(0.05, 60))
    """Seconds that reranking may take; recall goes on without it then."""
    propose_pages: bool = True
    """Whether agents may propose pages of memory as pull requests (`.forgecrew/memory/`)."""
    facts: bool = False
    """Whether a model finds facts in what people said, while the crew has nothing to do; [model.roles.memory] names another."""
    facts_per_day: int = field(default=100, metadata=within(1, 10_000))
    """The most facts of one day."""
