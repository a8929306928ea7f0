"""Every route and every frame, for every principal, with every kind of id: nothing wanders.

I10, I14, P6 and P16 of the whole house, asked through its own doors. ``MATRIX=full`` asks at least
a hundred thousand times, with new ids in every round.
"""

import os
import sys

import pytest
from aiohttp import web

from bot.app import make_app
from handoff.staff import Role
from tests.matrix.asking import Matrix
from tests.matrix.canaries import SIDES, What
from tests.matrix.house import TITLES, MatrixHouse
from tests.matrix.names import names_read
from tests.matrix.rows import FRAME_ROWS, ROWS, RowMissing, frame_types, require_rows
from tests.matrix.sockets import run_sockets

pytestmark = pytest.mark.asyncio(loop_scope="module")

FULL = 100_000
IS_FULL = os.environ.get("MATRIX") == "full"


async def test_every_route_and_every_frame_has_its_row(both: MatrixHouse) -> None:
    require_rows(both.app.router, frame_types())


async def test_a_route_without_a_row_fails_the_build_by_its_name(both: MatrixHouse) -> None:
    async def export(request: web.Request) -> web.Response:
        raise web.HTTPNotFound

    app = make_app(both.house)
    app.router.add_get("/staff/{tenant}/export/{reference}", export)
    with pytest.raises(RowMissing, match=r"route without a row: GET /staff/\{tenant\}/export"):
        require_rows(app.router, frame_types())


async def test_a_frame_without_a_row_fails_the_build_by_its_name(both: MatrixHouse) -> None:
    with pytest.raises(RowMissing, match="frame without a row: typing"):
        require_rows(both.app.router, frame_types() | {"typing"})


async def test_a_row_whose_route_is_gone_fails_too(both: MatrixHouse) -> None:
    with pytest.raises(RowMissing, match="row without a route: GET /metrics"):
        require_rows(web.Application().router, frame_types())


async def test_every_name_that_a_door_reads_is_filled() -> None:
    filled = {name for row in ROWS.values() for name in (*row.query, *row.form)}
    assert names_read("query|form|carried") <= filled
    paths = " ".join(path for _, path in ROWS)
    assert all(f"{{{name}}}" in paths for name in names_read("match_info"))
    parts = {part for row in FRAME_ROWS.values() for part in row}
    assert names_read("frame") <= parts | {"type", "id", "resume", "after"}


async def test_every_role_has_its_line() -> None:
    assert set(SIDES) == set(Role)


@pytest.mark.timeout(7200 if IS_FULL else 240)
async def test_no_route_and_no_frame_tells_anybody_what_is_not_theirs(
    both: MatrixHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    matrix = Matrix(both, share=1.0 if IS_FULL else 0.08)
    await run_sockets(matrix)
    await matrix.run()
    while IS_FULL and matrix.requests < FULL:
        await run_sockets(matrix)
        await matrix.run()
    with capsys.disabled():
        print_figures(matrix)
    assert not matrix.broken, report(matrix)
    assert matrix.requests >= (FULL if IS_FULL else 4000)
    require_that_it_could_see(matrix)


def print_figures(matrix: Matrix) -> None:
    people, found = len(matrix.house.people), sum(matrix.broken.values())
    line = (
        f"\ntenant matrix: {matrix.requests} requests, {len(ROWS)} routes, "
        f"{len(FRAME_ROWS)} kinds of frame, {people} principals, "
        f"{len(matrix.kinds)} kinds of probe, "
        f"{len(matrix.house.canaries)} canaries, {found} leaks\n"
    )
    sys.stdout.write(line)


def report(matrix: Matrix) -> str:
    return "\n".join(f"{count} x {what}" for what, count in matrix.broken.most_common(50))


def require_that_it_could_see(matrix: Matrix) -> None:
    """No leak means nothing unless everybody was shown what is theirs, and every kind was tried."""
    on_a_side = {What.WORDS, What.REFERENCE, What.ALIAS, What.FORM_TOKEN}
    for title in TITLES.values():
        for role, sides in SIDES.items():
            held = {what for who, what in matrix.held if who == f"{role} of {title}"}
            assert held >= (on_a_side if sides else {What.FORM_TOKEN}), (role, title)
        held = {what for who, what in matrix.held if who == f"visitor of {title}"}
        assert held >= {What.WORDS, What.WAY_BACK, What.TALK}, title
    assert {what for _, what in matrix.held} >= {What.REPLY, What.CONTACT}
    for kind in ("path", "query", "form"):
        assert matrix.kinds[f"another tenant's reference in the {kind}"] > 0
        assert matrix.kinds[f"a hidden reference in the {kind}"] > 0
