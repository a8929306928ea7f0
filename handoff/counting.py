"""A turn -> the content-free facts it makes: no report ever needs the content (R38 to R48)."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flows.conversation import Conversation
from flows.effects import EndSession, OpenCase, QueueCase, RaiseAlarm
from flows.turn import Turn
from handoff.case import Case
from handoff.facts import Fact
from handoff.intake import values_of
from handoff.staff import Staff
from handoff.watch import Watch
from tenants.hours import is_out_of_hours

_NEEDS = ".needs"


def count_turn(
    before: Conversation, turn: Turn, was: Case | None, case: Case | None, *, now: datetime
) -> Iterator[Fact]:
    """Every fact of one turn, as codes.

    Of the talk: ``case-opened``, ``case-queued``, ``alarm-raised``, ``talk-ended``, ``door-taken``,
    ``flags``. Of the desk: ``case-claimed``, ``case-given-back``, ``first-reply``, ``case-closed``.
    """
    of_talk = (*_of_effects(turn), *_of_door(before, turn), *_of_flags(before, turn))
    for kind, values in (*of_talk, *_of_desk(was, case)):
        yield Fact(kind, now, turn.talk.id, turn.talk.reference, values)


def count_beginning(talk: Conversation, now: datetime) -> Fact:
    """``talk-begun``: channel, language, who was there, whether out of hours, the door if known."""
    values = {
        "channel": talk.channel,
        "language": talk.language,
        "staffed": _word(talk.staffed),
        "out-of-hours": _word(is_out_of_hours(now)),
        "door": talk.door or "",
    }
    return Fact("talk-begun", now, talk.id, "", values)


def count_rung(watch: Watch, case: Case, now: datetime) -> Fact:
    """``ladder-rung``: what climbed, how far, after how many seconds of waiting, which call."""
    values = _of_watch(watch, now) | {"call": str(watch.call)}
    return Fact("ladder-rung", now, case.conversation, case.reference, values)


def count_seen(watch: Watch, case: Case, by: Staff, now: datetime) -> Fact:
    """``ladder-seen``: what was seen on which rung, by which roles, after how many seconds."""
    values = _of_watch(watch, now) | {"roles": " ".join(sorted(by.roles))}
    return Fact("ladder-seen", now, case.conversation, case.reference, values)


def _of_watch(watch: Watch, now: datetime) -> dict[str, str]:
    after = int((now - watch.since).total_seconds())
    return {"cause": watch.cause, "rung": watch.rung or "", "after": str(after)}


def _of_effects(turn: Turn) -> Iterator[tuple[str, Mapping[str, str]]]:
    for effect in turn.effects:
        match effect:
            case OpenCase():
                yield "case-opened", {"step": turn.talk.key}
            case QueueCase(door, why):
                yield "case-queued", {"door": door, "why": why}
            case RaiseAlarm(reasons):
                yield "alarm-raised", {"sources": " ".join(reason.source for reason in reasons)}
            case EndSession(how):
                yield "talk-ended", {"how": how, "last-step": turn.talk.key}


def _of_door(before: Conversation, turn: Turn) -> Iterator[tuple[str, Mapping[str, str]]]:
    if turn.talk.flow != before.flow:
        yield "door-taken", {"flow": turn.talk.flow}


def _of_flags(before: Conversation, turn: Turn) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Written as soon as they change: a tab that is just closed never ends its talk."""
    if _are_flags_as_before(before, turn.talk):
        return
    flags = _flags(turn.talk)
    if flags != _flags(before):
        yield "flags", flags


def _are_flags_as_before(before: Conversation, talk: Conversation) -> bool:
    """Whether nothing that they are read from has changed, as in most turns."""
    if talk.flow != before.flow:
        return False
    given, was = talk.answers, before.answers
    return all(was.get(key) is given[key] for key in given if key.endswith(_NEEDS))


def _of_desk(was: Case | None, case: Case | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    if case is None or was is None:
        return
    if case.holder and case.holder != was.holder:
        yield "case-claimed", {"by": case.holder}
    if was.holder and not case.holder:
        yield "case-given-back", {"lapsed": _word(case.lapsed_at is not None)}
    if case.first_reply_at and not was.first_reply_at:
        yield "first-reply", {}
    if case.closed_at and not was.closed_at:
        area = values_of(case.intake, "person.area")
        yield "case-closed", {"outcome": case.outcome or "", "area": area[0] if area else ""}


def _flags(talk: Conversation) -> Mapping[str, str]:
    """What a talk is counted as; more than one may hold, and without a fact none does (R38)."""
    answered = (answer for key, answer in talk.answers.items() if key.endswith(_NEEDS))
    return {
        "third-party": _word(talk.flow == "third-party"),
        "sexual": _word(any("sexual-harm" in answer.values for answer in answered)),
        "using-abuse": _word(talk.flow == "using-abuse"),
    }


def _word(is_so: bool) -> str:  # noqa: FBT001 - it is the whole of what is asked
    return "yes" if is_so else "no"
