"""What a tenant sets without code: which rules hold, and after how long a silence what happens."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenants.ladder import Spans, read_spans
from tenants.reading import Entry

FLAGS = ("no_wrong_door", "sexual_violence_all_ages")
"""The settings that are yes or no; a service may hang on one."""

_DURATIONS = "veil_after idle_after ask_safety_after resume_within"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one tenant.

    `veil_after`: the page covers itself. `idle_after`: the desk marks danger that was said longer
    ago as to be asked again. `ask_safety_after`: a silence after which safety is asked again as the
    person writes.
    `resume_within`: how long a live reconnect gets everything sent again. `capacity`: how many
    cases one worker holds at once, where a supervisor set no other number. `offer_waits`: how long
    an offered case waits for an answer; it stays with its holder meanwhile. `ladder`: how long
    somebody may wait before the next person is told.
    """

    veil_after: dt.timedelta
    idle_after: dt.timedelta
    ask_safety_after: dt.timedelta
    resume_within: dt.timedelta
    flags: Mapping[str, bool]
    front_door: str = ""
    capacity: int = 4
    offer_waits: dt.timedelta = dt.timedelta(minutes=2)
    ladder: Spans = field(default_factory=Spans)

    @property
    def no_wrong_door(self) -> bool:
        """Whether every service may be reached directly (004:226)."""
        return self.flags["no_wrong_door"]

    @property
    def sexual_violence_all_ages(self) -> bool:
        """Whether the sexual violence service takes all ages (001) or 16 and over (000)."""
        return self.flags["sexual_violence_all_ages"]


def read_settings(item: Entry) -> Settings:
    """The `settings` of `tenant.yaml`."""
    optional = "front_door capacity offer_waits ladder"
    fields = item.fields(needed=f"{_DURATIONS} {' '.join(FLAGS)}", optional=optional)
    times = {name: fields[name].duration() for name in _DURATIONS.split()}
    for name, time in times.items():
        if not time:
            raise fields[name].error(f"{name!r} may not be nothing", "Write a time such as 10m")
    return Settings(
        veil_after=times["veil_after"],
        idle_after=times["idle_after"],
        ask_safety_after=times["ask_safety_after"],
        resume_within=times["resume_within"],
        flags={name: fields[name].flag() for name in FLAGS},
        front_door=fields["front_door"].text() if "front_door" in fields else "",
        **_desk(fields),
        ladder=read_spans(fields["ladder"]) if "ladder" in fields else Spans(),
    )


def _desk(given: Mapping[str, Entry]) -> dict[str, Any]:
    """How the desk works, where the file says so; what it leaves out is as usual."""
    readers = {"capacity": Entry.whole, "offer_waits": Entry.duration}
    found = {name: read(given[name]) for name, read in readers.items() if name in given}
    for name, value in found.items():
        if not value:
            raise given[name].error(f"{name!r} may not be nothing", "Write more, or leave it out")
    return found
