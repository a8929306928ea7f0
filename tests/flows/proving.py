"""Harbour publishes the library, as it is or spoiled in one place, in two languages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from bot.checking import Catalogue, look_up, read_catalogues
from flows.breaks import Break, place_of
from flows.conversation import Conversation, ConversationId
from flows.edition import Edition, Sources, library_sources, make_edition
from flows.engine import advance
from flows.events import Event, Moment
from flows.exploration import Engine, explore
from flows.explored import Explored, Move
from flows.proofs import (
    broken_by,
    prove,
    prove_grades,
    prove_moves,
    prove_tenant,
    prove_texts,
)
from flows.screening import Level, Marker, Screening
from flows.turn import Turn
from tenants.tenant import Tenant, TenantId, load_tenants

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
OPENING = datetime(2026, 3, 3, 9, tzinfo=UTC)
STAFFED = Moment(NOW, staffed=True)
NOBODY = Moment(NOW, staffed=False, next_staffed_at=OPENING)
NOTHING_FOUND = Screening(Level.NONE, (), "en")
DANGER_FOUND = Screening(
    Level.EMERGENCY, (Marker("threat-to-kill", Level.EMERGENCY, "kill me", "en: rule"),), "en"
)


@cache
def harbour() -> Tenant:
    tenant = next(iter(load_tenants().values()))
    return replace(tenant, id=TenantId("harbour"), languages=("en", "ur"))


@cache
def catalogues() -> Mapping[str, Catalogue]:
    return read_catalogues()


@cache
def sources() -> Sources:
    return library_sources(harbour())


@cache
def edition() -> Edition:
    return make_edition(sources(), harbour())


def spoiled(name: str, old: str, new: str) -> Edition:
    """The library with one passage of one file changed; the passage must be there exactly once."""
    whole = sources()[name]
    assert whole.count(old) == 1, f"{old!r} stands {whole.count(old)} times in {name}"
    return make_edition({**sources(), name: whole.replace(old, new)}, harbour())


@cache
def explored() -> Explored:
    return explore(edition())


def proof_of(published: Edition) -> tuple[Break, ...]:
    return prove(published, harbour(), look_up(catalogues())).breaks


def broken_files(published: Edition, rule: str, part: str) -> list[str]:
    """The breaks that the files show alone: no talk is walked, the texts' places are as ever."""
    found = [*prove_grades(published), *prove_tenant(published, harbour())]
    texts = prove_texts(
        replace(explored(), edition=published), harbour(), published.english, look_up(catalogues())
    )
    return broken(found, rule, part) or broken(texts, rule, part)


Spoil = Callable[[Edition, Conversation, Event, Moment, Turn], Turn]


def caught(spoil: Spoil, rule: str, part: str) -> list[str]:
    """What a proof says of Harbour walked by an engine whose every turn is spoiled like this."""

    def engine(e: Edition, talk: Conversation, event: Event, now: Moment) -> Turn:
        return spoil(e, talk, event, now, advance(e, talk, event, now))

    return broken_moves(edition(), rule, part, engine)


def broken_moves(published: Edition, rule: str, part: str, engine: Engine = advance) -> list[str]:
    """The breaks of a way or a turn, walking no further than to the first turn that shows it."""

    def shows(found: Explored, move: Move) -> bool:
        return any(
            part in f"{place_of(published, key)[0]} {what}"
            for _, key, what in broken_by(found, move, rule=rule)
        )

    return broken(prove_moves(explore(published, engine, is_enough=shows)), rule, part)


def broken(breaks: Iterable[Break], rule: str, part: str) -> list[str]:
    """The breaks of one property that name what was spoiled, as they are printed."""
    return [str(found) for found in breaks if found.rule == rule and part in str(found)]


def talk_of(published: Edition, **changes: object) -> Conversation:
    """Noor's talk, before it has begun."""
    talk = Conversation(
        id=ConversationId("noor"),
        tenant=published.tenant,
        channel="web",
        edition=published.id,
        language="en",
        flow=published.entry,
    )
    return talk.evolve(**changes)
