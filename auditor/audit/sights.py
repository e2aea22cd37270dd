"""From the archive to what a check is given: which snapshot shows this week, and which may be trusted."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from auditor.archive import StoredSnapshot
from auditor.audit.merge import merge
from auditor.base.snapshot import Cause, Route, Snapshot
from auditor.base.weeks import Week
from auditor.checks.case import Case, Sight
from auditor.registry.models import Account, Office, Registry
from auditor.registry.offices import deadline_of, exemption_on, holder_on, vacancy_on
from auditor.registry.page_identity import confirmed_number

Seen = Mapping[str, Sequence[StoredSnapshot]]


def make_case(registry: Registry, office: Office, week: Week, as_of: datetime, seen: Seen) -> Case:
    """Put together what is known of `office` in `week` at `as_of`.

    Who holds the office in a week is who holds it at the week's end, or at `as_of` in an open week.
    """
    day = min(week.last_day, as_of.astimezone(registry.zone).date())
    holder = holder_on(office, day)
    vacancy = vacancy_on(office, day)
    personal = holder.judged_accounts if holder else ()
    institution = (*office.accounts, *(holder.institution_accounts if holder else ()))
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
        personal=_each_once([_sight(account, week, as_of, seen) for account in personal]),
        institution=_each_once([_sight(account, week, as_of, seen) for account in institution]),
    )


def _each_once(sights: Sequence[Sight]) -> tuple[Sight, ...]:
    """Leave out the old address of a page that is on record under its new one too: its posts count once."""
    numbers = {sight.account.url.url: sight.expected_id for sight in sights}

    def repeated(sight: Sight) -> bool:
        known = [s.renamed_to for s in sight.stored if s.id is not None and s.id == sight.expected_id]
        now = known[-1] if known else None
        return now in numbers and now != sight.account.url.url and numbers[now] in {None, sight.expected_id}

    return tuple(sight for sight in sights if not repeated(sight))


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
        expected_id=confirmed_number(account, stored, week.zone),
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
    the earlier is not old, it shows the same days. That a page is gone, or another's, is newer than all of them.
    """
    whole = min(week.ends, as_of)
    good = [r for r in rows if r.trusted and r.snapshot.exists is not None and r.snapshot.taken_at >= whole]
    if good and good[-1].snapshot.exists and good[-1].snapshot.posts_cause is not Cause.GONE:
        good = [
            r for r in good if r.snapshot.exists and r.snapshot.posts_cause is None and r.snapshot.cause is None
        ] or good
    candidates = good or rows
    return candidates[-1] if candidates else None
