"""``frontdoor tenant``: a helpline is made, listed, carried and taken in without code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import frontdoor
from tenants.beginning import begin_tenant
from tenants.packing import pack
from tenants.tenant import load_tenant, read_tenant
from tests.house import KEYS

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("list")` is `frontdoor tenant list`, with TENANTS a folder of the test's own."""

    def invoke(*command: str, of: str = "tenant") -> Result:
        given = {"TENANTS": str(tmp_path / "tenants"), "SECRET_KEYS": KEYS}
        given["DATABASE_URL"] = f"sqlite:///{tmp_path / 'a.db'}"
        return CliRunner().invoke(frontdoor, [*of.split(), *command], env=given)

    return invoke


def packed(tmp_path: Path, **files: str) -> Path:
    """An archive of Lantern's, with texts of some of its files' own."""
    whole = dict(begin_tenant("lantern", "Lantern"))
    for name, text in files.items():
        assert text == "" or "=>" in text
        old, new = text.split("=>")
        assert old in whole[f"{name}.yaml"]
        whole[f"{name}.yaml"] = whole[f"{name}.yaml"].replace(old, new, 1)
    file = tmp_path / "lantern.zip"
    file.write_bytes(pack(read_tenant(whole, Path("lantern"))))
    return file


def one_line(done: Result) -> str:
    """The line that an operator reads of a refusal: no traceback, and nothing on stdout."""
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.output
    return done.stderr


def test_an_empty_folder_lists_nothing_and_says_what_writes_one(run: Run) -> None:
    done = run("list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "`frontdoor tenant add` writes one" in done.stderr
    assert json.loads(run("list", "--json").stdout) == []


def test_one_that_is_added_is_there_and_what_to_do_next_is_said(run: Run, tmp_path: Path) -> None:
    done = run("add", "lantern", "--title", " Lantern ")
    assert done.exit_code == 0
    assert load_tenant(tmp_path / "tenants" / "lantern").title == "Lantern"
    for step in (
        "hours.yaml",
        "numbers.yaml",
        "check --tenant lantern",
        "publish --tenant lantern",
    ):
        assert step in done.stdout
    assert "belongs to the code" not in done.stdout


def test_one_is_like_a_sample_although_that_is_not_served(run: Run, tmp_path: Path) -> None:
    assert run("add", "lantern", "--title", "Lantern", "--like", "llr").exit_code == 0
    lantern = load_tenant(tmp_path / "tenants" / "lantern")
    assert "accommodation-city-refuge" in {service.id for service in lantern.services}


def test_a_second_one_is_like_the_first_and_follows_it(run: Run, tmp_path: Path) -> None:
    run("add", "lantern", "--title", "Lantern", "--like", "coventry")
    assert run("add", "harbour", "--title", "Harbour", "--like", "lantern").exit_code == 0
    assert [each["id"] for each in json.loads(run("list", "--json").stdout)] == [
        "lantern",
        "harbour",
    ]


@pytest.mark.parametrize("id", ["Lantern", "../lantern", "lan tern", "lantern-", "l" * 41, "ü", ""])
def test_an_id_that_cannot_be_one_is_refused(run: Run, tmp_path: Path, id: str) -> None:
    done = run("add", id, "--title", "Lantern")
    assert done.exit_code == 2
    assert "cannot be a tenant's id. Use up to 40" in " ".join(done.stderr.split())
    assert not (tmp_path / "tenants").exists()


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "\x1b[31mred", "x" * 201])
def test_a_title_that_cannot_be_one_is_refused(run: Run, title: str) -> None:
    done = run("add", "lantern", "--title", title)
    assert (done.exit_code, "one line of at most 200" in done.stderr) == (2, True)


@pytest.mark.parametrize("like", ["nowhere", "..", "../tenants/llr"])
def test_a_tenant_to_be_like_that_is_none_is_named(run: Run, like: str) -> None:
    done = run("add", "lantern", "--title", "Lantern", "--like", like)
    assert done.exit_code == 2
    assert "Use one of: coventry, leicester-2012, llr" in " ".join(done.stderr.split())


def test_an_id_that_is_taken_is_refused(run: Run, tmp_path: Path) -> None:
    run("add", "lantern", "--title", "Lantern")
    said = one_line(run("add", "lantern", "--title", "Another"))
    assert "there is a tenant 'lantern' already. Choose another id" in said
    assert load_tenant(tmp_path / "tenants" / "lantern").title == "Lantern"


def test_the_list_tells_what_stands_in_the_way(run: Run, tmp_path: Path) -> None:
    run("add", "lantern", "--title", "Lantern")
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["id"], listed["title"], listed["demo"]) == ("lantern", "Lantern", False)
    assert (listed["languages"], listed["doors"][0]) == (["en"], "victim")
    way = listed["in_the_way"]
    assert way[0].startswith("P13, our-area, victim: no 24-hour number for danger at age 0 and")
    assert any(
        line.startswith("P8, ") and "safety texts in en are not reviewed" in line for line in way
    )
    said = run("list").stdout
    assert said.count("  - P") == len(way)
    assert max(map(len, said.splitlines())) <= 100


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("languages: [en]", "languages: [en, fr]", "lantern/tenant.yaml:6: 'fr' is not known"),
        ("victim, third", "victims, third", "lantern/tenant.yaml:9: 'victims' is not known here"),
        ("order: 4", "order: last", "lantern/tenant.yaml:4: 'last' is not a whole number"),
    ],
)
def test_one_that_is_broken_is_listed_with_its_mistake(
    run: Run, tmp_path: Path, old: str, new: str, said: str
) -> None:
    run("add", "harbour", "--title", "Harbour")
    run("add", "lantern", "--title", "Lantern")
    file = tmp_path / "tenants" / "lantern" / "tenant.yaml"
    changed = file.read_text().replace("order: 2", "order: 4").replace(old, new, 1)
    assert new in changed
    file.write_text(changed)
    listed = {each["id"]: each for each in json.loads(run("list", "--json").stdout)}
    assert said in listed["lantern"]["in_the_way"][0]
    assert len(listed["lantern"]["in_the_way"]) == 1
    assert listed["harbour"]["title"] == "Harbour"


def test_what_is_exported_is_the_same_each_time_and_comes_back(run: Run, tmp_path: Path) -> None:
    run("add", "lantern", "--title", "Lantern", "--like", "coventry")
    before = load_tenant(tmp_path / "tenants" / "lantern")
    for name in ("one.zip", "two.zip"):
        assert run("export", "lantern", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert run("import", "--replace", str(tmp_path / "one.zip")).exit_code == 0
    assert load_tenant(tmp_path / "tenants" / "lantern") == before


def test_an_export_of_nobody_or_to_nowhere_is_refused(run: Run, tmp_path: Path) -> None:
    run("add", "lantern", "--title", "Lantern")
    assert run("export", "nowhere", str(tmp_path / "a.zip")).exit_code == 2
    assert "No such file" in one_line(run("export", "lantern", str(tmp_path / "no" / "a.zip")))
    assert not (tmp_path / "a.zip").exists()


def test_an_import_is_told_with_what_comes_next(run: Run, tmp_path: Path) -> None:
    done = run("import", str(packed(tmp_path)))
    assert (done.exit_code, "frontdoor publish --tenant lantern" in done.stdout) == (0, True)
    assert load_tenant(tmp_path / "tenants" / "lantern").title == "Lantern"


def test_an_import_of_one_that_is_taken_is_refused_unless_it_shall_replace(
    run: Run, tmp_path: Path
) -> None:
    run("import", str(packed(tmp_path)))
    newer = str(packed(tmp_path, tenant="title: Lantern=>title: New"))
    assert "there is a tenant 'lantern' already" in one_line(run("import", newer))
    assert load_tenant(tmp_path / "tenants" / "lantern").title == "Lantern"
    assert run("import", newer, "--replace").exit_code == 0
    assert load_tenant(tmp_path / "tenants" / "lantern").title == "New"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("languages: [en]=>languages: [en, fr]", "lantern/tenant.yaml:6: 'fr' is not known here"),
        ("victim, third=>victims, third", "lantern/tenant.yaml:9: 'victims' is not known here"),
        ("[entry, victim, =>[entry, ", "there is no flow 'victim' here"),
    ],
)
def test_an_import_that_this_version_cannot_serve_is_refused_before_it_is_written(
    run: Run, tmp_path: Path, change: str, said: str
) -> None:
    assert said in one_line(run("import", str(packed(tmp_path, tenant=change))))
    assert not (tmp_path / "tenants").exists()


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_file_that_is_no_archive_is_told_in_one_line(
    run: Run, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "a.zip"
    if content is not None:
        file.write_bytes(content)
    said = one_line(run("import", str(file)))
    assert "no .zip archive" in said if content is not None else "No such file" in said
    assert not (tmp_path / "tenants").exists()


@pytest.mark.slow
def test_one_that_was_just_added_breaks_nothing_and_what_is_unfinished_is_a_note(run: Run) -> None:
    run("add", "lantern", "--title", "Lantern")
    done = run("--tenant", "lantern", of="check")
    *notes, last = done.stdout.splitlines()
    assert (done.exit_code, last[:18]) == (0, "lantern: no breaks")
    assert all(line.startswith("note: ") for line in notes)
    waiting = [line for line in notes if "before it is published" in line]
    assert {line.split(": ")[3][:4] for line in waiting} == {"P13,", "P8, "}
    assert "tenants/lantern/numbers.yaml:2: P13" in waiting[0]
