"""What the desk refuses, each with its code for the API. The docstring is the message."""


class SaysWhy(Exception):
    """Something cannot be done. The docstring of each kind is its message."""

    def __str__(self) -> str:
        return str(type(self).__doc__)


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
