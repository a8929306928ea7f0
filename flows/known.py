"""What somebody has told already and is not asked again: their door, their age, their story (R5).

It only reads a talk; where the talk then goes is said in ``flows.walk``.
"""

from flows.answers import Given
from flows.conversation import Conversation, FlowId
from flows.edition import Edition
from flows.flow import GROWN_UP, About, Flow, Step, Target

STORY = "story."
"""How the places of the intake begin that hold what somebody told of themselves."""


def known_choice(edition: Edition, talk: Conversation, step: Step) -> str | None:
    """The choice that the visitor has made before they are asked; None where they have not."""
    if step.about is About.DOOR and talk.door:
        return next((value for value, to in step.then.items() if to.flow == talk.door), None)
    told = told_band(edition, talk) if step.ages else None
    return told if told in step.values else None


def age_key(edition: Edition) -> str:
    """Where an age that was told in the entry stands; empty where the entry never asks one."""
    steps = edition.flows[edition.entry].steps.values()
    return next((f"{edition.entry}.{step.id}" for step in steps if step.ages), "")


def told_band(edition: Edition, talk: Conversation) -> str | None:
    """The band of the age that somebody told in the entry, where a door leaves a choice to it."""
    answer = talk.answers.get(age_key(edition))
    if answer is None or not answer.values or answer.values[0] not in bands_of_choice(edition):
        return None
    return answer.values[0]


def bands_of_choice(edition: Edition) -> frozenset[str]:
    """The young ages at which some door leaves it to them who answers: at 16 and 17."""
    return frozenset(
        value
        for flow in edition.flows.values()
        for step in flow.steps.values()
        for value in step.ages
        if own_way(flow, value) is not None
    )


def story_keys(edition: Edition) -> frozenset[str]:
    """The questions of the entry at which people tell what brings them."""
    steps = edition.flows[edition.entry].steps.values()
    return frozenset(f"{edition.entry}.{s.id}" for s in steps if s.intake.startswith(STORY))


def is_story_told(edition: Edition, talk: Conversation) -> bool:
    """Whether they told it in the entry, in words of their own."""
    if not is_behind_story(edition, talk.key):
        return False
    answers = (talk.answers.get(key) for key in story_keys(edition))
    return any(answer is not None and answer.given is Given.SAID for answer in answers)


def is_behind_story(edition: Edition, key: str) -> bool:
    """Whether a place is where the story has been asked for: before it, the answer is old news."""
    keys = [f"{edition.entry}.{step}" for step in edition.flows[edition.entry].order]
    first = next((keys.index(each) for each in keys if each in story_keys(edition)), 0)
    return key not in keys or keys.index(key) >= first


def band_step(flow: Flow, age: int) -> tuple[Step, str] | None:
    """The question of a flow that asks the age, and the value that this age falls under."""
    for step in flow.steps.values():
        for value, (low, high) in step.ages.items():
            if low <= age <= high:
                return step, value
    return None


def own_way(flow: Flow, value: str) -> tuple[Step, Target] | None:
    """Where a flow leads somebody of a young band that it keeps itself (at 16, by their choice)."""
    for step in flow.steps.values():
        _, oldest = step.ages.get(value, (0, GROWN_UP))
        target = step.then.get(value)
        if oldest < GROWN_UP and target is not None and target.flow is None:
            return step, target
    return None


def put_over(edition: Edition, talk: Conversation) -> Step | None:
    """The question over which the choice of 16 and 17 was put, where they told their age only then.

    None where the choice stands in its own place, behind the question for the age.
    """
    choosing = edition.choosing.get(talk.flow)
    if choosing is None or talk.step not in (choosing.question, choosing.limits):
        return None
    choice = f"{talk.flow}.{choosing.question}"
    last = next((key for key in reversed(talk.path) if key != choice), "")
    over = edition.step_at(last) if last.startswith(f"{talk.flow}.") else None
    return None if over is None or over.ages else over


def asks_of_harm(flow: Flow) -> bool:
    """Whether a flow asks about harm: a complaint does not, nor a child who fetches a grown-up."""
    return any(step.about is About.HARM for step in flow.steps.values())


def way_in(edition: Edition, talk: Conversation, flow: FlowId) -> FlowId:
    """The flow that a door opens: the young people's, where somebody told an age it is not for."""
    value, there = told_band(edition, talk), edition.flows[flow]
    if value is None or edition.young is None:
        return flow
    is_open = not asks_of_harm(there) or own_way(there, value) is not None
    return flow if is_open else edition.young


def answering(edition: Edition, talk: Conversation) -> Flow:
    """The flow whose people will answer: in the entry that of the door they came by (P2)."""
    door = edition.flows.get(talk.door) if talk.door else None
    return door if door is not None and talk.flow == edition.entry else edition.flows[talk.flow]


def queue_of(edition: Edition, talk: Conversation) -> str:
    """The queue that a talk belongs to: in danger never one that is read at leisure (P3)."""
    flow = answering(edition, talk)
    return flow.queue_in_danger if talk.urgency.is_emergency else flow.queue
