"""One-time codes (RFC 6238): a code becomes the time step it belongs to, or nothing.

Whether that step was spent before is the store's to say: ``Store.use_totp``.
"""

from datetime import datetime
from hmac import compare_digest

import pyotp

DRIFT = (0, -1, 1)
"""Steps of 30 seconds that a telephone's clock may be off."""

_NOBODY = pyotp.random_base32()


def step_of(code: str, secret: str | None, now: datetime) -> int | None:
    """The time step whose code this is; None when it is none near now. The same work either way."""
    plain = "".join(code.split())
    totp = pyotp.TOTP(secret or _NOBODY)
    current = int(now.timestamp()) // totp.interval
    found = None
    for drift in DRIFT:
        step = current + drift
        if compare_digest(totp.generate_otp(step).encode(), plain.encode()) and found is None:
            found = step
    return found if secret else None
