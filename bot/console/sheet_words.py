"""The console's words for what stands in a case's file. English, short, never a comfort (P12)."""

from handoff.decisions import Told
from handoff.duty import Decided
from handoff.marac import Agreed, Criterion
from handoff.risk_assessment import Mark, Pathway, Source
from handoff.risk_register import Reviewed
from handoff.risk_topics import Concern, Form
from handoff.safety_plan import Copy, Whose

KINDS = {
    "note": "Note",
    "alarm": "Alarm",
    "duty-decision": "Duty decision",
    "risk-assessment": "Risk assessment",
    "register-review": "Risk register review",
    "marac-referral": "MARAC referral",
    "safety-plan-adult": "Safety plan",
    "safety-plan-child": "Safety plan of a child",
    "child-decision": "Decision about a child",
    "adult-decision": "Decision about an adult at risk",
    "suicide-decision": "Suicide protocol",
}

DUTIES = {
    Decided.NO_SAFE_WAY: "There is no safe way to reach them, so nobody will try",
    Decided.CALL_AS_AGREED: "We call or text as they agreed",
    Decided.EMERGENCY_SERVICES: "A person has told the emergency services",
    Decided.PASSED_ON: "A person has passed it on to another service",
    Decided.WAIT: "We wait for them to come back, and look again",
}
"""What a person decides about somebody who left in danger."""

MARKS = {
    Mark.YES: "Yes",
    Mark.NO: "No",
    Mark.UNKNOWN: "Don't know",
    Mark.DECLINED: "Declined",
}
SOURCES = {
    Source.PERSON: "The person said it",
    Source.SEEN: "Seen by a worker",
    Source.AGENCY: "Another agency",
    Source.RECORD: "Our own record",
}
FORMS = {Form.ADULT: "Adult", Form.YOUNG: "Young person"}
PATHWAYS = {
    Pathway.NOT_REACHED: "No number reached",
    Pathway.REGISTER: "Risk register",
    Pathway.MARAC: "MARAC",
}

CONCERNS = {
    Concern.CHILD: "A child",
    Concern.ADULT: "An adult at risk",
    Concern.OWN_LIFE: "Suicide protocol",
}
DECIDED = {
    "referred": "Referred to social care",
    "known": "Social care knows already, and was told of this",
    "consulted": "Talked it through with who leads on safeguarding; no referral now",
    "no-referral": "No referral now",
    "nobody": "It is not so: nobody of that kind is concerned",
    "emergency": "Emergency help was called",
    "handed-on": "Handed on to a crisis team or a suicide line, with the person",
    "plan": "A plan for the next days was made with the person",
    "talked": "Talked it through; the person wants nothing more now",
    "no-danger-told": "Asked; the person says there are no such thoughts",
}
TOLD = {Told.YES: "They were told of it first", Told.NO: "They were not told"}
STEPS = {
    "thoughts": "Thoughts of ending their life",
    "plan": "A plan how",
    "means": "The means are at hand",
    "soon": "They mean it for the next 24 to 48 hours",
}

CRITERIA = {
    Criterion.JUDGEMENT: "Professional judgement",
    Criterion.VISIBLE: "Visible high risk",
    Criterion.ESCALATION: "Potential escalation",
    Criterion.REPEAT: "Repeat within 12 months",
}
AGREED = {
    Agreed.YES: "The person agrees",
    Agreed.NO: "The person does not agree",
    Agreed.NOT_ASKED: "The person was not asked",
}
MARAC_WORDS = {
    "name": "Name",
    "born": "Date of birth",
    "address": "Address",
    "feared": "Everyone they fear: name, date of birth, address, what they are to them",
    "children": "Children: name, date of birth, what they are to each adult, school",
    "may_know": "Who may be talked to about this",
    "must_not_know": "Who must not know",
    "happened": "What happened, and why now",
    "wanted": "What the person wants, and what is asked of the meeting",
}

COPIES = {
    Copy.YES: "They may keep a copy",
    Copy.NO: "No copy: it could be found",
    Copy.NOT_ASKED: "Not asked whether they may keep a copy: give none",
}
PARTS = {
    Whose.ADULT: {
        "signs": "How I notice that it is getting dangerous",
        "at-home": "At home: which room, which door, what to keep out of reach",
        "leaving": "If I have to leave: where to, how, what I take",
        "phone": "Phone, accounts and being followed",
        "word": "A word that means: call 999",
        "people": "People I can tell or go to",
        "children": "Children, and who else needs my care",
        "after": "After I have left: home, work, school, court",
        "own-life": "When I think of ending my life: what helps, whom I call",
    },
    Whose.CHILD: {
        "signs": "How I notice that it is starting",
        "go-to": "Where I go",
        "tell": "Grown-ups I can tell",
        "call": "How I call 999, and what I say",
        "word": "Our word",
        "not-my-job": "What is not my job",
        "feels-better": "What makes me feel better",
    },
}
WHOSE = {Whose.ADULT: "Safety plan", Whose.CHILD: "Safety plan of a child"}

REVIEWED = {Reviewed.KEEP: "Stays on the register", Reviewed.LEAVE: "Leaves the register"}
