"""``python -m flows.diagrams``: one Mermaid diagram for each flow, drawn from its file.

It draws what is written and judges nothing; a test keeps ``docs/flows/`` current.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from flows.answers import Guard
from flows.conversation import END
from flows.document import Sets, read_choice_sets, read_flow
from flows.edition import AREAS, CHOICES, LIBRARY, REPLIES
from flows.flow import Flow, Kind, Step, Target
from flows.machine import candidates, jumps

FOLDER = Path(__file__).parent.parent / "docs" / "flows"

_LINE = 38
"""Letters after which a label is broken."""


def draw_library(library: Path = LIBRARY) -> Mapping[str, str]:
    """File name -> the whole page, of every flow of a library, and of a list of them."""
    choices = read_choice_sets((library / CHOICES).read_text(encoding="utf-8"), library / CHOICES)
    sets = Sets({**choices, AREAS: {}}, dict.fromkeys(choices, "choices") | {AREAS: AREAS})
    flows = [
        read_flow(path.read_text(encoding="utf-8"), path, sets)
        for path in sorted(library.glob("*.yaml"))
        if path.name not in (CHOICES, REPLIES)
    ]
    pages = {f"{flow.id}.md": draw(flow) for flow in flows}
    return MappingProxyType(pages | {"README.md": _list(flows)})


def draw(flow: Flow) -> str:
    """The page of one flow."""
    title = flow.texts[f"{flow.id}.title"]
    source = f"{LIBRARY.parent.name}/{LIBRARY.name}/{flow.file}"
    lines = [
        f"# {title}",
        "",
        f"Drawn from `{source}` by `make diagrams`. Side: {flow.side}. Queue: {flow.queue}.",
        "",
        "```mermaid",
        "flowchart TD",
        *(f"  {line}" for line in _body(flow)),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _list(flows: list[Flow]) -> str:
    rows = (f"- [{flow.texts[f'{flow.id}.title']}]({flow.id}.md)" for flow in flows)
    head = ("# The flows", "", "Drawn by `make diagrams`; not to be edited.", "")
    return "\n".join([*head, *rows, ""])


def _body(flow: Flow) -> Iterator[str]:
    yield f"begin([begin]) --> {_name(flow.first)}"
    for step in flow.steps.values():
        yield _node(flow, step)
    for id in flow.order:
        yield from _ways(flow, flow.steps[id])
    yield "wait([waits, and words are still taken])"


def _node(flow: Flow, step: Step) -> str:
    kind = "say" if step.kind is Kind.SAY else "ask"
    text = _broken(flow.texts[f"{flow.id}.{step.id}.{kind}"])
    marks = [_guard(flow, step.only_if)] if step.only_if else []
    marks += ["identifies"] if step.identifies else []
    marks += ["hands over"] if step.hands_over else []
    marks += [f"numbers: {', '.join(step.numbers)}"] if step.numbers else []
    label = "<br/>".join([text, *(f"<i>{mark}</i>" for mark in marks)])
    left, right = ("[", "]") if step.kind is Kind.SAY else ("{{", "}}")
    return f'{_name(step.id)}{left}"{label}"{right}'


def _ways(flow: Flow, step: Step) -> Iterator[str]:
    """One arrow for each place that may follow, with the answers that lead there."""
    leads: dict[str, list[str]] = {}
    for value, jump in jumps(flow, step):
        for target, _ in candidates(flow, jump):
            told = value or ("else" if step.then else "")
            leads.setdefault(_target(target), []).append(told)
    for place, values in leads.items():
        told = ", ".join(dict.fromkeys(filter(None, values)))
        arrow = f'-- "{told}" -->' if told else "-->"
        yield f"{_name(step.id)} {arrow} {place}"


def _target(target: Target) -> str:
    if target.flow is not None:
        return f'flow-{target.flow}[["{target.flow}"]]'
    return "wait" if target.step == END else _name(target.step)


def _name(id: str) -> str:
    return f"s-{id}"


def _guard(flow: Flow, guard: Guard) -> str:
    told = (
        f"{key.removeprefix(f'{flow.id}.')}: {' or '.join(sorted(allowed))}"
        for key, allowed in guard.items()
    )
    return f"only if {'; '.join(told)}"


def _broken(text: str) -> str:
    lines, line = [], ""
    for word in text.replace('"', "'").split():
        if line and len(line) + len(word) >= _LINE:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "<br/>".join([*lines, line])


def main(folder: Path = FOLDER) -> None:
    """Write every page, and remove the pages of flows that are gone."""
    pages = draw_library()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(pages)} pages.\n")


if __name__ == "__main__":
    main()
