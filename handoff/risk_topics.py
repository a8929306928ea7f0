"""The 24 topics of a risk assessment in our own short words, and what each has to do with.

The published wording is licensed (``tenants.dash`` takes a tenant's own). These are no questions to
be read out: a trained worker goes through the topics with the person (R18).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tenants.dash import TOPICS, DashWording


class Concern(StrEnum):
    """What must be decided by a person before a case may close (R23, R53, R54)."""

    CHILD = "child"
    ADULT = "adult"
    OWN_LIFE = "own-life"


class Form(StrEnum):
    """Which checklist: the one for adults, or the young people's."""

    ADULT = "adult"
    YOUNG = "young"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. ``words`` name it; ``young`` does in the young people's form, where it differs.

    ``places`` of the intake and ``markers`` of the screening are what the bot has heard of it,
    shown beside it and never taken for an answer. ``concerns``: what a *yes* calls a decision for.
    """

    id: str
    words: str
    young: str = ""
    places: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    concerns: frozenset[Concern] = frozenset()

    def named(self, form: Form) -> str:
        """The topic in our own words."""
        return self.young if form is Form.YOUNG and self.young else self.words


_TOPICS = (
    Topic("injury", "Injury this time", places=("risk.hurt",)),
    Topic("fear", "How afraid they are", places=("story.most-afraid",)),
    Topic("feared-what", "What they fear will happen", places=("story.most-afraid",)),
    Topic(
        "isolation",
        "Kept apart from family or friends",
        "Kept apart from family, friends or school",
    ),
    Topic(
        "low-mood",
        "Low mood, or thoughts of ending their life",
        places=("risk.own-life",),
        markers=("suicide", "overdose", "self-harm"),
        concerns=frozenset({Concern.OWN_LIFE}),
    ),
    Topic("separation", "Separated, or tried to, in the last year"),
    Topic(
        "child-contact",
        "Conflict over contact with children",
        places=("risk.dependants",),
        concerns=frozenset({Concern.CHILD}),
    ),
    Topic(
        "following",
        "Followed, watched or harassed",
        "Followed, watched or harassed, also online",
        places=("needs.tracked",),
        markers=("stalking", "watched"),
    ),
    Topic(
        "pregnancy",
        "Pregnant, or a baby under 18 months",
        places=("risk.dependants",),
        markers=("pregnancy-abuse",),
        concerns=frozenset({Concern.CHILD}),
    ),
    Topic("more-often", "Happens more often", markers=("escalation",)),
    Topic("worse", "Gets worse", markers=("escalation",)),
    Topic("control", "Control or jealousy", "Control or jealousy: phone, clothes, friends"),
    Topic("weapons", "Weapons, or things used as one", markers=("weapon",)),
    Topic(
        "threats-to-kill",
        "Threats to kill",
        places=("danger.who",),
        markers=("threat-to-kill", "intent-to-harm"),
    ),
    Topic(
        "neck",
        "Neck held, choking, smothering or drowning",
        places=("risk.neck",),
        markers=("strangulation",),
    ),
    Topic("sexual-harm", "Sexual harm", places=("risk.sexual-harm",), markers=("sexual-assault",)),
    Topic(
        "others-feared",
        "Afraid of others too: family, community, 'honour'",
        "Afraid of others too: family, community, a group, 'honour'",
        markers=("forced-marriage", "fgm", "trafficking"),
    ),
    Topic(
        "hurt-others",
        "Has hurt others: children, elders, partners from before",
        places=("risk.dependants-now",),
        markers=("child-at-risk",),
        concerns=frozenset({Concern.CHILD, Concern.ADULT}),
    ),
    Topic("animals", "Has hurt an animal"),
    Topic(
        "money",
        "Depends on them for money, or lost work",
        "Depends on them for money, or a place to stay",
        places=("needs",),
    ),
    Topic("their-health", "The other's drink, drugs or mental health"),
    Topic("their-suicide", "The other's threats or attempts to end their own life"),
    Topic("broken-orders", "Broke bail, an order or terms of contact"),
    Topic("police-history", "The other is known to the police"),
)

TOPICS_BY_ID: Mapping[str, Topic] = MappingProxyType({topic.id: topic for topic in _TOPICS})
"""Every topic, in the order of ``tenants.dash.TOPICS``."""

if tuple(TOPICS_BY_ID) != TOPICS:
    raise AssertionError("handoff.risk_topics and tenants.dash name different topics")


def name_topic(topic: Topic, form: Form, wording: DashWording | None) -> str:
    """The topic as this tenant words it: by its licence, else in our own words."""
    licensed = wording.forms.get(form, {}) if wording else {}
    return licensed.get(topic.id) or topic.named(form)
