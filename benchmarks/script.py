"""The intake that is measured: twelve turns, one of them free text, each with its end's mark."""

import json
from secrets import token_bytes
from uuid import uuid4

from benchmarks.wire import text_frame
from bot.channels.webchat.frames import read_event
from bot.house import House
from bot.inbound import Arrival, Inbound
from storage.store import Sender
from tenants.tenant import TenantId

HELLO = text_frame(b'{"type":"hello","language":"en"}')
FIRST = b'"step":"entry.safe-to-talk"'

TURNS: tuple[tuple[dict[str, object], bytes], ...] = (
    ({"type": "choice", "value": "yes"}, b'"step":"entry.who-types"'),
    ({"type": "choice", "value": "me"}, b'"step":"entry.danger-now"'),
    ({"type": "choice", "value": "no"}, b'"step":"entry.brings-you"'),
    ({"type": "choice", "value": "me"}, b'"step":"victim.age"'),
    ({"type": "choice", "value": "18-or-over"}, b'"step":"victim.hurt"'),
    ({"type": "choice", "value": "no"}, b'"step":"victim.neck"'),
    ({"type": "choice", "value": "no"}, b'"step":"victim.own-life"'),
    ({"type": "choice", "value": "no"}, b'"step":"victim.children"'),
    ({"type": "choices", "values": ["none"]}, b'"step":"victim.most-afraid"'),
    (
        {"type": "text", "text": "He checks my phone and my bag when I come home from work"},
        b'"step":"victim.needs"',
    ),
    ({"type": "choices", "values": ["talk", "money"]}, b'"step":"victim.wishes"'),
    ({"type": "choices", "values": ["anyone"]}, b'"step":"victim.area"'),
)


def frames() -> list[tuple[bytes, bytes]]:
    """The frames of one intake with ids of their own, each with the mark of its answer."""
    return [
        (text_frame(json.dumps({**frame, "id": str(uuid4())}).encode()), mark)
        for frame, mark in TURNS
    ]


def hello_again(resume: str, after: int) -> bytes:
    """The first frame of a page that comes back."""
    return text_frame(json.dumps({"type": "hello", "resume": resume, "after": after}).encode())


def echoes(count: int) -> list[tuple[bytes, bytes]]:
    """As many frames of a like size for an echo; each answer holds the id that was sent."""
    made = []
    for _ in range(count):
        id = str(uuid4())
        payload = json.dumps({"type": "choice", "value": "before", "id": id}).encode()
        made.append((text_frame(payload), id.encode()))
    return made


async def walk_through_door(house: House) -> None:
    """One whole intake straight through the door, its frames read as the page's are."""
    tenant, sender = TenantId("llr"), Sender("web", token_bytes(16))
    receipt = await house.door.open(Arrival(tenant, "web", sender, "en"))
    for frame, _ in TURNS:
        id, event = read_event({**frame, "id": str(uuid4())})
        receipt = await house.door.receive(Inbound(tenant, sender, id, event))
    assert receipt.talk.reference, "the intake did not come to its end"
