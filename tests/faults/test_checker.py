"""The checker itself: a sound history passes, and each made-up bad one is caught for what it is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from bot.house import House
from bot.inbound import Arrival, Inbound, Typed
from flows.conversation import Ended, Owner
from flows.events import ChoiceMade
from handoff.desk import Claim, Move, Reply
from handoff.reference import Reference
from handoff.transcript import Seq
from storage.store import Sender
from tests.faults.checker import World, check
from tests.faults.history import History
from tests.faults.stored import Stored, Told, read_stored
from tests.house import HARBOUR, hire, on_shift, opened

NOOR = Sender("web", b"address of Noor")


class Talk:
    """Noor's talk at the real door, with the history that her page and Amira's would have written.

    What is then bent by hand is either side alone, which is what every real defect does.
    """

    def __init__(self) -> None:
        self.history = History()
        self.stored = Stored()
        self.short = ""
        self.reference = ""
        self.keys: list[str] = []

    @property
    def talk(self) -> Any:
        return next(iter(self.stored.talks))

    @property
    def lines(self) -> list[Told]:
        return self.stored.lines[self.talk]

    def broken(self, **more: Any) -> set[str]:
        world = World(self.history, self.stored, **more)
        return {violation.invariant for violation in check(world)}

    def see(self, *seqs: int, line: int = 1, after: int = 0) -> None:
        for seq in seqs:
            told = self.lines[seq - 1].line
            frame = {
                "type": "message", "seq": seq, "text": told.text, "from": str(told.speaker)
            }  # fmt: skip
            self.history.saw("noor", line, after, self.short, frame)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    """Played once; every test bends a copy."""
    made, folder = Talk(), tmp_path_factory.mktemp("checker")

    async def play() -> None:
        async with opened(folder) as house:
            await hire(house)
            await _play(house, made)

    asyncio.run(play())
    made.stored = read_stored(f"sqlite:///{folder / 'house.db'}")
    made.see(*range(1, len(made.lines) + 1))
    assert made.broken() == set()
    return made


@pytest.fixture
def talk(played: Talk) -> Talk:
    copy, stored = Talk(), played.stored
    copy.short, copy.reference, copy.keys = played.short, played.reference, played.keys
    copy.history = History(list(played.history.events), list(played.history.seen))
    copy.stored = replace(
        stored,
        talks=dict(stored.talks),
        lines={id: list(lines) for id, lines in stored.lines.items()},
        cases=list(stored.cases),
        facts=list(stored.facts),
        audit=list(stored.audit),
    )
    return copy


async def _play(house: House, made: Talk) -> None:
    amira = await on_shift(house, "amira")
    made.history.invoke("noor", "open", "opening")
    receipt = await house.door.open(Arrival(HARBOUR, "web", NOOR, "en"))
    made.short = receipt.conversation[:12]
    made.history.ok("noor", "open", "opening", subject=made.short)
    for value in ("yes", "me", "yes"):
        receipt = await _visit(house, made, {"type": "choice", "value": value})
    made.reference = receipt.talk.reference
    move = _mover(house, made, amira)
    await move("claim", Claim())
    await move("reply", Reply("I am here."), text="I am here.")
    await _visit(house, made, {"type": "text", "text": "he is outside"})


async def _visit(house: House, made: Talk, frame: dict[str, Any]) -> Any:
    key, kind = str(uuid4()), frame["type"]
    made.keys.append(key)
    made.history.invoke("noor", kind, key, subject=made.short, sent={**frame, "id": key})
    event = ChoiceMade(frame["value"]) if kind == "choice" else Typed(frame["text"])
    receipt = await house.door.receive(Inbound(HARBOUR, NOOR, key, event))
    made.history.ok("noor", kind, key, subject=made.short, seq=receipt.seq)
    return receipt


def _mover(house: House, made: Talk, by: Any) -> Callable[..., Awaitable[None]]:
    async def move(kind: str, step: Any, **sent: str) -> None:
        key = f"{by.id}:{uuid4()}"
        reference = Reference(made.reference)
        made.history.invoke(by.name, kind, key, subject=reference, sent=sent)
        await house.door.move(HARBOUR, Move(key, reference, by, step))
        made.history.ok(by.name, kind, key, subject=reference)

    return move


def test_a_lost_line_is_caught(talk: Talk) -> None:
    del talk.lines[-1]
    assert {"I1", "I8"} <= talk.broken()


def test_an_ack_of_what_was_never_stored_is_caught(talk: Talk) -> None:
    frame = {"type": "text", "id": (key := str(uuid4())), "text": "please"}
    talk.history.invoke("noor", "text", key, subject=talk.short, sent=frame)
    assert talk.broken() == set(), "what nobody answered may be lost"
    talk.history.ok("noor", "text", key, subject=talk.short, seq=99)
    assert talk.broken() == {"I1"}


def test_a_doubled_line_is_caught(talk: Talk) -> None:
    talk.lines.append(replace(talk.lines[-1], seq=len(talk.lines) + 1))
    assert "I2" in talk.broken()


def test_a_line_that_nobody_sent_is_caught(talk: Talk) -> None:
    last = next(told for told in reversed(talk.lines) if told.inbox)
    talk.lines[last.seq - 1] = replace(last, inbox=b"another hash")
    assert {"I1", "I3"} <= talk.broken()


def test_a_line_with_other_words_is_caught(talk: Talk) -> None:
    last = next(told for told in reversed(talk.lines) if told.line.text == "he is outside")
    talk.lines[last.seq - 1] = replace(last, line=replace(last.line, text="she is outside"))
    assert "I3" in talk.broken()


def test_a_second_talk_that_nobody_asked_for_is_caught(talk: Talk) -> None:
    other = replace(talk.stored.talks[talk.talk], id="another", reference="")  # type: ignore[arg-type]
    talk.stored.talks[other.id] = other
    talk.stored.lines[other.id] = []
    assert "I3" in talk.broken()


def test_a_gap_in_the_sequence_is_caught(talk: Talk) -> None:
    talk.lines[-1] = replace(talk.lines[-1], seq=len(talk.lines) + 1)
    assert "I4" in talk.broken()


def test_two_lines_of_one_sender_in_another_order_are_caught(talk: Talk) -> None:
    mine = [n for n, told in enumerate(talk.lines) if told.inbox and not told.line.by][-2:]
    one, two = (talk.lines[n] for n in mine)
    talk.lines[mine[0]] = replace(two, seq=one.seq, line=replace(two.line, seq=Seq(one.seq)))
    talk.lines[mine[1]] = replace(one, seq=two.seq, line=replace(one.line, seq=Seq(two.seq)))
    assert "I4" in talk.broken()


def test_a_reader_who_was_given_a_later_line_first_is_caught(talk: Talk) -> None:
    talk.see(1, 3, line=2)
    assert talk.broken() == {"I4r"}


def test_a_reader_who_was_shown_something_else_is_caught(talk: Talk) -> None:
    told = {"type": "message", "seq": 1, "text": "something else", "from": "bot"}
    talk.history.saw("noor", 3, 0, talk.short, told)
    assert talk.broken() == {"I4r"}


def test_a_line_that_is_shown_twice_is_caught(talk: Talk) -> None:
    talk.see(3, line=2, after=4)
    assert "I9" in talk.broken()


def test_danger_without_a_case_is_caught(talk: Talk) -> None:
    talk.stored.cases.clear()
    assert "I5" in talk.broken()


def test_a_second_open_case_is_caught(talk: Talk) -> None:
    other = replace(talk.stored.cases[0], reference=Reference("2222-2222"))
    talk.stored.cases.append(other)
    assert "I5" in talk.broken()


def test_a_case_that_still_waits_while_its_talk_is_held_is_caught(talk: Talk) -> None:
    talk.stored.cases[0] = replace(talk.stored.cases[0], owner=Owner.QUEUE)
    assert "I5" in talk.broken()


def test_two_holders_at_once_are_caught(talk: Talk) -> None:
    claimed = next(f for f in talk.stored.facts if f.kind == "case-claimed")
    ben = talk.stored.staff["ben"]
    talk.stored.facts.append(replace(claimed, values={"by": ben}))
    assert "I6" in talk.broken()


def test_a_claim_that_was_confirmed_and_never_made_is_caught(talk: Talk) -> None:
    talk.history.invoke("ben", "claim", "ben-1", subject=talk.reference)
    assert talk.broken() == set(), "a claim that nobody answered may have failed"
    talk.history.ok("ben", "claim", "ben-1", subject=talk.reference)
    assert "I6" in talk.broken()


@pytest.mark.parametrize("changes", [{"asked": 9}, {"owner": Owner.BOT}, {"version": 40}])
def test_a_state_that_its_lines_do_not_make_is_caught(talk: Talk, changes: dict[str, Any]) -> None:
    talk.stored.talks[talk.talk] = talk.stored.talks[talk.talk].evolve(**changes)
    assert "I8" in talk.broken(renewals=9)


def test_a_version_without_a_turn_or_a_renewal_is_caught(talk: Talk) -> None:
    before = talk.stored.talks[talk.talk]
    talk.stored.talks[talk.talk] = before.evolve(version=before.version + 2)
    assert talk.broken(renewals=2) == set()
    assert talk.broken(renewals=1) == {"I8"}


@pytest.mark.parametrize("ended", [Ended.CLOSED, Ended.DOOR, Ended.EXIT])
def test_a_way_back_into_what_has_ended_is_caught(talk: Talk, ended: Ended) -> None:
    talk.stored.talks[talk.talk] = talk.stored.talks[talk.talk].evolve(ended=ended)
    assert talk.talk in talk.stored.sessions
    assert "I13" in talk.broken()


def test_a_reading_without_a_row_is_caught(talk: Talk) -> None:
    talk.history.invoke("amira", "read", "reading", subject=talk.reference)
    assert talk.broken() == set(), "a reading that was never answered may have no row"
    talk.history.ok("amira", "read", "reading", subject=talk.reference)
    assert talk.broken() == {"I11"}


def test_a_row_without_a_reading_and_a_broken_chain_are_caught(talk: Talk) -> None:
    link = talk.stored.audit[0]
    talk.stored.audit.append(replace(link, entry=replace(link.entry, action="opened")))
    assert talk.broken() == {"I11"}


def test_a_move_without_a_row_is_caught(talk: Talk) -> None:
    talk.stored.audit.pop()
    assert talk.broken() == {"I11"}


def test_whatever_follows_an_exit_is_caught(talk: Talk) -> None:
    talk.stored.talks[talk.talk] = talk.stored.talks[talk.talk].evolve(ended=Ended.EXIT)
    assert "I13" in talk.broken()


def test_an_unexpected_refusal_and_a_lost_way_back_are_caught(talk: Talk) -> None:
    talk.history.invoke("amira", "reply", "late", subject=talk.reference)
    talk.history.fail("amira", "reply", "late", subject=talk.reference, code="not-yours")
    assert talk.broken() == {"served"}
    assert talk.broken(expected=frozenset({"not-yours"})) == set()
