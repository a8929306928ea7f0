"""Every scenario of this folder, played by the player of ``frontdoor simulate``.

A scenario is a dialogue to be read: what is done, as in a script, and then what is expected of it:
``hear`` every reply by the key of its text, ``read`` words that stand in one of them, ``owner``,
``refused`` by its code, and ``case`` by dotted places. It is checked word by word for mistakes.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.simulation_play import Player, simulating
from bot.simulation_script import ScriptLine, Visit, read_act
from bot.simulation_telling import Played, tell_case
from tests.house import NOW, screener
from tests.kept import keep_what_is_only_read

keep_what_is_only_read()

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))
EXPECTED = ("hear", "read", "unread", "owner", "refused", "case", "effects")
TOP = ("title", "tenant", "language", "at", "staff", "talk")


def load(file: Path) -> dict[str, Any]:
    # Every scalar stays text: yes and no are answers here, not booleans.
    scenario: dict[str, Any] = yaml.load(
        file.read_text(encoding="utf-8"),
        Loader=yaml.BaseLoader,  # noqa: S506 - it makes nothing but text, lists and mappings
    )
    unknown = set(scenario) - set(TOP)
    assert not unknown, f"{file.name}: {unknown}"
    return scenario


def written(step: Any) -> Any:
    """An act as JSON would have it: a bare word such as ``skip`` is that act, and true is true."""
    if isinstance(step, str):
        return {step: True}
    return {key: _value(value) for key, value in step.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _value(each) for key, each in value.items()}
    return True if value == "true" else value


def place_of(told: Any, place: str) -> Any:
    """What stands at a dotted place; a name may have dots of its own, as the intake's do."""
    if not place:
        return told
    parts = place.split(".")
    names = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    name = next(name for name in names if name in told)
    return place_of(told[name], place.removeprefix(name).removeprefix("."))


def check(expected: Mapping[str, Any], played: Played, where: str) -> None:
    for kind, value in expected.items():
        assert kind in EXPECTED, f"{where}: {kind}"
        found, wanted = _compared(kind, value, played)
        assert found == wanted, f"{where}: {kind}"


def _compared(kind: str, value: Any, played: Played) -> tuple[Any, Any]:
    texts = "\n".join(line.text for line in played.replies)
    match kind:
        case "hear":
            wanted = [value] if isinstance(value, str) else list(value)
            return [line.key or str(line.speaker) for line in played.replies], wanted
        case "read":
            return [part for part in _list(value) if part in texts], _list(value)
        case "unread":
            return [part for part in _list(value) if part in texts], []
        case "owner":
            return str(played.owner), value
        case "refused":
            return played.refused, value
        case "effects":
            return [each for each in _list(value) if each in played.effects], _list(value)
    if isinstance(value, str):
        return ("none" if played.case is None else "a case"), value
    told = None if played.case is None else tell_case(played.case)
    return {place: _plain(place_of(told, place)) for place in value}, dict(value)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _plain(found: Any) -> Any:
    if isinstance(found, bool) or found is None:
        return {True: "yes", False: "no", None: "none"}[found]
    return [str(each) for each in found] if isinstance(found, list) else str(found)


async def perform(player: Player, scenario: Mapping[str, Any], file: Path) -> int:
    """Play the whole talk and check it; how many expectations were met."""
    played, met = None, 0
    for number, step in enumerate(scenario["talk"], start=1):
        where = f"{file.stem}, step {number}"
        is_expected = isinstance(step, dict) and set(step) <= set(EXPECTED)
        if is_expected:
            played = played or await player.open()
            check(step, played, where)
            met += 1
            continue
        line = ScriptLine(where, written(step), read_act(written(step), where))
        if player.talk is None and isinstance(line.act, Visit):
            await player.open()
        played = await player.play(line)
        assert not played.refused or _expects_refusal(scenario["talk"], number), where
    return met


def _expects_refusal(talk: list[Any], number: int) -> bool:
    return number < len(talk) and isinstance(talk[number], dict) and "refused" in talk[number]


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
async def test_the_talk_goes_as_written(file: Path) -> None:
    scenario = load(file)
    begins_at = datetime.fromisoformat(scenario["at"]) if "at" in scenario else NOW
    began = simulating(
        scenario.get("tenant", "llr"),
        begins_at,
        language=scenario.get("language", ""),
        screener=screener(),
    )
    async with began as player:
        for name in scenario.get("staff", ()):
            await player.begin_shift(name)
        assert await perform(player, scenario, file)


def test_every_scenario_has_a_title_of_its_own() -> None:
    titles = [load(file)["title"] for file in FILES]
    assert len(titles) >= 60
    assert len(set(titles)) == len(titles)


async def test_a_scenario_that_goes_otherwise_fails(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("title: Wrong\ntalk:\n- {choose: yes}\n- hear: entry.danger-now.ask\n")
    async with simulating("llr", NOW, screener=screener()) as player:
        with pytest.raises(AssertionError, match="wrong, step 2: hear"):
            await perform(player, load(file), file)
