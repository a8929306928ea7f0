"""What a turn made of a talk -> the one ``Change`` that records all of it, whole or not at all.

Effects become lines (``bot.render``), the case, and the visitor's way back; another door's talk is
opened by ``bot.turns``, in the same change.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from bot.render import Scribe
from bot.tenancy import Tenancy
from flows.conversation import Conversation, Ended, Owner, Safety
from flows.edition import Edition
from flows.effects import (
    CancelContact,
    EndSession,
    Hear,
)
from flows.known import queue_of
from flows.turn import Turn
from handoff.case import Case, Outcome, QueueName
from handoff.counting import count_turn
from handoff.intake import LISTED, kept_intake, place_of, plain_intake
from handoff.made_to_write import owner_at_desk, urgency_at_desk
from handoff.queue import rank
from handoff.reference import Reference, make_reference
from handoff.transcript import Line
from locales.lookup import Catalogues
from storage.store import Change


@dataclass(frozen=True, slots=True)
class Setting:
    """What a turn is applied in: the tenant, the edition, the texts, the time."""

    tenancy: Tenancy
    edition: Edition
    catalogues: Catalogues
    now: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a turn came from. ``inbox`` is the keyed hash of the id under which its event came.

    Of a move of the desk: ``by`` is who made it, ``moved`` the case after it. ``in_trouble``: the
    turn could not be taken as it should, so that no flow is to be relied on.
    """

    inbox: bytes | None = None
    by: str = ""
    moved: Case | None = None
    in_trouble: bool = False


def apply_turn(
    setting: Setting, before: Conversation, turn: Turn, case: Case | None, origin: Origin
) -> Change:
    """The change that a turn causes. ``case`` is the talk's case as it was read, if it has one."""
    talk = turn.talk
    if talk.is_case_open and not talk.reference:
        talk = talk.evolve(reference=make_reference(secrets.randbits(64)))
    lines = _lines(setting, before, Turn(talk, turn.effects), origin)
    whole = Turn(talk.evolve(last_seq=before.last_seq + len(lines)), turn.effects)
    next_case = _case(setting, before, whole, case, origin) if talk.reference else None
    return Change(
        conversation=whole.talk,
        case=next_case,
        lines=lines,
        facts=tuple(count_turn(before, whole, case, next_case, now=setting.now)),
        ends_session=_has(EndSession, turn),
    )


def _has(kind: type, turn: Turn) -> bool:
    """Whether there is such an effect among those of the turn."""
    return kind in [type(effect) for effect in turn.effects]


def _lines(setting: Setting, before: Conversation, turn: Turn, origin: Origin) -> tuple[Line, ...]:
    wording = setting.tenancy.wording(setting.catalogues, setting.edition, turn.talk.language)
    scribe = Scribe(wording, turn.talk, setting.now, before.last_seq, origin.by, origin.inbox)
    return scribe.write(turn.effects)


def _case(
    setting: Setting, before: Conversation, turn: Turn, case: Case | None, origin: Origin
) -> Case | None:
    """The case after the turn; None where the desk would see no difference in its list.

    The intake is a view of the talk's answers, made anew where a case is drawn, so most turns need
    not write one.
    """
    talk, now = turn.talk, setting.now
    cancelled = _has(CancelContact, turn)
    is_moved = origin.moved is not None or cancelled
    if case is not None and not (is_moved or _is_seen(setting, before, talk, case)):
        return None
    queue = setting.tenancy.queue_of(queue_of(setting.edition, talk))
    known = origin.moved or case or _new_case(setting, talk, queue)
    urgency = urgency_at_desk(talk)
    # Whoever holds a case keeps it, whichever way the visitor's answers turn.
    kept = queue if known.holder is None else known.queue
    waiting = known.waiting_since or (now if owner_at_desk(talk) is not Owner.BOT else None)
    ended = cancelled or bool(known.intake.get("contact_ended"))
    return known.evolve(
        queue=kept,
        side=setting.tenancy.side_of(kept),
        language=talk.language,
        urgency=urgency,
        intake=plain_intake(talk, contact_ended=ended)
        if origin.in_trouble
        else kept_intake(setting.edition, talk, contact_ended=ended),
        waiting_since=waiting,
        rank_at=rank(waiting or known.opened_at, urgency.level),
        last_visitor_at=_heard_at(turn, known, now),
        is_silent=talk.is_silent,
        is_asked_again=talk.safety is Safety.ASK_AGAIN,
        **_ending(turn, known, now),
    )


def _new_case(setting: Setting, talk: Conversation, queue: QueueName) -> Case:
    return Case(
        reference=Reference(talk.reference),
        conversation=talk.id,
        queue=queue,
        side=setting.tenancy.side_of(queue),
        owner=talk.owner,
        language=talk.language,
        opened_at=setting.now,
        rank_at=setting.now,
    )


_taken_over = attrgetter("flow", "language", "owner", "safety", "urgency", "ended", "other_word_at")
"""What a case takes over from its talk, beside the answers."""


def _is_seen(setting: Setting, before: Conversation, talk: Conversation, case: Case) -> bool:
    """Whether the turn changed what the list shows, or when it says that they wrote."""
    if case.holder is not None or talk.answers is before.answers:
        return True
    if _taken_over(talk) != _taken_over(before):
        return True
    given = (key for key, answer in talk.answers.items() if before.answers.get(key) is not answer)
    return any(place_of(setting.edition, key) in LISTED for key in given)


def _heard_at(turn: Turn, case: Case, now: datetime) -> datetime | None:
    if _has(Hear, turn):
        return now
    answered = (answer.given_at for answer in turn.talk.answers.values())
    return max(filter(None, (case.last_visitor_at, *answered)), default=None)


def _ending(turn: Turn, case: Case, now: datetime) -> dict[str, object]:
    """Another door closes the case that was left, unless somebody holds it or danger stands."""
    ended = case.ended or turn.talk.ended
    is_done = (
        turn.talk.ended is Ended.DOOR
        and case.holder is None
        and not urgency_at_desk(turn.talk).reasons
        and case.closed_at is None
    )
    if not is_done:
        return {
            "ended": ended,
            "owner": Owner.CLOSED if case.closed_at else owner_at_desk(turn.talk),
        }
    return {
        "ended": ended,
        "owner": Owner.CLOSED,
        "closed_at": now,
        "outcome": Outcome.DOOR_CHANGED,
    }
