"""What the desk refuses, each with its code for the API. The docstring is the message."""


class SaysWhy(Exception):
    """Something cannot be done. The docstring of each kind is its message."""

    def __str__(self) -> str:
        return " ".join(str(type(self).__doc__).split())


class Refusal(SaysWhy):
    """The desk cannot do this."""

    code = "refused"


class NotFound(Refusal):
    """There is no such case here."""

    code = "not-found"


class NotPermitted(Refusal):
    """Your roles do not include this."""

    code = "not-permitted"


class NoSupervisor(Refusal):
    """Volunteers take cases only while a supervisor is on shift."""

    code = "no-supervisor"


class AlreadyHeld(Refusal):
    """Somebody else has this case."""

    code = "already-held"


class NotYours(Refusal):
    """You do not hold this case."""

    code = "not-yours"


class StillHere(Refusal):
    """Whoever holds this case is here again."""

    code = "still-here"


class IsClosed(Refusal):
    """This case is closed."""

    code = "closed"


class TheyHaveLeft(Refusal):
    """They have left the page, so nothing written here would reach them."""

    code = "left"


class NobodyReads(Refusal):
    """A worker entered this contact. They have no page, so nothing written here reaches them."""

    code = "nobody-reads"


class ChatClosed(Refusal):
    """They have closed the chat to us, so nothing written here would reach them."""

    code = "chat-closed"


class SilentTooLong(Refusal):
    """They have not written for a while, and somebody else may hold their telephone by now. You
    can write again once they do.
    """

    code = "silent-too-long"


class NotSafeToRead(Refusal):
    """It is not safe for them to read now. They will press Carry on when it is."""

    code = "not-safe"


class Empty(Refusal):
    """There is nothing written here."""

    code = "empty"


class WrittenSince(Refusal):
    """Somebody else has filled this in since you opened it. Look at theirs, then save yours."""

    code = "written-since"


class TooLong(Refusal):
    """This is longer than one message may be. Please send it in parts."""

    code = "too-long"


class Full(Refusal):
    """You hold as many cases as you can take. Close one, give one back, or take an emergency."""

    code = "full"


class NobodyWaits(Refusal):
    """Nobody waits now whom you may take."""

    code = "nobody-waits"


class KeptForOthers(Refusal):
    """Those who wait now fit a colleague who is here better. You can still claim one yourself."""

    code = "kept-for-others"


class NotOffered(Refusal):
    """This case is not offered to you, or no longer."""

    code = "not-offered"


class AlreadyOffered(Refusal):
    """You have offered this case already. Take that back first, or wait for the answer."""

    code = "already-offered"


class NotThere(Refusal):
    """Whom you chose is not on shift, or may not take this case."""

    code = "not-there"


class NotHeld(Refusal):
    """Nobody else holds this case, so there is nothing to take over, join or listen to."""

    code = "not-held"


class NotInTheTalk(Refusal):
    """Only those in the talk, and supervisors who listen, can do this."""

    code = "not-in-the-talk"


class NotASupervisor(Refusal):
    """Only a supervisor can do this while the worker who holds the case is here."""

    code = "not-a-supervisor"


class NeedsReason(Refusal):
    """Somebody else holds this case. Say why you need to open it; a manager sees what you say."""

    code = "needs-reason"


class LastSupervisor(Refusal):
    """Volunteers hold chats and no other supervisor is on shift. Ask another supervisor to start
    their shift, or take those chats over or have them given back, and then end yours.
    """

    code = "last-supervisor"
