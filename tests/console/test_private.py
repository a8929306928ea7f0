"""What is hidden at the desk until somebody who may see it gives a reason, which is recorded."""

from flows.events import ChoicesMade
from tests.console.conftest import Harbour, Visitor


async def test_a_contact_is_hidden_everywhere_until_a_reason_is_given(
    harbour: Harbour, waiting: Visitor
) -> None:
    number = "07700 900123"
    await waiting.answers(*["skip"] * 7, "leicester", "call", number, "mornings", "no")
    amira = await harbour.sign_in("amira")
    reference = waiting.reference
    page = await amira.read(f"/cases/{reference}")
    assert number not in page
    assert "no message on voicemail" in page
    assert number not in await amira.read(f"/cases/{reference}/now")
    refused = await amira.post(f"/cases/{reference}/contact", {"reason": ""})
    assert refused.status == 409
    assert number not in await refused.text()
    assert "showed-contact" not in await harbour.actions(reference)
    shown = await amira.post(f"/cases/{reference}/contact", {"reason": "call-back"})
    assert f'<bdi dir="ltr" class="address">{number}</bdi>' in await shown.text()
    rows = await harbour.store.audit_of(reference, limit=10)
    assert ("showed-contact", "call-back") in [(row.action, row.detail) for row in rows]
    assert number not in await amira.read(f"/cases/{reference}")


async def test_a_contact_is_not_used_after_the_time_for_which_it_is_safe(
    harbour: Harbour, waiting: Visitor
) -> None:
    await waiting.answers(*["skip"] * 8, "call", "07700 900123", "mornings", "no")
    await waiting.answers("skip", "blue kettle", "today")
    amira = await harbour.sign_in("amira")
    page = await amira.read(f"/cases/{waiting.reference}")
    assert "their word first" in page
    assert "only today" in page
    # The word is what proves that it is us, or them: nobody reads it in passing.
    assert "blue kettle" not in page
    harbour.clock.move(hours=13)
    desk = await harbour.sign_in("amira")
    assert "the time they gave is over" in await desk.read(f"/cases/{waiting.reference}")


async def test_a_trans_history_is_hidden_until_a_reason_is_given(
    harbour: Harbour, waiting: Visitor
) -> None:
    await waiting.answers(*["skip"] * 8, "no", "yes", "female", "woman", "no")
    amira = await harbour.sign_in("amira")
    reference = waiting.reference
    label = "Is your gender the same"
    page = await amira.read(f"/cases/{reference}")
    field = page.split(label)[-1].split("</div>")[0]
    assert "Hidden; press Show at the top" in field
    assert "answer" not in field
    shown = await amira.post(f"/cases/{reference}/contact", {"reason": "check"})
    field = (await shown.text()).split(label)[-1].split("</div>")[0]
    assert '<span class="answer">No</span>' in field


async def test_names_given_for_others_safety_are_for_safety_workers_alone(
    harbour: Harbour, using_abuse: Visitor
) -> None:
    names = "Marta and Olek"
    chloe = await harbour.sign_in("chloe")
    await using_abuse.answers("no", "no", "skip")
    await using_abuse.does(ChoicesMade(("partner",)))
    await using_abuse.answers(names, "i am going to kill her tonight")
    path = f"/cases/{using_abuse.reference}"
    farah = await harbour.sign_in("farah")
    assert names not in await chloe.read(path)
    assert "Kept for safety workers" in await chloe.read(path)
    assert names in await farah.read(path)
