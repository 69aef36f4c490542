"""Who calls: passwords, tokens, their scopes, and what an account may do in a repository."""

import base64
import binascii
import hashlib
import hmac
import secrets

from forgecrew.integrations.practice.records import Records, Row, now
from forgecrew.integrations.practice.web import Refusal, Request

CATEGORIES = ("activitypub", "admin", "misc", "notification", "organization", "package", "issue", "repository", "user")
SCOPES = frozenset({"all", "public-only", *(f"{level}:{name}" for level in ("read", "write") for name in CATEGORIES)})


def add_account(records: Records, login: str, password: str, *, email: str, full_name: str = "", is_admin: bool = False) -> int:
    """A new account; gives its id."""
    return records.add(
        "account",
        login=login,
        full_name=full_name,
        email=email,
        password=_hashed(password, secrets.token_hex(8)),
        must_change_password=0,
        is_admin=int(is_admin),
        created_at=now(),
    )


def set_password(records: Records, account: Row, password: str) -> None:
    """Change a password."""
    records.change("account", {"id": account["id"]}, password=_hashed(password, secrets.token_hex(8)))


def add_token(records: Records, account: Row, name: str, scopes: list[str]) -> tuple[Row, str]:
    """A new token: its row, and the secret that is never shown again."""
    secret = secrets.token_hex(20)
    made = records.add(
        "token",
        account_id=account["id"],
        name=name,
        digest=_digest(secret),
        last_eight=secret[-8:],
        scopes=",".join(scopes),
        created_at=now(),
    )
    return records.get("token", made), secret


def recognize(records: Records, request: Request) -> None:
    """Set who calls from the Authorization header; raises Refusal 401 for wrong credentials."""
    kind, _, rest = request.headers.get("authorization", "").partition(" ")
    if kind.lower() in ("token", "bearer"):
        _by_token(records, request, rest.strip())
    elif kind.lower() == "basic":
        try:
            login, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refusal(401, "malformed Basic credentials") from error
        _by_basic(records, request, login, password)
    if request.caller and request.caller["must_change_password"]:
        raise Refusal(403, "You must change your password. Change it at: " + request.base + "/user/change_password")


def check_scope(request: Request, category: str) -> None:
    """Raise Refusal 403 where a token may not do this; the level follows the method alone."""
    if not category or request.scopes is None or "all" in request.scopes:
        return
    need = "read" if request.method in ("GET", "HEAD") else "write"
    if not request.scopes & {f"write:{category}", f"{need}:{category}"}:
        has = ",".join(sorted(request.scopes))
        text = f"token does not have at least one of required scope(s), required=[{need}:{category}], token scope={has}"
        raise Refusal(403, text)


def _by_token(records: Records, request: Request, secret: str) -> bool:
    row = records.one("token", digest=_digest(secret))
    if row is None:
        raise Refusal(401, "invalid username, password or token")
    request.caller = records.get("account", row["account_id"])
    request.scopes = frozenset(row["scopes"].split(","))
    return True


def _by_basic(records: Records, request: Request, login: str, password: str) -> None:
    for secret in (password, login):
        if records.one("token", digest=_digest(secret)):
            _by_token(records, request, secret)
            return
    account = records.one("account", login=login)
    if account is None or not hmac.compare_digest(
        _hashed(password, account["password"].partition("$")[0]), account["password"]
    ):
        raise Refusal(401, "invalid username, password or token")
    request.caller = account


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _hashed(password: str, salt: str) -> str:
    derived = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt.encode(), n=1 << 12, r=8, p=1)
    return f"{salt}${derived.hex()}"
