"""From which address a request comes, for whoever counts by it. Nothing here keeps one."""

from ipaddress import IPv6Address, ip_address

from aiohttp import web


def address_of(request: web.Request, *, is_behind_proxy: bool) -> str:
    """Where a request comes from. A home's IPv6 addresses are one: their network.

    Behind a proxy it is what the proxy itself added last; what stands before that anybody can
    write. Without that line it is the proxy's own address, shared by all.
    """
    named = request.headers.getall("X-Forwarded-For", []) if is_behind_proxy else []
    last = ",".join(named).rpartition(",")[2].strip()
    text = _without_port(last) or request.remote or ""
    try:
        address = ip_address(text)
    except ValueError:
        return request.remote or ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return text


def _without_port(named: str) -> str:
    """Some proxies name the caller's port as well, which is another one each time."""
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return named.partition(":")[0] if named.count(":") == 1 else named
