"""From the archive to what a check is given: which snapshot shows this week, and which may be trusted."""

__all__ = ["make_case"]

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from auditor.archive import StoredSnapshot
from auditor.audit.merge import merge
from auditor.checks.case import Case, Sight
from auditor.registry.models import Account, Office, Registry
from auditor.registry.tenure import deadline_of, exemption_on, holder_on, vacancy_on
from auditor.snapshot import Route, Snapshot
from auditor.weeks import Week, day_start

Seen = Mapping[str, Sequence[StoredSnapshot]]


def make_case(registry: Registry, office: Office, week: Week, as_of: datetime, seen: Seen) -> Case:
    """Put together what is known of `office` in `week` at `as_of`.

    Who holds the office in a week is who holds it at the week's end, or at `as_of` in an open week.
    """
    day = min(week.last_day, as_of.astimezone(registry.zone).date())
    holder = holder_on(office, day)
    vacancy = vacancy_on(office, day)
    personal = holder.judged_accounts if holder else ()
    return Case(
        registry=registry,
        office=office,
        week=week,
        as_of=as_of,
        policy=registry.policy,
        holder=holder,
        vacancy=vacancy,
        exemption=exemption_on(holder, day) if holder else None,
        deadline=deadline_of(registry, holder, registry.policy["newcomer_days"].value) if holder else None,  # type: ignore[arg-type]  # the loader holds its type
        personal=tuple(_sight(account, week, as_of, seen) for account in personal),
        institution=tuple(
            _sight(account, week, as_of, seen)
            for account in (*office.accounts, *(holder.institution_accounts if holder else ()))
        ),
    )


def _sight(account: Account, week: Week, as_of: datetime, seen: Seen) -> Sight:
    """Put together what every route has of one account, the preview and the signed-in client side by side."""
    rows = seen.get(account.url.url, ())
    mine = [row for row in rows if row.week == str(week)]
    routes = {route: _current([r for r in mine if r.snapshot.route is route], week, as_of) for route in Route}
    looks = [row for row in routes.values() if row is not None]
    believed = [row for row in looks if row.trusted or row.snapshot.exists is None]
    distrusted = (
        bool(looks) and not any(row.snapshot.exists is not None for row in believed) and len(believed) < len(looks)
    )
    chosen = {row.snapshot.route: row.snapshot for row in (looks if distrusted else believed)}
    view = merge(
        chosen.get(Route.VK) or chosen.get(Route.TELEGRAM_PREVIEW),
        chosen.get(Route.TELEGRAM_CLIENT),
        week.starts,
        min(week.ends, as_of),
    )
    stored = _stored(rows)
    return Sight(
        account,
        view.snapshot if view else None,
        stored,
        expected_id=_expected_id(account, stored, week.zone),
        distrusted=distrusted,
        routes={fact: route.value for fact, route in view.routes.items()} if view else {},
        conflicts=view.conflicts if view else {},
    )


def _stored(rows: Sequence[StoredSnapshot]) -> tuple[Snapshot, ...]:
    """Return every trusted snapshot; without any, those that saw nothing, as a sign that somebody looked."""
    trusted = tuple(row.snapshot for row in rows if row.trusted)
    return trusted or tuple(row.snapshot for row in rows if row.snapshot.exists is None)


def _current(rows: Sequence[StoredSnapshot], week: Week, as_of: datetime) -> StoredSnapshot | None:
    """Return one route's look that shows the whole week best; else its last look.

    A failed look does not push out a good one of the same week, nor one that could not read the posts a whole one:
    the earlier is not old, it shows the same days. That a page is gone is newer than all of them.
    """
    whole = min(week.ends, as_of)
    good = [r for r in rows if r.trusted and r.snapshot.exists is not None and r.snapshot.taken_at >= whole]
    if good and good[-1].snapshot.exists:
        good = [
            r for r in good if r.snapshot.exists and r.snapshot.posts_cause is None and r.snapshot.cause is None
        ] or good
    candidates = good or rows
    return candidates[-1] if candidates else None


def _expected_id(account: Account, stored: Sequence[Snapshot], zone: ZoneInfo) -> int | None:
    """Return the number of the page that was confirmed: the registry's, else the first seen since its confirmation.

    A name can pass to another page; the number cannot (telegram.md 3.4).
    """
    if account.id is not None:
        return account.id
    confirmed = account.confirmed
    since = day_start(confirmed.on, zone) if confirmed else None
    known = [s.id for s in stored if s.id is not None and (since is None or s.taken_at >= since)]
    return known[0] if known else None
