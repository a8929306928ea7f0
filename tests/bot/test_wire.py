"""A frame as it goes over a page's line, by the letter of RFC 6455."""

import pytest

from bot.channels.webchat.wire import as_text

FORMS = {
    0: "81 00",
    125: "81 7d",
    126: "81 7e 00 7e",
    65_535: "81 7e ff ff",
    65_536: "81 7f 00 00 00 00 00 01 00 00",
}


@pytest.mark.parametrize(("size", "head"), FORMS.items())
def test_a_frame_says_how_long_it_is(size: int, head: str) -> None:
    payload = b"x" * size
    assert as_text(payload) == bytes.fromhex(head) + payload
