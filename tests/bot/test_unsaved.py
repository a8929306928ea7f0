"""Words stay in the order of their writing, though the first of them had to be refused."""

from typing import Any
from uuid import uuid4

import pytest

from bot.channels.webchat import unsaved
from bot.channels.webchat.unsaved import HELD_FOR, Unsaved
from bot.house import House
from bot.inbound import IdReused, NotSaved
from storage.errors import StoreBusy
from storage.store import Change
from tests.house import HARBOUR, Chat, Frame


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(unsaved, "monotonic", clock)
    return clock


def refuse(held: Unsaved, id: str, why: type[Exception] = NotSaved) -> None:
    with pytest.raises(why), held.in_turn(id, "text"):
        raise why


def take(held: Unsaved, id: str, kind: str = "text") -> None:
    with held.in_turn(id, kind):
        pass


def test_each_waits_for_the_one_before_it(ticking: Clock) -> None:
    held = Unsaved()
    for id in ("first", "second", "third"):
        refuse(held, id)
    for id in ("third", "second", "fourth"):
        refuse(held, id)
    for id in ("first", "second", "third", "fourth", "fifth"):
        take(held, id)


def test_whoever_leaves_waits_for_nothing(ticking: Clock) -> None:
    held = Unsaved()
    refuse(held, "first")
    take(held, "out", "exit")
    take(held, "no more", "stop")


def test_one_that_is_refused_for_good_is_waited_for_no_longer(ticking: Clock) -> None:
    held = Unsaved()
    refuse(held, "first")
    refuse(held, "first", IdReused)
    take(held, "second")


def test_one_that_was_given_up_is_not_waited_for_long(ticking: Clock) -> None:
    held = Unsaved()
    refuse(held, "given up")
    ticking.now += HELD_FOR - 0.1
    refuse(held, "second")
    ticking.now += 0.2
    take(held, "second")


async def test_what_comes_behind_a_refused_line_is_stored_behind_it(
    noor: Chat, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is back for the second of two that were sent at once."""
    await noor.hello()
    store = house.tenancies[HARBOUR].store
    commit, asked = store.commit, 0

    async def away_at_first(change: Change) -> Any:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise StoreBusy
        return await commit(change)

    monkeypatch.setattr(store, "commit", away_at_first)
    frames: list[Frame] = [{"type": "text", "id": str(uuid4()), "text": f"{n}"} for n in range(2)]
    for frame in frames:
        await noor.put(frame)
    told = await noor.settled()
    refused = [frame["id"] for frame in told if frame.get("code") == "not-saved"]
    assert refused == [frame["id"] for frame in frames]
    acknowledged = [(await noor.act(**again(frame)))[0] for frame in frames]
    assert [frame["type"] for frame in acknowledged] == ["ack", "ack"]
    assert acknowledged[0]["seq"] < acknowledged[1]["seq"]


def again(frame: Frame) -> dict[str, Any]:
    return {"kind": frame["type"], "id": frame["id"], "text": frame["text"]}
