"""Every rule that a file cites stands in docs/rules.md, which names nothing that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
DEFINED = re.findall(r"^- \*\*([PIR]\d+)\*\*", RULES, re.MULTILINE)
ROOMS = ("bot", "flows", "handoff", "locales", "storage", "tenants", "tests", "benchmarks", "docs")
KINDS = frozenset({".py", ".yaml", ".md", ".js", ".css", ".html"})
CITED = re.compile(r"(?<![\w#/-])([PIR])(\d{1,2})(?: to ([PIR])(\d{1,2}))?(?![\w-])")
OUTSIDE = re.compile(r"\b(design|mission|domain|reliability|ecosystem|look)\.md\b|\bseeds? 00\d")


def files() -> list[Path]:
    """What we wrote, without this test, and without the flows' drawings, whose ids look alike."""
    found = [p for room in ROOMS for p in (ROOT / room).rglob("*") if p.suffix in KINDS]
    drawn = ROOT / "docs" / "flows"
    written = [path for path in [*found, *ROOT.glob("*.md")] if drawn not in path.parents]
    return [path for path in written if path != Path(__file__)]


def cited_in(text: str) -> set[str]:
    """The rules a text cites; *I1 to I4* cites four."""
    cited: set[str] = set()
    for letter, first, last_letter, last in CITED.findall(text):
        end = int(last) if last_letter == letter else int(first)
        cited.update(f"{letter}{number}" for number in range(int(first), end + 1))
    return cited


def test_a_range_cites_all_that_it_spans() -> None:
    assert cited_in("(P6, R27 to R29; I4)") == {"P6", "R27", "R28", "R29", "I4"}
    assert cited_in("PR1, P100 and K7M4-P2XQ are no rules") == set()


def test_every_rule_that_is_cited_is_defined() -> None:
    missing = {
        f"{path.relative_to(ROOT)}: {rule}"
        for path in files()
        for rule in cited_in(path.read_text(encoding="utf-8")) - set(DEFINED)
    }
    assert missing == set()


def test_each_rule_is_defined_once_and_none_of_a_kind_that_is_whole_is_left_out() -> None:
    assert len(DEFINED) == len(set(DEFINED))
    assert {f"P{n}" for n in range(1, 20)} | {f"I{n}" for n in range(1, 18)} <= set(DEFINED)


def test_each_requirement_is_cited_outside_the_page_that_defines_it() -> None:
    others = [path for path in files() if path != ROOT / "docs" / "rules.md"]
    cited = set().union(*(cited_in(path.read_text(encoding="utf-8")) for path in others))
    assert {rule for rule in DEFINED if rule.startswith("R")} - cited == set()


@pytest.mark.parametrize("rule", re.split(r"^- (?=\*\*[PIR]\d)", RULES, flags=re.MULTILINE)[1:])
def test_each_rule_says_where_it_is_held_or_that_it_is_not_yet(rule: str) -> None:
    places = re.findall(r"`([\w/-]+/[\w-]+\.\w+)`", rule)
    assert places or "not yet" in rule.lower()
    assert [place for place in places if not (ROOT / place).is_file()] == []


def test_nothing_points_to_a_page_that_is_not_here() -> None:
    pointing = [p for p in files() if OUTSIDE.search(p.read_text(encoding="utf-8"))]
    assert [str(path.relative_to(ROOT)) for path in pointing] == []
