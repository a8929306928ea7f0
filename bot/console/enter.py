"""A contact by telephone, at the door or by an agency, entered on the case form (R10, R52)."""

from aiohttp import web

from bot.console.desk import refusal_status
from bot.console.enter_form import draw_form, read_answers
from bot.console.posted import NoId, move_id, new_move_id
from bot.console.shift import begin_shift
from bot.console.visit import Visit
from bot.console.words import DOORS, ENTERED_BY, name_language, spell_out
from bot.entering import Contact, enter_contact
from bot.inbound import NotSaved
from flows.conversation import ENTERED, FlowId
from flows.entered import doors_to_enter
from flows.flow import Side
from handoff.desk import Claim, Move
from handoff.permissions import SIDES, has_permission
from handoff.reference import Reference
from handoff.refusals import NotFound, Refusal


class NotKept(Refusal):
    """This could not be kept just now. Nothing written is lost: please press the button again."""

    code = "not-kept"


async def show(visit: Visit) -> web.Response:
    """The empty form for a door."""
    return _page(visit, _door(visit, visit.request.query.get("door", "")))


async def enter(visit: Visit) -> web.Response:
    """Keep the contact, and hold it if that was asked; a refusal keeps what is written."""
    door = _door(visit, visit.form.get("door", ""))
    try:
        reference = await enter_contact(visit.house.door, visit.tenancy, _contact(visit, door))
    except Refusal as refusal:
        return _page(visit, door, refusal=refusal)
    except NotSaved:
        return _page(visit, door, refusal=NotKept())
    if visit.form.get("hold") == "me":
        await _hold(visit, reference)
    return visit.go(f"/cases/{reference}")


def _contact(visit: Visit, door: FlowId) -> Contact:
    form, edition = visit.form, visit.tenancy.edition
    channel, language = form.get("channel", ""), form.get("language", "")
    if channel not in ENTERED or language not in edition.languages:
        raise NoId
    answers = read_answers(edition, door, form, visit.now)
    return Contact(move_id(visit), visit.staff, channel, door, language, answers)


async def _hold(visit: Visit, reference: Reference) -> None:
    """Whoever speaks with them holds the case; where that is refused, it waits in its queue."""
    if not visit.staff.is_on_shift(visit.now):
        await begin_shift(visit)
    move = Move(f"{move_id(visit)}:hold", reference, visit.staff, Claim())
    try:
        await visit.house.door.move(visit.tenancy.tenant.id, move)
    except Refusal:
        return


def _door(visit: Visit, asked: str) -> FlowId:
    """The door that was asked for, the first where none was. Raises NotFound for what is hidden."""
    doors = _doors(visit)
    door = FlowId(asked) if asked else next(iter(doors), None)
    if door is None or door not in doors:
        raise NotFound
    return door


def _doors(visit: Visit) -> list[FlowId]:
    """The doors whose cases this person may see: entering one is writing behind the wall (P6)."""
    edition = visit.tenancy.edition
    found = []
    order = {id: place for place, id in enumerate(DOORS)}
    for door in sorted(doors_to_enter(edition), key=lambda id: order.get(id, len(order))):
        queue = visit.tenancy.queue_of(edition.flows[door].queue)
        if has_permission(visit.staff, SIDES[Side(visit.tenancy.side_of(queue))]):
            found.append(door)
    return found


def _page(visit: Visit, door: FlowId, *, refusal: Refusal | None = None) -> web.Response:
    edition, form = visit.tenancy.edition, visit.form
    context = {
        "csrf": visit.session.csrf,
        "door": door,
        "doors": [(id, DOORS.get(id, spell_out(id))) for id in _doors(visit)],
        "channels": [(code, ENTERED_BY[code]) for code in ENTERED],
        "channel": form.get("channel", ENTERED[0]),
        "languages": sorted((name_language(c), c) for c in edition.languages),
        "language": form.get("language", "en"),
        "hold": form.get("hold", "me"),
        "groups": draw_form(edition, door, form),
        "new_id": new_move_id,
        "refusal": refusal,
    }
    return visit.page("enter.html", context, status=refusal_status(refusal) if refusal else 200)
