"""What the clients of a round do: the moments in which something may be lost, one scenario each."""

import asyncio

from tests.faults.rounds import Round, Scenario
from tests.faults.working import Worker

SAFE = {"safe_to_talk": "yes", "who_types": "me"}
NO_DANGER = SAFE | {"danger_now": "no"}
DANGER = SAFE | {"danger_now": "yes"}


def words(number: int) -> tuple[str, dict[str, str]]:
    return "text", {"text": f"sentence {number} of hers"}


async def first_message(trial: Round) -> None:
    """Noor arrives, answers, and says something for the first time."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**NO_DANGER)
    await noor.act("text", text="I do not know where to begin")


async def danger(trial: Round) -> None:
    """She is in danger; it is on the desk in the same turn, and somebody reads it."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**DANGER)
    await noor.act("text", text="in the car park behind the station")
    amira = trial.worker("amira")
    await amira.read(await amira.find())
    await noor.act("person")


async def exit_taken(trial: Round) -> None:
    """She leaves in a hurry, with a second page open on the same talk; a worker comes too late."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**SAFE)
    await noor.act("text", text="he is coming up the stairs")
    amira = trial.worker("amira")
    reference = await amira.find()
    other = await trial.another(noor)
    await noor.act("exit")
    await asyncio.gather(other.look(0.1), amira.claim(reference))
    await amira.reply(reference, "Are you there?")
    await other.look(0.05)
    again = trial.page("noor-again")
    again.token, again.talk = noor.token, noor.talk
    await again.look(0.1)


async def claim_race(trial: Round) -> None:
    """Two workers take the same case at the same moment, through two doors on one store."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**DANGER)
    amira, ben = trial.worker("amira"), trial.worker("ben", door=1)
    reference = await amira.find()
    fates = await asyncio.gather(amira.claim(reference), ben.claim(reference))
    if fates[0] != "done" and fates[1] == "done":
        amira, ben = ben, amira
    await amira.read(reference)
    await amira.reply(reference, "I am here with you.")
    await ben.reply(reference, "So am I.")


async def staff_reply(trial: Round) -> None:
    """A worker writes while the visitor writes; the case changes hands and is closed."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**DANGER)
    amira, ben = trial.worker("amira"), trial.worker("ben")
    reference = await amira.find()
    await amira.claim(reference)
    await amira.read(reference)
    keys = await noor.put(words(1), words(2))
    assert keys
    await asyncio.gather(
        _replies(amira, reference, "I am Amira.", "Take your time."), noor.acknowledged()
    )
    await amira.give_back(reference)
    await ben.claim(reference)
    await asyncio.gather(ben.reply(reference, "I am Ben."), noor.act("text", text="hello Ben"))
    await ben.close(reference)


async def _replies(worker: Worker, reference: str, *texts: str) -> None:
    for text in texts:
        await worker.reply(reference, text)


async def reconnect(trial: Round) -> None:
    """The line breaks with words under way, twice; what had no ack is sent again."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**SAFE)
    for first in (1, 4):
        await noor.put(*(words(first + n) for n in range(3)))
        if first == 1:
            await noor.wait(lambda: len(noor.outbox) < 3)
        noor.drop()
        await noor.acknowledged()
    await trial.another(noor)


async def crowd(trial: Round) -> None:
    """Two pages, two workers and two doors on one talk, all writing at once."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**DANGER)
    amira, ben = trial.worker("amira"), trial.worker("ben", door=1)
    reference = await amira.find()
    await amira.claim(reference)
    other = await trial.another(noor)
    other.door = 1
    await noor.put(*map(words, range(4)))
    await other.put(*map(words, range(4, 8)))
    await asyncio.gather(
        noor.acknowledged(),
        other.acknowledged(),
        _replies(amira, reference, "One.", "Two.", "Three."),
        ben.reply(reference, "I hold nothing."),
    )


async def several_pages(trial: Round) -> None:
    """Danger is chosen on one page while she writes on three others, through the same door."""
    noor = trial.page()
    await noor.arrive()
    await noor.answer(**SAFE)
    others = [await trial.another(noor) for _ in range(3)]
    for number, other in enumerate(others):
        await other.put(*map(words, range(8 * number, 8 * number + 8)))
    await noor.act("choice", value="yes")
    await asyncio.gather(*(other.acknowledged() for other in others))


FIRST = Scenario("first message", first_message)
DANGEROUS = Scenario("danger", danger)
EXIT = Scenario("exit", exit_taken, expected=frozenset({"left", "resume-unknown"}))
RACE = Scenario("claim race", claim_race, 2, frozenset({"already-held", "not-yours"}))
REPLY = Scenario("staff reply", staff_reply)
RECONNECT = Scenario("reconnect", reconnect)
CROWD = Scenario("crowd", crowd, 2, frozenset({"not-yours"}))
PAGES = Scenario("several pages", several_pages)

SCENARIOS = (FIRST, DANGEROUS, EXIT, RACE, REPLY, RECONNECT)
"""Those whose every step is struck; the crowd's steps come in another order each time."""
