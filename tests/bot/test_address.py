import pytest
from aiohttp.test_utils import make_mocked_request

from bot.address import address_of


@pytest.mark.parametrize(
    ("forwarded", "behind", "expected"),
    [
        (None, True, "192.0.2.1"),
        ("198.51.100.7", False, "192.0.2.1"),
        ("198.51.100.7", True, "198.51.100.7"),
        ("10.0.0.1, 198.51.100.7", True, "198.51.100.7"),
        ("nonsense", True, "192.0.2.1"),
        ("198.51.100.7:51000", True, "198.51.100.7"),
        ("[2001:db8:1:2::9]:51000", True, "2001:db8:1:2::"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", True, "2001:db8:1:2::"),
        ("::ffff:198.51.100.7", True, "198.51.100.7"),
    ],
)
def test_an_address_is_the_one_the_nearest_proxy_saw(
    forwarded: str | None,
    behind: bool,  # noqa: FBT001  A parameter of the table above.
    expected: str,
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers)
    request = request.clone(remote="192.0.2.1")
    assert address_of(request, is_behind_proxy=behind) == expected
