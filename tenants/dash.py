"""The risk checklist's topics by id, and a tenant's own licensed wording of them.

The published wording is licensed and not ours to ship: a tenant that holds it may write it into a
`dash.yaml` of its own (domain: the SafeLives checklist has 24 topics, in two forms).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tenants.reading import Entry

FILE = "dash.yaml"

TOPICS = (
    "injury",
    "fear",
    "feared-what",
    "isolation",
    "low-mood",
    "separation",
    "child-contact",
    "following",
    "pregnancy",
    "more-often",
    "worse",
    "control",
    "weapons",
    "threats-to-kill",
    "neck",
    "sexual-harm",
    "others-feared",
    "hurt-others",
    "animals",
    "money",
    "their-health",
    "their-suicide",
    "broken-orders",
    "police-history",
)
"""Every topic once, in the order in which they are gone through. The ids are ours."""

FORMS = ("adult", "young")


@dataclass(frozen=True, slots=True)
class DashWording:
    """A licensed wording. `licence` says who holds it, `forms` the words of each topic by form."""

    licence: str
    forms: Mapping[str, Mapping[str, str]]


def read_dash(document: Entry) -> DashWording:
    """`dash.yaml`; each form that it has must have words for every topic, and for no other."""
    fields = document.fields(needed="licence adult", optional="young")
    forms = {name: _read_form(fields[name]) for name in FORMS if name in fields}
    return DashWording(fields["licence"].text(), forms)


def _read_form(item: Entry) -> Mapping[str, str]:
    fields = item.fields(needed=" ".join(TOPICS))
    return {topic: fields[topic].text() for topic in TOPICS}
