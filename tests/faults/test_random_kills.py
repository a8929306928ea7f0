"""Kills at random moments under a mixed load: what no coroutine's step shows, threads included."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from tests.faults.checker import World, check
from tests.faults.line import GivenUpError
from tests.faults.rounds import Nursery, Round, Scenario, opened, sqlite_place
from tests.faults.steps import Strike
from tests.faults.sweeping import IS_FULL

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

VISITORS = 6
OFTEN = 0.25
"""Seconds between two kills, on average."""


async def visitor(trial: Round, number: int, chance: random.Random) -> None:
    """Answers, words in twos, breaks of the line; in the end some leave and some ask for help."""
    noor = trial.page(f"visitor-{number}")
    await noor.arrive()
    danger = chance.choice(("yes", "no", "soon"))
    await noor.answer(safe_to_talk="yes", who_types="me", danger_now=danger)
    for _ in range(chance.randint(2, 6)):
        texts = (f"{number} says {chance.random()}" for _ in range(2))
        await noor.put(*(("text", {"text": text}) for text in texts))
        if chance.random() < 0.3:
            noor.drop()
        await noor.acknowledged()
    if chance.random() < 0.5:
        await noor.act(chance.choice(("person", "exit", "skip")))


async def worker(trial: Round, name: str, chance: random.Random) -> None:
    """Takes, reads, writes and gives back whatever is first on the desk."""
    someone = trial.worker(name)
    for _ in range(4):
        reference = await someone.find()
        if await someone.claim(reference) != "done":
            continue
        await someone.read(reference)
        await someone.reply(reference, f"{name} is here {chance.random()}")
        await someone.give_back(reference)


async def killer(trial: Round, kills: int, chance: random.Random) -> None:
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.05, 2 * OFTEN))
        before = trial.deaths
        await trial.kill()
        while trial.deaths == before:  # noqa: ASYNC110  The guard has no event of its own.
            await asyncio.sleep(0.005)


def mixed(seed: int, kills: int) -> Callable[[Round], Awaitable[None]]:
    async def play(trial: Round) -> None:
        chance = random.Random(seed)
        killing = asyncio.create_task(killer(trial, kills, chance))
        while not killing.done():
            numbers = range(len(trial.pages), len(trial.pages) + VISITORS)
            await asyncio.gather(
                *(visitor(trial, n, chance) for n in numbers),
                *(worker(trial, name, chance) for name in ("amira", "ben")),
            )
        await killing

    return play


@pytest.mark.parametrize("seed", range(10 if IS_FULL else 1))
async def test_random_kills_in_mixed_load_lose_nothing(warm: Nursery, seed: int) -> None:
    refusals = frozenset({"already-held", "not-yours", "left", "closed", "resume-unknown"})
    kills = 100 if IS_FULL else 12
    scenario = Scenario("mixed load", mixed(seed, kills), expected=refusals)
    with sqlite_place(warm) as place:
        async with opened(warm, place, scenario) as trial:
            trial.start(Strike("kill", 0))
            problems: list[str] = []
            try:
                await scenario.play(trial)
                problems += await trial.told()
            except GivenUpError as given_up:
                problems.append(str(given_up))
            finally:
                for page in trial.pages:
                    page.leave()
                await trial.stop()
            renewals = trial.renewals(struck=False)
            world = World(trial.history, trial.read(), refusals, tuple(problems), renewals)
            assert check(world) == []
            assert trial.deaths >= kills
