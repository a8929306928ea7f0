"""P6: nothing of one side reaches the other but what is shared: steps, texts, numbers, queues.
And P10 as far as numbers go: 999 is on both.

It reads which numbers a tenant shows, and never decides which side one belongs to.
"""

from collections.abc import Iterator

from flows.conversation import FlowId
from flows.edition import Edition
from flows.effects import Ask, Effect, Say, ShowNumbers
from flows.explored import Explored, Move
from flows.flow import Side
from tenants.numbers import EMERGENCY_NUMBER, SIDES, Number, numbers_for
from tenants.tenant import Tenant

SHARED_KINDS = frozenset({"danger", "suicide", "child", "bsl", "text"})
"""What a number that both sides may see is for: danger to life, and the ways of reaching that help.

One that is for any of these may be for more; one that is for none of them belongs to a side.
"""

_OTHER = {Side.VICTIM: Side.USING_ABUSE, Side.USING_ABUSE: Side.VICTIM}


def prove_wall(explored: Explored, move: Move) -> Iterator[str]:
    """No turn that begins behind one door says, asks or shows anything of the other side."""
    if move.before.ended is not None:
        return
    behind = _side(explored, move.before.flow, explored.origin(move.before))
    forbidden = _OTHER.get(behind)
    if forbidden is None:
        return
    if _side(explored, move.turn.talk.flow, FlowId("")) is forbidden:
        yield f"a talk on the {behind} side goes on in {move.turn.talk.flow!r}"
    for effect in move.turn.effects:
        if _side_of(explored.edition, effect) == forbidden:
            yield f"a talk on the {behind} side is shown something of the {forbidden} side"


def prove_numbers_apart(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Every number on the using-abuse side is its own or for a danger to life; 999 is everywhere.

    Yields the rule that is broken, P6 or P10, and how.
    """
    for side in SIDES:
        shown = numbers_for(tenant.numbers, side, demo=tenant.demo)
        if EMERGENCY_NUMBER not in {number.id for number in shown}:
            yield "P10", f"{EMERGENCY_NUMBER} is not shown on the {side} side"
    for number in numbers_for(tenant.numbers, "using-abuse", demo=tenant.demo):
        own = "using-abuse" in number.kinds
        if not own and number.kinds.isdisjoint(SHARED_KINDS):
            yield "P6", f"{number.id}, of the victim side, is shown on the using-abuse side"
    for number in numbers_for(tenant.numbers, "victim", demo=tenant.demo):
        if "using-abuse" in number.kinds:
            yield "P6", f"{number.id}, of the using-abuse side, is shown on the victim side"


def prove_queues(edition: Edition, tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Every flow queues at a door of the tenant's, and the using-abuse door's flows alone at its.

    Yields the beginning of the flow's keys, and what is wrong.
    """
    for flow in edition.flows.values():
        for queue in dict.fromkeys((flow.queue, flow.queue_in_danger)):
            if queue not in tenant.doors:
                yield f"{flow.id}.", f"its cases would go to {queue!r}, which is no door here"
            elif (flow.side is Side.USING_ABUSE) != (queue == Side.USING_ABUSE):
                yield f"{flow.id}.", f"a flow of the {flow.side} side queues at {queue!r}"


def betrays(tenant: Tenant, side: Side, text: str) -> str | None:
    """What a text of one side, in any language, tells of a number or service of the other."""
    for number in tenant.numbers:
        if number.side == _OTHER.get(side) and _is_in(number, text):
            return f"the number {number.id}"
    if side is Side.USING_ABUSE:
        for service in tenant.services:
            if "perpetrator" not in service.roles and service.title.casefold() in text.casefold():
                return f"the service {service.id}"
    return None


def _is_in(number: Number, text: str) -> bool:
    digits = "".join(c for c in number.number if c.isdigit())
    return len(digits) > 4 and digits in "".join(c for c in text if c.isdigit())


def _side(explored: Explored, flow: FlowId, origin: FlowId) -> Side:
    side = explored.edition.flows[flow].side
    return explored.edition.flows[origin].side if side is Side.SHARED and origin else side


def _side_of(edition: Edition, effect: Effect) -> Side | None:
    match effect:
        case ShowNumbers(side):
            return Side(side)
        case Ask(flow):
            return edition.flows[flow].side
        case Say(key):
            known = edition.flow_of(key)
            return known.side if known else None
        case _:
            return None
