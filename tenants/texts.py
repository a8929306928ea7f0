"""The words of a tenant's files that a visitor may read, each under a key, for the catalogues."""

from collections.abc import Iterator

from tenants.tenant import Tenant

CALL_LOG_KEY = "numbers.call-log"
CALL_LOG = "The phone may keep calls and texts in its list. They may also be on the bill."
ALL_DAY_KEY = "numbers.all-day"
ALL_DAY = "Day and night."


def texts(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Key and English of every text that a visitor may read: areas, numbers, services (P8).

    A stale number has none. The keys of one tenant are unique; national ones agree between tenants.
    """
    yield CALL_LOG_KEY, CALL_LOG
    yield ALL_DAY_KEY, ALL_DAY
    for area in tenant.areas.within:
        yield f"areas.{area.id}", area.label
    for number in tenant.numbers:
        if number.stale:
            continue
        yield f"numbers.{number.id}.label", number.label
        if number.note:
            yield f"numbers.{number.id}.note", number.note
        if number.hours and not number.is_all_day:
            yield f"numbers.{number.id}.hours", number.hours
    for service in tenant.services:
        yield f"services.{service.id}.title", service.title
