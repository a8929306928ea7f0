"""However a hand-written file is spoiled, it is read, or refused with file, line and cure.

Every line of every file is taken out, doubled, emptied, given another kind of value and a key that
nobody knows. What is refused names the file; nothing else may ever be raised.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from flows.document import FlowFileError, Sets, read_choice_sets, read_flow, read_texts
from flows.edition import CHOICES, LIBRARY, REPLIES, library_sources, make_edition
from tenants.reading import FileMistakeError, read_source
from tenants.tenant import TenantFileError, load_tenant, load_tenants, read_tenant
from tests.tenants.conftest import HARBOUR, Spoil

LLR = next(iter(load_tenants().values()))
VALUES = ("", "[]", "{}", "[[a]]", "{a: b}", "-1", "9" * 5000, "2026-13-45", '"', "{", "&a b", "*a")
TOLD = re.compile(r"[\w.-]+/[\w-]+\.yaml:[1-9]\d*: \S.*[.?] \S.*[.?]", re.DOTALL)


def spoiled(text: str) -> Iterator[str]:
    """The text with one line after the other spoiled, in every way."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        before, after = lines[:place], lines[place + 1 :]
        indent = line[: len(line) - len(line.lstrip())]
        instead = [[], [line, line], [indent + "nobody-knows: this", line], ["\t" + line]]
        if ":" in line:
            key = line.partition(":")[0]
            instead += [[f"{key}: {value}"] for value in VALUES]
            instead += [[key], [f"{key}x:{line.partition(':')[2]}"]]
        for other in instead:
            yield "\n".join([*before, *other, *after])


def told(mistake: FileMistakeError, name: str) -> None:
    assert TOLD.fullmatch(str(mistake)), str(mistake)
    assert mistake.path.name == name
    assert mistake.problem


@pytest.mark.parametrize("name", HARBOUR)
def test_a_spoiled_file_of_a_tenant_is_read_or_told(name: str) -> None:
    files = {f"{stem}.yaml": text for stem, text in HARBOUR.items()}
    refused = 0
    for text in spoiled(HARBOUR[name]):
        try:
            read_tenant({**files, f"{name}.yaml": text}, Path("harbour"))
        except TenantFileError as mistake:
            refused += 1
            # A word that another file has to know, such as an area's, is told where it is used.
            told(mistake, mistake.path.name)
    assert refused > 1


@pytest.mark.parametrize("name", ["coventry", "leicester-2012", "llr"])
def test_a_line_that_is_lost_from_a_sample_is_no_loss_of_the_place(name: str) -> None:
    files = load_tenants_files(name)
    for stem, text in files.items():
        lines = text.splitlines()
        for place in range(len(lines)):
            without = "\n".join(lines[:place] + lines[place + 1 :])
            try:
                read_tenant({**files, stem: without}, Path(name))
            except TenantFileError as mistake:
                told(mistake, mistake.path.name)


def load_tenants_files(name: str) -> Mapping[str, str]:
    return next(tenant.files for tenant in load_tenants().values() if tenant.id == name)


SOURCES = library_sources(LLR)
CHOSEN = read_choice_sets(SOURCES[CHOICES], LIBRARY / CHOICES)
SETS = Sets(
    {**CHOSEN, "areas": {"leicester": "Leicester"}},
    {**dict.fromkeys(CHOSEN, "choices"), "areas": "areas"},
)
FLOWS = sorted(name for name in SOURCES if "/" not in name and name not in (CHOICES, REPLIES))


@pytest.mark.parametrize("name", [*FLOWS, CHOICES, REPLIES])
def test_a_spoiled_flow_file_is_read_or_told(name: str) -> None:
    refused = 0
    for number, text in enumerate(spoiled(SOURCES[name])):
        if number % 7:
            # Each way of spoiling meets every seventh line: the file is long, and its keys recur.
            continue
        try:
            read_alone(name, text)
        except FlowFileError as mistake:
            refused += 1
            told(mistake, name)
    assert refused > 5


def read_alone(name: str, text: str) -> None:
    path = LIBRARY / name
    if name == CHOICES:
        read_choice_sets(text, path)
    elif name == REPLIES:
        read_texts(text, path)
    else:
        read_flow(text, path, SETS)


@pytest.mark.parametrize("name", ["third-party.yaml", CHOICES, REPLIES])
def test_flows_with_a_spoiled_file_make_an_edition_or_are_told(name: str) -> None:
    for number, text in enumerate(spoiled(SOURCES[name])):
        if number % 41 == 0:
            try:
                make_edition({**SOURCES, name: text}, LLR)
            except FlowFileError as mistake:
                told(mistake, mistake.path.name)


def bomb(levels: int) -> str:
    """Each line repeats the one before ten times."""
    first = "a0: &a0 [x, x]\n"
    return first + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, levels)
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (bomb(30), 1),
        ("a: b\nc: &c {d: e}\nf: *c\n", 2),
        ("a: b\nc:\n  - &c d\n", 3),
        ("<<: *a\n", 1),
    ],
)
def test_a_text_that_repeats_itself_is_refused_where_it_begins(text: str, line: int) -> None:
    with pytest.raises(FileMistakeError) as refused:
        read_source(text, Path("harbour/wording.yaml"))
    assert str(refused.value).startswith(f"harbour/wording.yaml:{line}: ")


@pytest.mark.parametrize("text", ["a: salt & pepper", "a: 2 * 3", 'a: "*b &c"', "# & *x\na: b"])
def test_a_sign_within_a_text_is_a_sign(text: str) -> None:
    assert read_source(text, Path("harbour/wording.yaml")).named()["a"].text()


def test_what_a_spoiled_folder_is_told_of_is_on_the_line(harbour: Spoil) -> None:
    folder = harbour("hours", "thursday: 09:00-17:00", "thursday: nine to five")
    with pytest.raises(TenantFileError, match=r"^harbour/hours\.yaml:4: 'nine to five' are no h"):
        load_tenant(folder)
