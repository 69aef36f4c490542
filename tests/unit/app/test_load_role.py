"""Roles: those of the product, and what a user's own folder changes or adds."""

from pathlib import Path

import pytest

from forgecrew.app.load_role import load_role, load_roles
from forgecrew.app.load_settings import load_settings
from forgecrew.app.roster import call_roster
from forgecrew.core.errors import ConfigError


def role_folder(home: Path, name: str, toml: str, prompt: str = "") -> Path:
    folder = home / "crew" / name
    folder.mkdir(parents=True)
    (folder / "role.toml").write_text(toml)
    if prompt:
        (folder / "prompt.md").write_text(prompt)
    return folder


def test_the_product_brings_three_roles(tmp_path: Path) -> None:
    roles, broken = load_roles(tmp_path)
    assert {"coder", "reviewer", "triager"} <= set(roles) and not broken
    coder = roles["coder"]
    assert coder.account == "casey" and coder.procedure == "coder" and "issue.assigned" in coder.triggers
    assert coder.stages[0] == ("readiness", "Understand what is asked")
    assert "{account}" in coder.prompt and "## edit" in coder.prompt
    assert coder.limits.stage_steps_max == 16


def test_a_user_changes_a_role_and_keeps_the_rest(tmp_path: Path) -> None:
    role_folder(tmp_path, "coder", 'account = "ada"\n[limits]\nsteps_max = 5\n', "You are kind.\n## edit\nEdit.")
    coder = load_roles(tmp_path)[0]["coder"]
    assert (coder.account, coder.limits.steps_max, coder.limits.stage_steps_max) == ("ada", 5, 16)
    assert coder.prompt.startswith("You are kind.") and coder.triggers == ("issue.assigned", "pull.reviewed")


def test_a_user_adds_a_role_that_runs_an_existing_procedure(tmp_path: Path) -> None:
    toml = 'account = "doc"\npurpose = "Reviews documents."\ntriggers = ["pull.review_requested"]\nprocedure = "reviewer"\n'
    role_folder(tmp_path, "proofreader", toml, "You are {account}.")
    assert load_roles(tmp_path)[0]["proofreader"].procedure == "reviewer"


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('acount = "x"', "did you mean 'account'"),
        ("account = 3", "account must be a text"),
        ('triggers = "issue.opened"', "triggers must be a list"),
        ("[limits]\nsteps = 3", "limits.steps is no limit"),
        ("[limits]\nsteps_max = 0", "limits.steps_max must be a number above 0"),
        ("speaks = 1", "speaks must be true or false"),
        ('name = "other"', "they must be the same"),
        ('account = "a"', "purpose is missing"),
        ('account = "a"\npurpose = "p"\ntriggers = ["x"]', "prompt.md is missing"),
        ("= 3", "cannot be read"),
    ],
)
def test_a_broken_role_is_told_and_skipped(tmp_path: Path, toml: str, words: str) -> None:
    folder = role_folder(tmp_path, "scribe", toml)
    with pytest.raises(ConfigError, match=words):
        load_role(folder)
    roles, broken = load_roles(tmp_path)
    assert "scribe" not in roles and words in broken["scribe"] and "coder" in roles


def settings_of(home: Path, text: str):
    (home / "forgecrew.toml").write_text(text)
    return load_settings(home, environ={})


def test_the_roster_knows_accounts_and_who_is_away(tmp_path: Path) -> None:
    roster = call_roster(settings_of(tmp_path, '[crew.coder]\naccount = "ada"\n[crew.triager]\nenabled = false\n'))
    assert roster.accounts == {"coder": "ada", "reviewer": "robin"}
    assert set(roster.roles) <= set(roster.procedures) and not roster.broken


def test_the_roster_refuses_unknown_roles_and_shared_accounts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'coder'"):
        call_roster(settings_of(tmp_path, "[crew.codr]\n"))
    with pytest.raises(ConfigError, match="share the account"):
        call_roster(settings_of(tmp_path, '[crew.coder]\naccount = "robin"\n'))
