"""A phrase goes into the box behind what is written, in the visitor's language, and is not sent."""

import pytest

from handoff.transcript import Speaker
from tests.console.conftest import Harbour, Visitor


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Take the time that you need."), ("pl", "Nie ma pośpiechu."), ("ur", "جتنا وقت چاہیں")],
)
async def test_a_phrase_is_put_behind_the_words_and_nothing_is_sent(
    harbour: Harbour, language: str, text: str
) -> None:
    ben = await harbour.sign_in("ben")
    noor = await (await harbour.visitor("noor", language)).answers("yes", "me", "no", "me")
    await ben.claim(noor.reference)
    form = {"text": "I see.", "phrase": "your-pace"}
    page = await (await ben.post(f"/cases/{noor.reference}/phrase", form)).text()
    assert f"I see. {text}" in page
    case = await harbour.case(noor.reference)
    lines = await harbour.store.lines(case.conversation)
    assert not [line for line in lines if line.speaker is Speaker.WORKER]


async def test_a_language_without_phrases_has_none(harbour: Harbour, staffed: object) -> None:
    ben = await harbour.sign_in("ben")
    noor: Visitor = await (await harbour.visitor("noor", "so")).answers("yes", "me", "no", "me")
    await ben.claim(noor.reference)
    assert 'id="phrases"' not in await ben.read(f"/cases/{noor.reference}")
