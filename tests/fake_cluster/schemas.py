"""What a Kubernetes API server would refuse: custom resources by agent-sandbox's schemas, the others by Kubernetes' own."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate

VERSION = "1.37"


def _strict(schema: Any) -> Any:
    """Unknown fields are refused, where a server would drop them silently."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _strict(value) for name, value in schema.items()}
    if "properties" in made and made.get("type") == "object" and not made.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made


def _load() -> dict[str, jsonschema.Draft202012Validator]:
    found = {}
    for file in Path(__file__).with_name("crds").glob("*.json"):
        given = json.loads(file.read_text())
        schema = _strict(given["schema"])
        schema["properties"]["metadata"] = {"type": "object"}
        found[given["plural"]] = jsonschema.Draft202012Validator(schema)
    return found


CUSTOM = _load()


def faults(plural: str, body: dict[str, Any]) -> str:
    """What is wrong with an object; empty when nothing is."""
    if plural in CUSTOM:
        wrong = "; ".join(f"{one.json_path}: {one.message}"[:200] for one in CUSTOM[plural].iter_errors(body))
        if not wrong and plural == "sandboxtemplates":
            pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": body["spec"]["podTemplate"]["spec"]}
            volumes = [
                {"name": one["metadata"]["name"], "emptyDir": {}} for one in body["spec"].get("volumeClaimTemplates", [])
            ]
            pod["spec"] = {**pod["spec"], "volumes": [*pod["spec"].get("volumes", []), *volumes]}
            return faults("pods", pod)
        return wrong
    try:
        kubernetes_validate.validate(body, VERSION, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return str(error)[:300]
    return ""
