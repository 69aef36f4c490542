"""Accounts and their tokens."""

import sqlite3
from typing import cast

from forgecrew.integrations.practice.accounts import SCOPES, add_account, add_token
from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.paging import paged
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.telling import shapes
from forgecrew.integrations.practice.web import Answer, Refusal, Request, nothing, reply

operations = Operations()
LOGIN_LENGTH_MAX = 40
PASSWORD_LENGTH_MIN = 8


@operations.on("GET /user", "user")
async def me(practice: Practice, request: Request) -> Answer:
    """The account that calls."""
    return reply(shapes(practice, request).user(request.me))


@operations.on("GET /users/{username}", "user")
async def user(practice: Practice, request: Request) -> Answer:
    """An account."""
    return reply(shapes(practice, request).user(practice.account(request.parts["username"])))


@operations.on("POST /admin/users", "admin")
async def create_user(practice: Practice, request: Request) -> Answer:
    """Make an account. It must change its password first unless `must_change_password` is false."""
    if not request.me["is_admin"]:
        raise Refusal(403, "user should be the site admin")
    asked = request.json()
    login, email, password = (str(asked.get(key) or "") for key in ("username", "email", "password"))
    plain = login.replace("-", "").replace("_", "").replace(".", "")
    if not plain.isascii() or not plain.isalnum() or len(login) > LOGIN_LENGTH_MAX:
        raise Refusal(422, f"name is invalid [{login}]: must be valid alpha or numeric or dash(-_) or dot characters")
    if "@" not in email:
        raise Refusal(422, "[Email]: Email")
    if len(password) < PASSWORD_LENGTH_MIN:
        raise Refusal(400, f"password must be at least {PASSWORD_LENGTH_MIN} characters")
    if practice.records.one("account", email=email):
        raise Refusal(422, f"email already in use [email: {email}]")
    try:
        made = add_account(practice.records, login, password, email=email, full_name=str(asked.get("full_name") or ""))
    except sqlite3.IntegrityError as error:
        raise Refusal(422, f"user already exists [name: {login}]") from error
    practice.records.change("account", {"id": made}, must_change_password=int(asked.get("must_change_password") is not False))
    return reply(shapes(practice, request).user_by_id(made), 201)


@operations.on("GET /users/{username}/tokens", "user")
async def tokens(practice: Practice, request: Request) -> Answer:
    """Tokens of an account, without their secrets."""
    account = _own(practice, request)
    return paged(request, practice.records.many("token", account_id=account["id"]), shapes(practice, request).token)


@operations.on("POST /users/{username}/tokens", "user")
async def create_token(practice: Practice, request: Request) -> Answer:
    """Make a token; its secret is shown this once."""
    account = _own(practice, request)
    asked = request.json()
    name = str(asked.get("name") or "")
    scopes = [str(scope) for scope in cast(list[object], asked.get("scopes") or [])]
    if not name:
        raise Refusal(422, "[Name]: Required")
    if practice.records.one("token", account_id=account["id"], name=name):
        raise Refusal(400, "access token name has been used already")
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise Refusal(400, f"invalid access token scope provided: {unknown[0]}")
    if not scopes:
        raise Refusal(400, "access token must have a scope")
    row, secret = add_token(practice.records, account, name, scopes)
    return reply(shapes(practice, request).token(row, secret), 201)


@operations.on("DELETE /users/{username}/tokens/{token}", "user")
async def delete_token(practice: Practice, request: Request) -> Answer:
    """Revoke a token by its id or name."""
    account, wanted = _own(practice, request), request.parts["token"]
    key = {"id": int(wanted)} if wanted.isascii() and wanted.isdigit() else {"name": wanted}
    if practice.records.one("token", account_id=account["id"], **key) is None:
        raise Refusal(404, "The target couldn't be found.")
    practice.records.drop("token", account_id=account["id"], **key)
    return nothing()


def _own(practice: Practice, request: Request) -> Row:
    """The account of a token path: needs a password and the account itself or an administrator."""
    if not request.headers.get("authorization", "").lower().startswith("basic "):
        raise Refusal(401, "auth required")
    account = practice.account(request.parts["username"])
    if account["id"] != request.me["id"] and not request.me["is_admin"]:
        raise Refusal(403, "doer should be the site admin or be same as the contextUser")
    return account
