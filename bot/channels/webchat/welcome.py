"""The first frame of every talk on a line: how to come back to it, and what its page may offer."""

from bot.channels.webchat.frames import Frame
from bot.channels.webchat.standing import idle_of
from bot.house import House
from bot.tenancy import Tenancy
from flows.conversation import Conversation

TALK_NAME = 12
"""Characters of a talk's random id by which a page tells two talks of one socket apart."""


def welcome_frame(
    house: House, tenancy: Tenancy, talk: Conversation, token: str, *, beat: float
) -> Frame:
    """A second one on a line means: begin anew at sequence 0."""
    edition = tenancy.edition
    wording = house.wording(tenancy, edition, talk.language)
    doors = [{"value": d, "label": wording.say(f"{d}.title")} for d in sorted(edition.doors)]
    return {
        "type": "welcome",
        "resume": token,
        "talk": talk.id[:TALK_NAME],
        "beat": beat,
        "idle": idle_of(talk, tenancy.tenant.settings).total_seconds(),
        "doors": doors,
        # What stands before is held back: no gap for which the page should wait.
        **({"after": talk.hidden_to} if talk.hidden_to else {}),
    }
