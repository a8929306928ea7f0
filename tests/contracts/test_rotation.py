"""What was begun before a new key stood first in SECRET_KEYS goes on after it (P1, I2, I13)."""

from dataclasses import replace
from functools import cache
from uuid import uuid4

import pytest

from bot.channels.webchat.browser import device_of, devices_of, sender_of
from bot.door import Door
from bot.inbound import Arrival, Happened, IdReused, Inbound, Receipt, TalkUnknown, Typed
from bot.late_screener import LateScreener
from bot.tenancy import open_tenancy
from bot.turns import Tools
from bot.understanding import Understanding
from flows.conversation import Ended
from flows.events import ChoiceMade, ExitTaken
from handoff.desk import Claim, Move, Reply
from handoff.reference import Reference
from handoff.transcript import Seq
from locales.lookup import Catalogues
from locales.words import Synonyms
from storage import keyring as keyring_room
from storage.bus import LocalBus
from storage.keyring import Keyring, generate_key
from storage.store import Stores
from tenants.tenant import load_tenants
from tests.contracts.cast import AMIRA, HARBOUR, NOW, account
from tests.house import screener

OLD, NEW = generate_key(), generate_key()
COOKIE = "cookie of Noor's browser"


@cache
def catalogues() -> Catalogues:
    return Catalogues.load()


async def door_of(stores: Stores, *keys: str) -> Door:
    """A process that begins with these keys, the newest first."""
    tenant = replace(next(iter(load_tenants().values())), id=HARBOUR)
    tenancy = await open_tenancy(tenant, stores.open(HARBOUR), NOW)
    assert tenancy is not None
    understanding = Understanding(Synonyms(catalogues()))
    keyring = Keyring.from_setting(",".join(keys))
    tools = Tools(catalogues(), understanding, LateScreener(screener), keyring, lambda: NOW)
    return Door({HARBOUR: tenancy}, tools, LocalBus())


async def arrive(door: Door, token: str) -> Receipt:
    keyring = door.tools.keyring
    sender, device = (
        sender_of(keyring, HARBOUR, token, COOKIE),
        device_of(keyring, HARBOUR, COOKIE),
    )
    return await door.open(Arrival(HARBOUR, "web", sender, "en", device))


async def act(door: Door, event: Happened, token: str = "one", id: str = "") -> Receipt:
    keyring = door.tools.keyring
    sender = sender_of(keyring, HARBOUR, token, COOKIE)
    device = device_of(keyring, HARBOUR, COOKIE)
    return await door.receive(Inbound(HARBOUR, sender, id or str(uuid4()), event, device))


async def texts(door: Door, receipt: Receipt) -> list[str]:
    lines = await door.tenancies[HARBOUR].store.lines(receipt.conversation, after=Seq(0))
    return [line.text for line in lines]


async def test_a_talk_from_before_a_rotation_can_be_resumed_and_left(stores: Stores) -> None:
    before = await door_of(stores, OLD)
    opened = [await arrive(before, token) for token in ("one", "two")]
    after = await door_of(stores, NEW, OLD)
    resumed = sender_of(after.tools.keyring, HARBOUR, "one", COOKIE)
    assert await after.find(HARBOUR, resumed) == opened[0].conversation
    assert (await act(after, ChoiceMade("yes"))).conversation == opened[0].conversation
    # One of them now stands under the newest key, the other under the older one still.
    await after.leave(HARBOUR, *devices_of(after.tools.keyring, HARBOUR, COOKIE))
    for left in opened:
        talk = await after.talk(HARBOUR, left.conversation)
        assert talk is not None
        assert talk.ended is Ended.EXIT
    with pytest.raises(TalkUnknown):
        await after.find(HARBOUR, resumed)


async def test_a_page_that_is_still_open_needs_the_older_key_no_longer(stores: Stores) -> None:
    before = await door_of(stores, OLD)
    opened = await arrive(before, "one")
    after = await door_of(stores, NEW, OLD)
    keyring = after.tools.keyring
    resumed = sender_of(keyring, HARBOUR, "one", COOKIE)
    await after.stay(HARBOUR, resumed, device_of(keyring, HARBOUR, COOKIE))
    alone = await door_of(stores, NEW)
    assert await alone.find(HARBOUR, resumed) == opened.conversation


async def test_exit_itself_works_after_a_rotation(stores: Stores) -> None:
    before = await door_of(stores, OLD)
    await arrive(before, "one")
    after = await door_of(stores, NEW, OLD)
    assert (await act(after, ExitTaken())).talk.ended is Ended.EXIT


async def test_a_message_repeated_across_a_rotation_is_not_doubled(stores: Stores) -> None:
    before = await door_of(stores, OLD)
    await arrive(before, "one")
    await act(before, ChoiceMade("yes"))
    sent = await act(before, Typed("he took my phone"), id="first")
    after = await door_of(stores, NEW, OLD)
    again = await act(after, Typed("he took my phone"), id="first")
    assert again.seq == sent.seq
    with pytest.raises(IdReused):
        await act(after, Typed("other words"), id="first")
    await act(after, Typed("and my keys"), id="second")
    await act(after, Typed("and my keys"), id="second")
    told = await texts(after, sent)
    assert [told.count(text) for text in ("he took my phone", "and my keys")] == [1, 1]


async def test_a_reply_repeated_across_a_rotation_is_not_doubled(stores: Stores) -> None:
    before = await door_of(stores, OLD)
    await arrive(before, "one")
    await act(before, ChoiceMade("yes"))
    receipt = await act(before, ChoiceMade("me"))
    tenancy = before.tenancies[HARBOUR]
    await tenancy.store.save_account(account())
    await tenancy.touch_shift(AMIRA, NOW)
    [amira] = await tenancy.on_shift(NOW)
    reference = Reference(receipt.talk.reference)
    await before.move(HARBOUR, Move("claim", reference, amira, Claim()))
    reply = Move("reply", reference, amira, Reply("I am here."))
    await before.move(HARBOUR, reply)
    after = await door_of(stores, NEW, OLD)
    await after.move(HARBOUR, reply)
    assert (await texts(after, receipt)).count("I am here.") == 1


@pytest.mark.parametrize(("keys", "hashes", "looks"), [((OLD,), 1, 0), ((NEW, OLD), 2, 1)])
async def test_a_turn_costs_one_hash_a_key_and_with_one_key_no_look(
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
    hashes: int,
    looks: int,
) -> None:
    await arrive(await door_of(stores, OLD), "one")
    after = await door_of(stores, *keys)
    keyring = after.tools.keyring
    sender = sender_of(keyring, HARBOUR, "one", COOKIE)
    await after.find(HARBOUR, sender)
    store, counted = after.tenancies[HARBOUR].store, []
    hash_with, line_of = keyring_room._keyed_hash, store.line_of  # noqa: SLF001  Nothing else counts it.

    def count_hash(*asked: object) -> bytes:
        counted.append("hash")
        return hash_with(*asked)  # type: ignore[arg-type]

    async def count_look(*asked: object) -> object:
        counted.append("look")
        return await line_of(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(keyring_room, "_keyed_hash", count_hash)
    monkeypatch.setattr(store, "line_of", count_look)
    await after.receive(Inbound(HARBOUR, sender, "id", ChoiceMade("yes")))
    assert (counted.count("hash"), counted.count("look")) == (hashes, looks)
