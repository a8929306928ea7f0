"""A risk assessment as a worker posts it, and what was counted of it."""

from handoff.risk_topics import TOPICS_BY_ID
from tests.console.conftest import Desk, Harbour, Visitor

TOPICS = list(TOPICS_BY_ID)


def answers(yes: int, **more: str) -> dict[str, str]:
    marks = {f"topic-{id}": "yes" for id in TOPICS[:yes]}
    return {"form": "adult", "source": "person-said", "area": "leicester", **marks, **more}


async def assess(desk: Desk, visitor: Visitor, yes: int, **more: str) -> tuple[int, str]:
    entries = await desk.harbour.store.entries(visitor.reference)
    stands = [e.number for e in entries if e.kind == "risk-assessment"]
    form = {"based_on": str(max(stands, default=0)), **answers(yes, **more)}
    answer = await desk.post(f"/cases/{visitor.reference}/risk", form)
    return answer.status, await answer.text()


async def facts(harbour: Harbour, kind: str) -> list[dict[str, str]]:
    now = harbour.clock.now
    found = await harbour.store.facts(since=now.replace(year=2020), until=now.replace(year=2030))
    return [dict(fact.values) for fact in found if fact.kind == kind]
