"""The console's own words for codes: English, short, and never a comfort (P12).

A code without a word here is written out plainly; nothing is left out for want of a word.
"""

from babel import Locale

from flows.answers import Given
from flows.conversation import Ended
from flows.edition import Edition
from flows.urgency import Level, Reason
from handoff.case import Outcome
from handoff.staff import Role
from locales.languages import locale_of, own_name

LEVELS = {Level.EMERGENCY: "Emergency", Level.HIGH: "High", Level.USUAL: "Usual"}

OUTCOMES = {
    Outcome.SUPPORTED: "We talked and they had what they came for",
    Outcome.INFORMATION_GIVEN: "Information or a number was given",
    Outcome.REFERRED: "Referred to another service",
    Outcome.CALL_BACK_AGREED: "A call back was agreed",
    Outcome.LEFT: "They left before the end",
    Outcome.NOT_FOR_US: "Not something that this service does",
    Outcome.DOOR_CHANGED: "They went on by another door",
}

CLOSING = tuple(outcome for outcome in Outcome if outcome is not Outcome.DOOR_CHANGED)
"""Outcomes that a person may choose; a changed door closes its case by itself."""

DOORS = {
    "entry": "Door not chosen yet",
    "victim": "Something is happening to them",
    "young-people": "A young person, about themselves",
    "third-party": "Worried about someone else",
    "using-abuse": "Worried about how they behave",
    "grown-up": "A child types for a grown-up",
    "feedback": "Has something to say about us",
}

TYPISTS = {
    "helper": "someone else is typing for them",
    "child": "a child is typing for a grown-up",
    "made-to": "someone may be telling them what to write",
}

CHANNELS = {"call": "Yes, by telephone", "text": "Yes, by text message"}

ENTERED_BY = {
    "phone": "By telephone",
    "walk-in": "In person",
    "agency": "From an agency",
}
"""How somebody came whose contact a worker entered."""

CALL_RESULTS = {
    "made": "They were reached",
    "no-answer": "No answer",
    "not-safe": "It was not safe",
    "abandoned": "Left at once",
}
"""What came of a call back."""

WORD_ANSWERS = {
    "word": ("Yes, that is their word.", "You may speak of the case with them."),
    "other": (
        "That is their second word.",
        "Somebody may be making them speak. Go on as if nothing were; say nothing of the case.",
    ),
    "no": ("No.", "Say nothing of a case, not even that there is one. Help them as anybody new."),
}
"""What the house says of a word, and what follows from it."""

BOUNDARIES = {
    "one-topic": "One thing in each contact",
    "short-contacts": "Short contacts",
    "one-worker": "One named worker answers",
    "end-when-abusive": "Warned once, then the contact ends",
    "numbers-only": "Danger and numbers for help alone",
}
"""What may be agreed about contacts that are abusive or a hoax (R59)."""

REFERRAL_STATES = {
    "permitted": "They agree; not sent yet",
    "not-permitted": "They do not agree",
    "sent": "Sent",
    "arrived": "Arrived at their system",
    "not-arrived": "Did not arrive; somebody has to see to it",
    "waiting": "On their waiting list",
    "accepted": "Accepted",
    "declined": "Declined",
}

REFERRAL_GROUNDS = {
    "said-yes": "They said yes to this service",
    "serious-harm": "Without it, somebody may be badly hurt",
    "child-or-adult": "A child or an adult may need protecting",
}

REFERRAL_REASONS = {
    "no-space": "No space",
    "out-of-area": "Not their area",
    "not-their-criteria": "Not who they take",
    "risk-too-high": "They call the risk too high",
    "cannot-reach": "They could not reach them safely",
    "changed-mind": "The person changed their mind",
    "other": "Another reason",
}

UNMET_NEEDS = {
    "accommodation": "A place to stay",
    "counselling": "Counselling",
    "language": "Their language",
    "disability": "What they need to take part",
    "no-recourse": "Help without recourse to public funds",
    "other": "Something else",
}

MARKERS = {
    "immediate-danger": "Wrote of danger now",
    "intent-to-harm": "Wrote of hurting someone",
    "suicide": "Wrote of ending a life",
    "overdose": "Wrote of having taken something",
    "watched": "Wrote of being watched",
    "weapon": "Wrote of a weapon",
    "threat-to-kill": "Wrote of a threat to kill",
    "child-at-risk": "Wrote of a child at risk",
    "escalation": "Wrote that it is getting worse",
    "deportation-threat": "Wrote of a threat to deport",
    "pregnancy-abuse": "Wrote of harm while pregnant",
    "fgm": "Wrote of FGM",
}

ENDINGS = {
    Ended.EXIT: "pressed Exit",
    Ended.STOP: "stopped everything; do not contact",
    Ended.DOOR: "went on by another door",
    Ended.CLOSED: "the talk was closed",
}

ROLES = {
    Role.VOLUNTEER: "Volunteer",
    Role.WORKER: "Worker",
    Role.USING_ABUSE_WORKER: "Using-abuse worker",
    Role.SAFETY_WORKER: "Safety worker",
    Role.SUPERVISOR: "Supervisor",
    Role.MANAGER: "Manager",
    Role.ADMINISTRATOR: "Administrator",
}

GROUPS = {
    "danger": "Danger",
    "risk": "Safety topics",
    "story": "In their own words",
    "needs": "What would help",
    "wishes": "What they wish for",
    "person": "The person",
    "third-party": "About the one who writes",
    "agency": "The service that writes",
    "eligibility": "What a course asks",
    "safety": "For the safety of others",
    "contact": "Safe contact",
    "feedback": "What they think of us",
    "equality": "Who they are, if they said",
    "": "Other answers",
}

OTHER_WORD = "Came back with a second word: somebody may be making them write"

REASONS_TO_SHOW = {
    "call-back": "To call or text as they agreed",
    "danger": "Somebody is in danger",
    "check": "To check it with them now",
}
"""Why somebody may look at a contact. Codes, because the audit holds no free text (R16)."""

REASONS_TO_OPEN = {
    "cover": "To answer in place of whoever holds it",
    "danger": "Somebody is in danger",
    "safeguarding": "A child or an adult at risk",
    "complaint": "A complaint",
    "review": "To review the work",
}
"""Why somebody may open a case that another holds. Codes, as above."""

REASONS_TO_TAKE_OVER = {
    "supervision": "Nobody supervises the volunteer",
    "unanswered": "They wait for an answer",
    "danger": "Somebody is in danger",
    "shift-ends": "The shift of whoever holds it ends",
    "wellbeing": "For the wellbeing of whoever holds it",
}

REASONS_TO_REFUSE = {
    "busy": "I have my hands full",
    "not-my-field": "Not what I can help with",
    "language": "Not in a language that I speak",
    "break": "I need a break",
}
"""Why somebody says no to a case that is offered; who knows the person says so instead."""

DID = {
    "offer-accepted": "accepted",
    "offer-refused": "said no",
    "offer-lapsed": "nobody answered the offer",
    "case-taken-over": "took it over",
}
"""How a sheet of kind *passing* reads, after who did it; what is not named here is seen anyway."""

_SHORT = {
    "danger-now": {
        "yes": "In danger now",
        "soon": "Afraid it will be soon",
        "not-sure": "Not sure about danger",
        "said": "Answered about danger in own words",
    },
    "who-types": {"made-to": "Told what to write"},
    "hurt": {
        "recent": "Hurt in the last few days",
        "before": "Hurt before",
        "not-sure": "Not sure about being hurt",
    },
    "neck": {
        "recent": "Held by the neck in the last few days",
        "before": "Held by the neck before",
        "not-sure": "Not sure about being held by the neck",
    },
    "tracked": {"yes": "Their phone or car could be followed"},
    "own-life": {
        "taken": "Has taken something or hurt themselves",
        "now": "Thoughts of ending their life now",
        "at-times": "Thoughts of ending their life",
    },
    "children": {"yes": "Children or a dependent adult"},
    "care": {"from-feared": "Depends for care on the one who may be hurting them"},
    "children-now": {
        "no": "Children or dependent adult not all right now",
        "not-sure": "Not sure children are all right",
    },
    "hurt-someone-today": {
        "yes": "Afraid of hurting someone today",
        "not-sure": "May hurt someone today",
        "said": "Answered about hurting someone in own words",
    },
    "age": {"under-16": "Under 16"},
    "how-old": {"under-16": "Under 16"},
    "sexual-when": {
        "week": "Sexual harm in the last seven days",
        "before": "Sexual harm longer ago",
        "not-sure": "Sexual harm, not sure when",
    },
    "tonight": {
        "no": "Not all right where they sleep tonight",
        "not-sure": "Not sure about tonight",
    },
}


def spell_out(code: str) -> str:
    """A code as words: ``threat-to-kill`` -> *Threat to kill*."""
    plain = code.replace("-", " ").replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]


def name_reason(reason: Reason, edition: Edition) -> str:
    """An urgency's reason in a few words, without anything that was typed."""
    flow, _, step = reason.source.partition(".")
    if flow == "screening":
        return MARKERS.get(step, f"Wrote of {spell_out(step).lower()}")
    short = _SHORT.get(step, {}).get(reason.words)
    if short is not None:
        return short
    if reason.source == "said.other-word":
        return OTHER_WORD
    if flow == "said":
        return f"Wrote that they are {reason.words}"
    if reason.words == Given.SKIPPED:
        return f"{spell_out(step)}: skipped"
    if reason.words == Given.SAID:
        return f"{spell_out(step)}: in own words"
    return f"{spell_out(step)}: {name_option(reason.source, reason.words, edition)}"


def name_option(question: str, value: str, edition: Edition) -> str:
    """The English label of one choice of a question; the code spelt out where it is gone."""
    asked = edition.step_at(question)
    for option in asked.options if asked else ():
        if option.value == value:
            return edition.english.get(option.key, spell_out(value))
    return spell_out(value)


def name_language(code: str) -> str:
    """What English calls a language."""
    languages = Locale.parse("en_GB").languages
    return str(languages.get(locale_of(code).language, own_name(code)))
