"""Signals: control flow inside a run, never errors.

Signal
├── TellModel            the model can repair this: its text goes back as the next observation
└── AskHuman             the run cannot go on without a person
"""


class Signal(Exception):
    """Control flow inside a run; never an error."""


class TellModel(Signal):
    """The text goes back to the model as its next observation."""


class AskHuman(Signal):
    """The run needs an answer from a person; args[0] is a tuple of at most three questions."""
