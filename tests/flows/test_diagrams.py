"""The diagrams in docs/flows/ are drawn from the flow files, and are the ones of now."""

from pathlib import Path

from flows.diagrams import FOLDER, draw_library, main
from tests.flows.proving import edition


def test_the_diagrams_are_current_run_make_diagrams() -> None:
    drawn = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert drawn == dict(draw_library())


def test_every_step_of_every_flow_is_drawn() -> None:
    pages = draw_library()
    for flow in edition().flows.values():
        for step in flow.steps:
            assert f"s-{step}" in pages[f"{flow.id}.md"]


def test_a_page_of_a_flow_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old")
    main(tmp_path)
    assert not (tmp_path / "gone.md").exists()
    assert {path.name for path in tmp_path.iterdir()} == set(draw_library())
