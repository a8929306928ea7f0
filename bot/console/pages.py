"""The console's templates and its own static files, read once when the house opens."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tenants.hours import LONDON

HERE = Path(__file__).parent
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    body: bytes
    kind: str
    tag: str


def read_assets(folder: Path = HERE / "static") -> Mapping[str, Asset]:
    """Every static file by its name; nothing else can be asked for."""
    assets = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in KINDS:
            body = path.read_bytes()
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            assets[path.name] = Asset(body, KINDS[path.suffix], tag)
    return MappingProxyType(assets)


def make_environment(folder: Path = HERE / "templates") -> Environment:
    """Templates that escape everything and refuse an unknown name."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(span=write_span, clock=write_clock, day=write_day)
    environment.filters.update(stamp=write_stamp, moment=write_moment)
    return environment


def write_span(span: timedelta) -> str:
    """How long, as people at a desk say it: *<1 min*, *4 min*, *2 h 05*, *3 days*."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return "<1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02}"
    return f"{minutes // (24 * 60)} days"


def write_clock(at: datetime) -> str:
    """The time of day in London."""
    return f"{at.astimezone(LONDON):%H:%M}"


def write_day(at: datetime) -> str:
    """The day in London, with its name."""
    there = at.astimezone(LONDON)
    return f"{there:%A} {there.day} {there:%B}"


def write_moment(at: datetime) -> str:
    """The day and the time of day in London: *Tue 24 Nov, 10:00*."""
    return f"{at.astimezone(LONDON):%a %-d %b, %H:%M}"


def write_stamp(at: datetime) -> str:
    """A moment for a machine: what the page's own clock counts from."""
    return at.isoformat(timespec="seconds")


def answer_page(
    environment: Environment, template: str, context: Mapping[str, object], *, status: int = 200
) -> web.Response:
    """One template as an answer."""
    body = environment.get_template(template).render(**context)
    return web.Response(text=body, content_type="text/html", status=status)
