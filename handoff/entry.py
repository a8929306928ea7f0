"""The case file: what staff keep of a case beside its talk, sheet upon sheet, none ever altered.

A form that is filled in again is a new entry, so whoever reads can see who wrote what, and when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from handoff.reference import Reference
from handoff.staff import StaffId


@dataclass(frozen=True, slots=True)
class Entry:
    """One sheet. ``number`` counts from one within its case, without a gap; ``id`` is the move's
    under which it was filed, so that it is filed once (I2).

    ``kind`` names whose shape ``content`` has; it is JSON-able. ``by`` is empty for the house.
    """

    reference: Reference
    number: int
    id: str
    kind: str
    at: datetime
    by: StaffId
    content: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
