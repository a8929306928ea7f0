"""The one rule of whose page asks: this host's own, and whatever cannot be read is none."""

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.origin import is_from_this_host


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://help.example", True),
        ("http://help.example", True),
        ("https://help.example:8443", False),
        ("https://elsewhere.example", False),
        ("https://help.example.elsewhere.example", False),
        ("null", False),
        ("help.example", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_an_origin_of_the_host_that_is_asked_is_ours(
    origin: str | None,
    expected: bool,  # noqa: FBT001  A parameter of the table above.
) -> None:
    headers = {"Host": "help.example"} | ({} if origin is None else {"Origin": origin})
    assert is_from_this_host(make_mocked_request("POST", "/", headers=headers)) is expected
