"""Single parts, timed alone: a turn of the engine, screening, the proofs, the start."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.report import Row
from benchmarks.rooms import Production
from benchmarks.size import Size
from flows.conversation import Conversation, ConversationId
from flows.edition import library_sources, make_edition
from flows.engine import advance, begin
from flows.events import ChoiceMade, Moment
from flows.screening import Screener
from tenants.tenant import TenantId, load_tenants

TEXTS = (
    "He checks my phone and my bag when I come home from work",
    "my partner said he will kill me if I leave",
    "I just want to talk to somebody about my sister",
    "boje sie wracac do domu, on ciagle krzyczy",
    "woh mujhe roz marta hai aur bahar nahi jane deta",
)


async def parts(_size: Size, _made: Production | None) -> AsyncIterator[Row]:
    """Every part, one after the other."""
    yield Row("a turn of the engine alone", engine_turn(), "us")
    yield Row("free-text screening, a message", screening(), "us", 200, 30)
    yield Row("proofs of all tenants, flows and languages", proofs(), "s", 30, 3)
    yield Row("start to the first served page", await asyncio.to_thread(start), "s", 2, 1)


def best(work: Callable[[], object], times: int, rounds: int = 5) -> float:
    """Microseconds a call, the best of some rounds."""
    found = []
    for _ in range(rounds):
        before = perf_counter()
        for _ in range(times):
            work()
        found.append((perf_counter() - before) / times * 1e6)
    return min(found)


def engine_turn() -> float:
    """One choice answered, in microseconds."""
    tenant = load_tenants()[TenantId("llr")]
    edition = make_edition(library_sources(tenant), tenant)
    moment = Moment(datetime.now(UTC), staffed=True)
    talk = Conversation(
        id=ConversationId("bench"),
        tenant=tenant.id,
        channel="web",
        edition=edition.id,
        language="en",
        flow=edition.entry,
    )
    talk = begin(edition, talk, moment).talk
    return best(lambda: advance(edition, talk, ChoiceMade("yes"), moment), 2000)


def screening() -> float:
    """One message of ordinary length with all languages loaded, in microseconds."""
    screener = Screener.load()
    return best(lambda: [screener.screen(text) for text in TEXTS], 100) / len(TEXTS)


def proofs() -> float:
    """``frontdoor check`` as a whole process, in seconds."""
    before = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "check"], check=True, capture_output=True, timeout=300
    )
    return perf_counter() - before


def start() -> float:
    """From the command to the first page, on a folder that is there already: the best of three."""
    with TemporaryDirectory() as folder:
        _demo(Path(folder))
        return min(_demo(Path(folder)) for _ in range(3))


def _demo(folder: Path) -> float:
    before = perf_counter()
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--json", "--data", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["visitor"]["llr"]
        urllib.request.urlopen(address, timeout=10).read()  # noqa: S310 - our own address
        return perf_counter() - before
    finally:
        process.terminate()
        process.wait(timeout=30)
