"""The suite of `init` and `doctor`, run on a real Gitea: accounts, token scopes and webhooks are what it says they are."""

from tests.acceptance.test_init_and_doctor import (
    prepared,
    repo,
    test_a_read_token_cannot_write,
    test_doctor_finds_the_forge_well_and_the_model_missing,
    test_init_again_changes_nothing,
    test_init_makes_accounts_tokens_rights_and_webhook,
    test_init_replaces_only_a_token_that_is_refused,
)

__all__ = [
    "prepared",
    "repo",
    "test_a_read_token_cannot_write",
    "test_doctor_finds_the_forge_well_and_the_model_missing",
    "test_init_again_changes_nothing",
    "test_init_makes_accounts_tokens_rights_and_webhook",
    "test_init_replaces_only_a_token_that_is_refused",
]
