"""``frontdoor simulate``: what it prints for a script, and where it says a script is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.simulation import simulate_command


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The command sets up its own process's logs, which is this one: others want to hear more."""
    yield
    structlog.reset_defaults()


def run(script: str, *options: str, file: Path | None = None) -> Result:
    where = "-" if file is None else str(file)
    if file is not None:
        file.write_text(script, encoding="utf-8")
    return CliRunner().invoke(simulate_command, [where, *options], input=script)


def printed(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_one_object_is_printed_for_every_line_and_the_case_last(tmp_path: Path) -> None:
    script = '{"choose": "yes"}\n\n{"say": "me"}\n{"choose": "yes"}\n{"wait": "30m"}\n'
    told = printed(run(script, "--json", file=tmp_path / "talk.jsonl"))
    opening, *lines, last = told
    assert opening["open"] is True
    assert opening["case"] is None
    written = [{"choose": "yes"}, {"say": "me"}, {"choose": "yes"}, {"wait": "30m"}]
    assert [line["in"] for line in lines] == written
    assert lines[0]["owner"] == "bot"
    assert lines[2]["owner"] == "queue"
    assert "RaiseAlarm" in lines[2]["effects"]
    keys = {"from", "text", "choices", "expects", "lang", "step", "key", "why"}
    assert all(set(reply) <= keys for line in lines for reply in line["replies"])
    assert list(last) == ["case"]
    assert last["case"]["urgency"]["level"] == "emergency"
    assert last["case"]["urgency"]["reasons"][0]["source"] == "entry.danger-now"
    assert last["case"]["intake"]["version"] == 1


def test_nobody_is_on_shift_until_a_line_or_an_option_says_so() -> None:
    alone = printed(run('{"person": true}', "--json", "--at", "2026-11-22T23:00"))
    assert "nobody-here" in " ".join(reply["key"] for reply in alone[0]["replies"])
    staffed = printed(run('{"person": true}', "--json", "--staffed"))
    assert "nobody-here" not in " ".join(reply["key"] for reply in staffed[0]["replies"])
    assert staffed[1]["replies"][0]["key"] == "replies.person-wanted"
    begun = '{"staff": {"shift": "start"}}\n{"person": true}'
    assert printed(run(begun, "--json"))[2]["replies"][0]["key"] == "replies.person-wanted"


def test_a_shift_lasts_however_long_is_waited() -> None:
    script = '{"staff": {"shift": "start"}}\n{"wait": "20m"}\n{"choose": "yes"}\n{"person": true}'
    assert printed(run(script, "--json"))[4]["replies"][0]["key"] == "replies.person-wanted"


def test_it_opens_in_the_language_that_is_asked_for() -> None:
    told = printed(run('{"language": "pl"}', "--json", "--language", "ur", "--tenant", "coventry"))
    assert {reply["lang"] for reply in told[0]["replies"]} == {"ur"}
    assert told[1]["replies"][-1]["lang"] == "pl"


def test_without_json_it_reads_as_a_dialogue() -> None:
    script = '{"choose": "I am not sure"}\n{"staff": {"claim": true}, "as": "ben"}\n{"exit": true}'
    said = run(script).output
    assert "> choose: I am not sure\n  bot: " in said
    assert "> staff: claim, as: ben\n" in said
    assert "(worker, case " in said
    assert "> exit\n  (closed" in said


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "is not JSON. Write one object a line"),
        ("[]", "an object was expected"),
        ("{}", "0 acts stand in one line. Write one act a line"),
        ('{"say": "x", "skip": true}', "2 acts stand in one line"),
        ('{"chose": "yes"}', "there is no act 'chose'. Did you mean 'choose'"),
        ('{"say": ""}', "a text was expected"),
        ('{"skip": false}', "only true has a meaning here"),
        ('{"wait": "soon"}', "this is no length of time. Write a number and s, m, h or d: 30m"),
        ('{"wait": "99999999999d"}', "this is no length of time"),
        ('{"staff": "claim"}', "'staff' takes an object"),
        ('{"staff": {"clam": true}}', "there is no move 'clam'. Did you mean 'claim'"),
        ('{"staff": {"claim": true, "as": "amir"}}', "nobody here is called 'amir'"),
        ('{"staff": {"claim": true}, "as": ["amira"]}', "'as' takes a name. Write one of: amira"),
        ('{"staff": {"claim": true, "as": {}}}', "'as' takes a name. Write one of: amira"),
        ('{"staff": {"close": "suported"}}', "there is no outcome 'suported'. Did you mean"),
        ('{"staff": {"shift": "pause"}}', "a shift does not 'pause'"),
        ('{"say": "x", "as": "ben"}', "nobody says 'say' by a name"),
        ('{"language": "xx"}', "this tenant has no language 'xx'. Write one of: "),
        ('{"door": "back"}', "this tenant has no door 'back'. Write one of: feedback"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_cure(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "talk.jsonl"
    result = run(f'{{"choose": "yes"}}\n{line}\n', "--json", file=file)
    assert result.exit_code == 1
    (mistake,) = [said for said in result.output.splitlines() if said.startswith("Error")]
    assert mistake.startswith(f"Error: {file}:2: ")
    assert told in mistake


def test_a_move_before_there_is_a_case_is_a_mistake() -> None:
    result = run('{"staff": {"claim": true}}', "--json")
    assert result.exit_code == 1
    assert "<stdin>:1: there is no case yet. Let the visitor answer first" in result.output


def test_an_unknown_tenant_or_language_is_named_with_those_there_are() -> None:
    assert "Use one of: llr" in run("", "--tenant", "nowhere").output
    assert "Use one of: en" in run("", "--language", "xx").output


def test_what_the_door_refuses_is_an_outcome_and_not_a_mistake() -> None:
    told = printed(run('{"choose": "yes"}\n{"exit": true}\n{"say": "hello"}', "--json"))
    assert told[3]["error"] == "resume-unknown"
    assert told[3]["replies"] == []
    assert told[3]["owner"] == "closed"
