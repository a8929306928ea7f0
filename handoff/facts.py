"""Content-free facts: what is counted, written in the same commit as what it counts (R38 to R48).

A fact holds codes, times and ids only, so that every report stands when the content is erased.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, as a code with coded values. Never free text, never a contact."""

    kind: str
    at: datetime
    conversation: str = ""
    reference: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
