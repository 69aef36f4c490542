"""Taking forgotten texts and people out of the payload of an event; the event itself stays, so that it is not told anew."""

from collections.abc import Set
from typing import Any

from forgecrew.core.json import Json, as_list, as_object

FORGOTTEN: Json = {"forgotten": True}
"""What is left of an event that was forgotten as a whole."""


def without_places(payload: Json, thread: str, repo: str, places: Set[str], reviews: Set[str]) -> Json:
    """The payload without the texts that stand at some places; `reviews` are texts of reviews, which have no name in it."""
    kept = dict(payload)
    if f"{thread}/body" in places:
        kept |= {key: "" for key in ("title", "body") if key in kept}
    comment = as_object(kept.get("comment"))
    if f"{thread}/comment/{comment.get('id')}" in places:
        kept["comment"] = comment | {"body": ""}
    review = as_object(kept.get("review"))
    if str(review.get("body") or "").strip() in reviews:
        kept["review"] = review | {"body": ""}
    if "commits" in kept:
        kept["commits"] = [
            as_object(one) | ({"message": ""} if f"{repo}@{as_object(one).get('id')}/message" in places else {})
            for one in as_list(kept["commits"])
        ]
    document = as_object(kept.get("document"))
    if f"{thread}:{document.get('path')}/{document.get('kind') or 'doc'}" in places:
        kept["document"] = document | {"text": ""}
    return kept


def without_person(value: Any, login: str) -> Any:
    """The value with every string that is the login emptied, at any depth."""
    if isinstance(value, str):
        return "" if value.lower() == login else value
    if isinstance(value, dict):
        return {key: without_person(one, login) for key, one in as_object(value).items()}
    return [without_person(one, login) for one in as_list(value)] if isinstance(value, list) else value
