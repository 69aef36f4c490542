"""A role: what kind of colleague, as its role.toml tells; an agent is a role with an account."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run."""

    steps_max: int = 40
    stage_steps_max: int = 14
    seconds_max: float = 4 * 3600
    """Of the model's time."""
    output_tokens_max: int = 100_000


@dataclass(frozen=True, slots=True)
class Role:
    """One role. `triggers` are words of the rule table in kernel/trigger_rules.

    `stages` pairs each stage's name with the words that people read in the status comment. `prompt` is the text of
    prompt.md: who this colleague is, then one `## name` section per stage. `procedure` names the folder in crew/ whose
    procedure.py runs it.
    """

    name: str
    account: str
    purpose: str
    triggers: tuple[str, ...]
    tools: tuple[str, ...] = ()
    stages: tuple[tuple[str, str], ...] = ()
    scopes: tuple[str, ...] = ()
    prompt: str = ""
    procedure: str = ""
    speaks: bool = True
    """Whether its runs keep a status comment; false for roles whose result is itself on the page."""
    limits: Limits = field(default_factory=Limits)
