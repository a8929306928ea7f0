"""A tenant: one helpline, its doors, directory, hours, areas, numbers and words, from a folder.

It is immutable, and a mistake in any file stops the reading: nothing is left out in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NewType
from urllib.parse import urlsplit

from tenants.areas import Areas, read_areas
from tenants.dash import FILE as DASH
from tenants.dash import DashWording, read_dash
from tenants.hours import Hours, read_hours
from tenants.messaging import FILE as MESSAGING
from tenants.messaging import NO_MESSAGING, Messaging, read_messaging
from tenants.numbers import Number, read_numbers
from tenants.phrases import FILE as PHRASES
from tenants.phrases import Phrases, read_phrases
from tenants.reading import Entry, FileMistakeError, read_file, read_source
from tenants.recordings import FILE as RECORDINGS
from tenants.recordings import Recording, read_recordings
from tenants.service import Service, read_services
from tenants.settings import Settings, read_settings
from tenants.thresholds import FILE as THRESHOLDS
from tenants.thresholds import Thresholds, read_thresholds

TenantId = NewType("TenantId", str)

FILES = tuple(
    f"{name}.yaml" for name in ("tenant", "services", "hours", "areas", "numbers", "wording")
)
"""What every tenant's folder holds."""

OPTIONAL_FILES = (RECORDINGS, PHRASES, THRESHOLDS, DASH, MESSAGING)
"""What it may hold too; beside that only the recordings themselves."""

DOORS = ("victim", "third-party", "using-abuse", "feedback")

_NEEDED = "id title order languages language leave_to flows doors settings"

PACKAGED = Path(__file__).parent
"""The folder packaged with the code, which holds the samples."""


class TenantFileError(FileMistakeError):
    """A tenant's file cannot be read as it stands."""

    code = "tenant-file"


@dataclass(frozen=True, slots=True)
class Tenant:
    """One helpline. `title` is for staff; a visitor's page never names it (P15).

    `doors` leads from each door to the queue its cases wait in, `wording` from a text's key to the
    tenant's own text by language. `leave_to` is the neutral page that exit leads to. `files` holds
    what it was read from, by name, so that it can be published whole; `folder` is where it lies,
    unless it was read from an archive or an edition. `dash` are a licensed checklist's words.
    """

    id: TenantId
    title: str
    order: int
    demo: bool
    languages: tuple[str, ...]
    language: str
    leave_to: str
    flows: tuple[str, ...]
    doors: Mapping[str, str]
    settings: Settings
    services: tuple[Service, ...]
    hours: Hours
    areas: Areas
    numbers: tuple[Number, ...]
    wording: Mapping[str, Mapping[str, str]]
    recordings: tuple[Recording, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    dash: DashWording | None = None
    phrases: Phrases = field(default_factory=dict)
    messaging: Messaging = NO_MESSAGING
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: Path | None = field(default=None, compare=False, repr=False)


def load_tenants(root: Path = PACKAGED) -> Mapping[TenantId, Tenant]:
    """Every tenant that has a folder with a `tenant.yaml` under `root`, by its `order`.

    Raises `TenantFileError`, also where there is none.
    """
    tenants = sorted(map(load_tenant, folders_in(root)), key=lambda each: (each.order, each.id))
    if not tenants:
        cure = "Name another folder in TENANTS, or write one with `frontdoor tenant add`"
        raise TenantFileError(root, 1, "no tenant has a folder here", cure=cure)
    return {tenant.id: tenant for tenant in tenants}


def folders_in(root: Path) -> Sequence[Path]:
    """The folder of every tenant under `root`, sound or not, by its name."""
    return sorted(path.parent for path in root.glob("*/tenant.yaml"))


@dataclass(frozen=True, slots=True)
class ReadFolder:
    """One folder as it was read: a tenant, or the mistake that is in the way."""

    id: str
    found: Tenant | FileMistakeError

    def tenant(self) -> Tenant:
        """The tenant. Raises the mistake where there is none."""
        if isinstance(self.found, FileMistakeError):
            raise self.found
        return self.found


def read_folders(root: Path) -> Sequence[ReadFolder]:
    """Every folder under `root`: the unreadable ones first, then the others by their `order`."""
    read = [ReadFolder(folder.name, _read_folder(folder)) for folder in folders_in(root)]
    return sorted(read, key=lambda each: (getattr(each.found, "order", -1), each.id))


def _read_folder(folder: Path) -> Tenant | FileMistakeError:
    try:
        return load_tenant(folder)
    except FileMistakeError as mistake:
        return mistake


def load_tenant(folder: Path) -> Tenant:
    """The tenant of one folder. Raises `TenantFileError` with file, line and cure."""
    names = (*FILES, *(name for name in OPTIONAL_FILES if (folder / name).exists()))
    files = {name: read_file(folder / name, TenantFileError) for name in names}
    return replace(read_tenant(files, folder), folder=folder)


def read_tenant(files: Mapping[str, str], folder: Path) -> Tenant:
    """The tenant that these files make; `folder` names them in a mistake, and is not looked at.

    Raises `TenantFileError`.
    """

    def opened(name: str) -> Entry:
        path = folder / f"{name}.yaml"
        return read_source(files[path.name], path, TenantFileError)

    fields = opened("tenant").fields(needed=_NEEDED, optional="demo")
    languages = _read_languages(fields["languages"])
    areas = read_areas(opened("areas"))
    area_ids = [area.id for area in areas.within]
    settings = read_settings(fields["settings"])
    services = read_services(opened("services"), area_ids=area_ids, flags=settings.flags)
    _check_front_door(fields["settings"], settings.front_door, services)
    return Tenant(
        id=_read_id(fields["id"], folder),
        title=fields["title"].text(),
        order=fields["order"].whole(),
        demo="demo" in fields and fields["demo"].flag(),
        languages=languages,
        language=fields["language"].one_of(languages),
        leave_to=_read_address(fields["leave_to"]),
        flows=fields["flows"].texts(),
        doors=_read_doors(fields["doors"]),
        settings=settings,
        services=services,
        hours=read_hours(opened("hours")),
        areas=areas,
        numbers=read_numbers(opened("numbers"), area_ids),
        wording=_read_wording(opened("wording"), languages),
        recordings=(
            read_recordings(opened("recordings"), languages) if RECORDINGS in files else ()
        ),
        thresholds=(
            read_thresholds(opened("thresholds"), area_ids) if THRESHOLDS in files else Thresholds()
        ),
        dash=read_dash(opened("dash")) if DASH in files else None,
        phrases=read_phrases(opened("phrases"), languages) if PHRASES in files else {},
        messaging=(
            read_messaging(opened("messaging"), DOORS) if MESSAGING in files else NO_MESSAGING
        ),
        files=files,
    )


def _read_id(item: Entry, folder: Path) -> TenantId:
    if item.text() != folder.name:
        raise item.error(f"the id is not the folder's name {folder.name!r}", "Make them the same")
    return TenantId(item.text())


def _read_languages(item: Entry) -> tuple[str, ...]:
    languages = item.texts()
    if not languages or len(set(languages)) < len(languages):
        raise item.error("no language is named, or one of them twice", "Write [en, pl]")
    return languages


def _read_address(item: Entry) -> str:
    address = item.text()
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        is_whole = False
    if not is_whole:
        raise item.error("this is no https address", "Write the whole address of a harmless page")
    return address


def _read_doors(item: Entry) -> Mapping[str, str]:
    doors = {name: queue.text() for name, queue in item.fields(needed=" ".join(DOORS)).items()}
    if list(doors.values()).count(doors["using-abuse"]) > 1:
        raise item.error("the using-abuse door shares a queue", "Give it a queue of its own (P6)")
    return doors


def _read_wording(document: Entry, languages: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
    return {
        key.text(): {name.one_of(languages): text.text() for name, text in value.entries()}
        for key, value in document.entries()
    }


def _check_front_door(item: Entry, front_door: str, services: tuple[Service, ...]) -> None:
    if front_door and front_door not in {service.id for service in services}:
        raise item.named()["front_door"].error(
            f"front_door {front_door!r} is no service", "Name one of services.yaml"
        )
