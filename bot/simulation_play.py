"""Plays a script through the real door and a real store, and tells what came of each line.

The ``simulate`` command and the scenario tests are both this player. Its clock is moved by hand.
"""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.app import open_house
from bot.demo import STAFF
from bot.house import House
from bot.inbound import Arrival, IdReused, Inbound, NotSaved, Receipt, TalkUnknown, TextTooLong
from bot.ladder import Ladder
from bot.settings import Settings, read_settings
from bot.simulation_script import DeskMove, ScriptLine, ScriptMistakeError, Shift, Visit, Wait
from bot.simulation_telling import Played, tell_case
from bot.tenancy import Tenancy
from flows.conversation import ConversationId, Owner
from flows.effects import Effect
from flows.events import ChoiceMade, ChoicesMade, DoorChanged, LanguageChanged
from flows.flow import Side
from flows.screening import Screener
from flows.turn import Turn
from handoff.case import Case
from handoff.desk import Move
from handoff.intake import with_intake_of
from handoff.reference import Reference
from handoff.refusals import Refusal
from handoff.staff import Account, Staff, StaffId
from handoff.transcript import Line, Seq, Speaker
from storage.keyring import generate_key
from storage.store import Sender, Timer
from tenants.tenant import TenantId

CHANNEL = "simulation"

MOST_DUE = 100
"""Timers that are looked at together."""


@dataclass(slots=True)
class HandClock:
    """The time of a simulation: it stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Player:
    """One visitor's talk with one tenant, and the staff who answer it."""

    house: House
    clock: HandClock
    tenancy: Tenancy
    language: str
    sender: Sender = field(default_factory=lambda: Sender(CHANNEL, secrets.token_bytes(32)))
    talk: ConversationId | None = None
    seen: Seq = Seq(0)
    effects: list[Effect] = field(default_factory=list)
    on_shift: set[StaffId] = field(default_factory=set)
    left: list[ConversationId] = field(default_factory=list)

    @property
    def tenant(self) -> TenantId:
        return self.tenancy.tenant.id

    def watch(self, turn: Turn) -> None:
        """Remember what a turn asked for; the door tells of every turn it takes."""
        self.effects.extend(turn.effects)

    async def open(self) -> Played:
        """The talk begins; what is said before the visitor has done anything."""
        receipt = await self.house.door.open(
            Arrival(self.tenant, CHANNEL, self.sender, self.language)
        )
        self.talk = receipt.conversation
        return await self._played(None)

    async def play(self, line: ScriptLine) -> Played:
        """One line of the script. Raises ScriptMistakeError."""
        match line.act:
            case Visit():
                return await self._visit(line, line.act)
            case Wait(span):
                await self._wait(span)
            case Shift(name, starts):
                await (self.begin_shift(name) if starts else self._end_shift(name))
            case DeskMove():
                return await self._move(line, line.act)
        return await self._played(line)

    async def case(self) -> Case | None:
        """The case of the talk as it stands now."""
        return None if self.talk is None else await self._case_of(self.talk)

    async def earlier_cases(self) -> Sequence[Case]:
        """The cases of the talks that were left by another door."""
        cases = [await self._case_of(id) for id in self.left]
        return [case for case in cases if case is not None]

    async def _visit(self, line: ScriptLine, visit: Visit) -> Played:
        event = self._named(await self._offered(), visit)
        self._check_names(line, event)
        inbound = Inbound(self.tenant, self.sender, secrets.token_hex(16), event.event)
        try:
            receipt = await self.house.door.receive(inbound)
        except (TalkUnknown, IdReused, TextTooLong, NotSaved) as refused:
            return await self._played(line, refused=refused.code)
        self._go_on_in(receipt)
        return await self._played(line)

    def _go_on_in(self, receipt: Receipt) -> None:
        if self.talk is not None and receipt.conversation != self.talk:
            self.left.append(self.talk)
            self.talk, self.seen = receipt.conversation, Seq(0)

    async def _offered(self) -> Mapping[str, str]:
        """The labels of the question that was put last, each with its value."""
        if self.talk is None:
            return {}
        lines = await self.house.door.lines(self.tenant, self.talk, after=Seq(0))
        choices = next((line.choices for line in reversed(lines) if line.choices), ())
        return {choice.label: choice.value for choice in choices}

    def _named(self, offered: Mapping[str, str], visit: Visit) -> Visit:
        """A choice may be written by its label too."""
        match visit.event:
            case ChoiceMade(value):
                return Visit(ChoiceMade(offered.get(value, value)))
            case ChoicesMade(values):
                return Visit(ChoicesMade(tuple(offered.get(value, value) for value in values)))
        return visit

    def _check_names(self, line: ScriptLine, visit: Visit) -> None:
        match visit.event:
            case LanguageChanged(language):
                known = self.tenancy.tenant.languages
                _require(line, language, known, "language")
            case DoorChanged(flow):
                _require(line, flow, sorted(self.tenancy.edition.doors), "door")

    async def _wait(self, span: timedelta) -> None:
        """Time passes; whatever falls due meanwhile is done at its time, as a worker does it."""
        end, taken, ladder = self.clock.now + span, set[Timer](), Ladder(self.house)
        while due := set(await self.tenancy.store.due_timers(end, limit=MOST_DUE)) - taken:
            timer = min(due, key=lambda each: (each.due_at, each.id))
            await self._move_clock(max(self.clock.now, timer.due_at))
            await ladder.take_due(self.tenancy, (timer,))
            await ladder.settle()
            taken.add(timer)
        await self._move_clock(end)

    async def _move_clock(self, now: datetime) -> None:
        self.clock.now = now
        # An open console is heard of all the time, however long the script lets pass at once.
        for id in self.on_shift:
            await self.tenancy.touch_shift(id, now)

    async def begin_shift(self, name: str) -> None:
        """Somebody is on shift from here on."""
        staff = await self._staff(name)
        await self.tenancy.touch_shift(staff.id, self.clock())
        self.on_shift.add(staff.id)

    async def _end_shift(self, name: str) -> None:
        staff = await self._staff(name)
        await self.tenancy.touch_shift(staff.id, None)
        self.on_shift.discard(staff.id)

    async def _move(self, line: ScriptLine, move: DeskMove) -> Played:
        case = await self.case()
        if case is None and self.left:
            # Another door was taken and nothing is answered there yet: the desk has the one before.
            case = await self._case_of(self.left[-1])
        if case is None:
            cure = "Let the visitor answer first: the first answer opens it"
            raise ScriptMistakeError(line.place, "there is no case yet", cure)
        by = await self._staff(move.name or self._answering(case))
        made = Move(secrets.token_hex(16), case.reference, by, move.step)
        try:
            await self.house.door.move(self.tenant, made)
        except Refusal as refused:
            return await self._played(line, refused=refused.code)
        return await self._played(line)

    def _answering(self, case: Case) -> str:
        return "chloe" if case.side == Side.USING_ABUSE else "amira"

    async def _staff(self, name: str) -> Staff:
        account = await self.tenancy.store.account(name)
        if account is None:
            # Nobody signs in here, so there is nothing to sign in with.
            staff = Staff(StaffId(name), name, name.title(), frozenset(STAFF[name]))
            account = Account(staff, password_hash="", totp_secret="")
            await self.tenancy.store.save_account(account)
        return account.staff

    async def _case_of(self, id: ConversationId) -> Case | None:
        talk = await self.house.door.talk(self.tenant, id)
        if talk is None or not talk.reference:
            return None
        case = await self.tenancy.store.case(Reference(talk.reference))
        edition = await self.tenancy.edition_of(talk.edition)
        return case and with_intake_of(edition, talk, case)

    async def _played(self, line: ScriptLine | None, refused: str = "") -> Played:
        effects, self.effects = tuple(self.effects), []
        replies: list[Line] = []
        owner = Owner.BOT
        if self.talk is not None:
            lines = await self.house.door.lines(self.tenant, self.talk, after=self.seen)
            replies = [each for each in lines if each.speaker is not Speaker.VISITOR]
            talk = await self.house.door.talk(self.tenant, self.talk)
            if talk is not None:
                self.seen = Seq(talk.last_seq)
                owner = Owner.CLOSED if talk.ended else talk.owner
        return Played(
            written=None if line is None else line.written,
            replies=tuple(replies),
            effects=tuple(type(effect).__name__ for effect in effects),
            owner=owner,
            case=await self.case(),
            refused=refused,
        )


def _require(line: ScriptLine, name: str, known: Sequence[str], kind: str) -> None:
    if name not in known:
        cure = f"Write one of: {', '.join(known)}"
        raise ScriptMistakeError(line.place, f"this tenant has no {kind} {name!r}", cure)


@asynccontextmanager
async def simulating(
    tenant: str, begins_at: datetime, *, language: str = "", screener: Screener | None = None
) -> AsyncIterator[Player]:
    """A player in a house of its own, on a store in a temporary folder that goes with it."""
    clock = HandClock(begins_at)
    with TemporaryDirectory(prefix="frontdoor-") as folder:
        url = f"sqlite:///{Path(folder) / 'simulation.db'}"
        settings = Settings(
            database_url=url, secret_keys=generate_key(), tenants=read_settings().tenants
        )
        async with open_house(settings, clock, screener=screener, is_trial=True) as house:
            tenancy = house.tenancies[TenantId(tenant)]
            player = Player(house, clock, tenancy, language or tenancy.tenant.language)
            house.door.watch = player.watch
            yield player


async def whole_case(player: Player) -> dict[str, Any]:
    """What a finished simulation says last: the case, and those of doors that were left."""
    case, earlier = await player.case(), await player.earlier_cases()
    whole: dict[str, Any] = {"case": None if case is None else tell_case(case)}
    if earlier:
        whole["earlier"] = [tell_case(each) for each in earlier]
    return whole
