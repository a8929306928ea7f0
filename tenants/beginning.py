"""The files of a new tenant: safe beginnings, or another's directory with every check taken out.

Nothing that was verified for one helpline counts as verified for the next, and nobody's hours are
taken over: until it writes its own, a new tenant is closed.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tenants.tenant import FILES, Tenant

BEGINNING = Path(__file__).with_name("beginning.yaml")

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
ID_RULE = "Use up to 40 small letters and digits, with hyphens between, such as harbour-2026"

_TAKEN_OVER = ("services", "areas", "numbers", "wording")
_TAKEN_OVER_OF_TENANT = ("languages", "language", "flows", "doors", "settings")
_HEADS = {
    "tenant": "Who this tenant is. The title is for staff; no visitor's page names it.",
    "services": "Its services. No address and no direct line: a worker puts people in touch (P18).",
    "hours": "Closed until you write your own hours, such as 09:00-17:00.",
    "areas": "Areas, the districts reports count apart, and what people type.",
    "numbers": 'Write the day a number was called and found right instead of "not verified".',
    "wording": "Texts of our own, by key and language.",
}


def begin_tenant(
    id: str, title: str, *, order: int = 1, like: Tenant | None = None
) -> Mapping[str, str]:
    """The files of a tenant that is no demo: file name -> text, to be read as any tenant's."""
    parts = _load(BEGINNING.read_text(encoding="utf-8"))
    if like is not None:
        _take_over(parts, like)
    parts["tenant"] = {"id": id, "title": title, **parts["tenant"], "order": str(order)}
    _forget_checks(parts)
    return {name: _write(name.removesuffix(".yaml"), parts) for name in FILES}


def _take_over(parts: dict[str, Any], like: Tenant) -> None:
    for name in _TAKEN_OVER:
        parts[name] = _load(like.files[f"{name}.yaml"])
    theirs = _load(like.files["tenant.yaml"])
    parts["tenant"] |= {name: theirs[name] for name in _TAKEN_OVER_OF_TENANT}


def _forget_checks(parts: dict[str, Any]) -> None:
    """What was called or asked for another helpline, or long ago, is to be called again."""
    numbers = parts["numbers"]
    numbers["national"] = dict.fromkeys(numbers["national"], "not verified")
    for number in numbers.get("own", {}).values():
        number["verified"] = "not verified"
    for service in parts["services"].values():
        service.pop("verified", None)
        service.pop("status", None)


class _Writer(yaml.SafeDumper):
    """Writes texts as they are, for a reader to whom `no` and `999` are words."""

    def ignore_aliases(self, _data: object) -> bool:
        """Anchors would save a line and puzzle whoever edits it."""
        return True


_Writer.yaml_implicit_resolvers = {}
_Writer.add_representer(
    list, lambda writer, items: writer.represent_sequence("tag:yaml.org,2002:seq", items, True)
)


def _load(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts alone
    return loaded


def _write(name: str, parts: Mapping[str, Any]) -> str:
    body = yaml.dump(parts[name], Dumper=_Writer, sort_keys=False, allow_unicode=True, width=10_000)
    return f"# {_HEADS[name]}\n{body}"
