"""What is posted to pass a case on: offers, taking over, listening, and knowing the visitor."""

from aiohttp import web

from bot.console.moves import move, refuse
from bot.console.people import find_marked
from bot.console.posted import lines_of
from bot.console.visit import Visit
from bot.console.words import REASONS_TO_OPEN, REASONS_TO_REFUSE, REASONS_TO_TAKE_OVER
from handoff.case import QueueName
from handoff.passing import (
    AcceptOffer,
    KnowPerson,
    Leave,
    Listen,
    OfferCase,
    OpenHeld,
    RefuseOffer,
    SeeConflict,
    TakeOver,
    Whisper,
    WithdrawOffer,
)
from handoff.refusals import NotThere, Refusal


class NoWhy(Refusal):
    """Choose a reason first."""

    code = "no-reason-chosen"


class NoOne(Refusal):
    """Choose to whom you offer it."""

    code = "no-one"


async def offer(visit: Visit) -> web.Response:
    """Offer it to a colleague, or to whoever sees a queue; ``as`` says to hold it or to join."""
    kind, _, name = visit.form.get("to", "").partition(":")
    waits = visit.tenancy.tenant.settings.offer_waits
    if kind == "staff" and name:
        person = find_marked(visit, await visit.tenancy.store.everyone(), name)
        if person is None:
            return await refuse(visit, NotThere())
        joins = visit.form.get("as") == "second"
        return await move(visit, OfferCase(waits, person.id, joins=joins))
    if kind == "queue" and name:
        return await move(visit, OfferCase(waits, queue=QueueName(name)))
    return await refuse(visit, NoOne())


async def accept(visit: Visit) -> web.Response:
    """Take what is offered."""
    return await move(visit, AcceptOffer(), begins_shift=True)


async def say_no(visit: Visit) -> web.Response:
    """Refuse what is offered, with a reason."""
    reason = visit.form.get("reason", "")
    if reason not in REASONS_TO_REFUSE:
        return await refuse(visit, NoWhy())
    return await move(visit, RefuseOffer(reason))


async def withdraw(visit: Visit) -> web.Response:
    """Offer it no longer."""
    return await move(visit, WithdrawOffer())


async def take_over(visit: Visit) -> web.Response:
    """Take it from its holder, with a reason."""
    reason = visit.form.get("reason", "")
    if reason not in REASONS_TO_TAKE_OVER:
        return await refuse(visit, NoWhy())
    return await move(visit, TakeOver(reason), begins_shift=True)


async def leave(visit: Visit) -> web.Response:
    """Leave a talk that one joined or listens to."""
    return await move(visit, Leave())


async def listen(visit: Visit) -> web.Response:
    """Read along, seen by the holder."""
    return await move(visit, Listen())


async def whisper(visit: Visit) -> web.Response:
    """A line that only staff see."""
    return await move(visit, Whisper(lines_of(visit.form.get("text", ""))))


async def open_held(visit: Visit) -> web.Response:
    """Open a case that somebody else holds, with a reason."""
    reason = visit.form.get("reason", "")
    if reason not in REASONS_TO_OPEN:
        return await refuse(visit, NoWhy())
    return await move(visit, OpenHeld(reason))


async def know_person(visit: Visit) -> web.Response:
    """*I know this person*: the case goes away from whoever says so, at once and for good (R17)."""
    return await move(visit, KnowPerson(), goes_to="")


async def see_conflict(visit: Visit) -> web.Response:
    """A supervisor has seen that a colleague knows somebody."""
    return await move(visit, SeeConflict(), goes_to="")
