"""Plan a run: which accounts it looks at, in which order, and what each look may leave out.

The next run continues one that was killed or ran out of time: what was seen is not requested again.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import (
    Cause,
    EvidenceKind,
    Network,
    Precision,
    Route,
    RunSnapshot,
    Snapshot,
    was_seen_at,
)
from auditor.base.weeks import Week, day_end
from auditor.language.minimise_text import RULES
from auditor.probes.protocol import is_success
from auditor.probes.target import VERSION, Target, Window
from auditor.registry.holders import Holder, deadline_of, holder_on, office_urls
from auditor.registry.models import Account, AccountKind, Control, Office, Registry
from auditor.registry.renamed_pages import confirmed_number, merge_renamed_pages
from auditor.registry.sides_digest import all_pages_digest, sides_digest
from auditor.run.skip_threads import read_until, readings_of, threads_to_skip

_SnapshotsByUrl = Mapping[str, Sequence[RunSnapshot]]
_TrustedLooks = Mapping[str, Sequence[Snapshot]]
"""By address, oldest first."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_CONTINUED_FOR = timedelta(hours=36)
"""How long after its last look a round is continued: enough for a run a day at any hour."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The accounts that a run looks at."""

    archive: Archive
    registry: Registry
    week: Week
    as_of: datetime
    snapshots: _SnapshotsByUrl
    """What the archive has of the accounts, without comments."""
    accounts: Sequence[Target]
    """All accounts, whatever the route."""
    already_seen: Collection[tuple[str, str]]
    """Route and address of each account that an unfinished run has seen already."""

    @classmethod
    def of(
        cls, archive: Archive, registry: Registry, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
    ) -> "RunPlan":
        """Plan a run at `as_of`: of `offices`, or of all except what an unfinished run of the week has seen already."""
        chosen = registry.offices if offices is None else offices
        snapshots = archive.snapshots.snapshots(
            as_of, {url for office in chosen for url in office_urls(office)}, since=as_of
        )
        first_run = archive.snapshots.round_of(str(week)) if offices is None else None
        already_seen = seen_in_open_round(first_run, week, as_of, _vouched_looks(archive, registry, snapshots))
        accounts = targets_of(registry, week, as_of, chosen, snapshots)
        return cls(archive, registry, week, as_of, snapshots, accounts, already_seen)

    def pending(self, route: Route) -> list[Target]:
        """Return the accounts that a route is still to look at."""
        network_targets = (target for target in self.accounts if target.address.network is route.network)
        return [target for target in network_targets if (route.value, target.address.url) not in self.already_seen]

    def kinds(self, route: Route) -> list[str]:
        """Return for each pending account whether its look is the ``first``, the ``next`` week's, or one ``again``."""
        rows_by_target = (self.snapshots.get(target.address.url, ()) for target in self.pending(route))
        weeks = ({row.week for row in rows if row.snapshot.route is route} for rows in rows_by_target)
        return [
            "again" if str(self.week) in looked_weeks else "next" if looked_weeks else "first" for looked_weeks in weeks
        ]

    def targets(self, route: Route) -> tuple[Target, ...]:
        """Return the targets of a route, each with what its look may leave out.

        Pages with a question whose time to reply has run out come first, then those looked at longest ago: a run that
        is out of time leaves out the end of the list.
        """
        looked_at = self.archive.snapshots.looked_at(self.as_of)
        ranked = []
        for index, pending_target in enumerate(self.pending(route)):
            target, is_due = self._with_earlier_looks(route, pending_target)
            last_looked_at = looked_at.get((route.value, target.address.url), _LONG_AGO)
            ranked.append(((not is_due, last_looked_at, not target.full, index), target))
        return tuple(target for _, target in sorted(ranked, key=lambda row: row[0]))

    def _with_earlier_looks(self, route: Route, target: Target) -> tuple[Target, bool]:
        """Return the target with what earlier looks spare this one, and whether a question has come of age since."""
        window = window_of(self.registry, self.week, self.as_of)
        looks = self.archive.snapshots.with_passed_controls(
            route.value, target.address.url, window.posts_from, self.as_of
        )
        looks = [look for look in looks if _saw_page(look, target.id)]
        readings = readings_of(looks, window)
        reply_time = timedelta(hours=self.registry.policy["reply_within_hours"].number)
        last_end = self.week.in_zone(self.registry.zone).ends
        skip = threads_to_skip(
            readings,
            window,
            self.as_of,
            week_ended_at=last_end if last_end <= self.as_of else None,
            sides=target.sides,
            reply_time=reply_time,
            counted=route.facts.counts_comments,
        )
        week_looks = [look for look in looks if look.taken_at >= window.starts]  # a week is judged by its own looks
        rows = self.snapshots.get(target.address.url, ())
        route_snapshots = [row.snapshot for row in rows if row.trusted and row.snapshot.route is route]
        narrowed = replace(
            target,
            skip=skip,
            posts_until=read_until(looks, window),
            opening_known=any(
                _opening_known(self.archive, look) for look in route_snapshots if _saw_page(look, target.id)
            ),
            subscribers=next((n for look in reversed(week_looks) if (n := look.subscribers) is not None), None),
            control=_control_on(route.network, self.registry),
        )
        return narrowed, any(reading.is_due(reply_time, self.as_of) for reading in readings.values())

    def page_ids(self, network: Network) -> tuple[dict[str, int], frozenset[str]]:
        """Return the known ids of pages by name, and the names that must still be resolved, those of staff included.

        Names are in lower case.
        """
        ids_by_url = {look.url: look.id for look in self.archive.snapshots.newest(self.as_of) if look.id is not None}
        pages = [address for address in all_offices_pages(self.registry) if address.network is network]
        id_by_name = {page.name.casefold(): ids_by_url[page.url] for page in pages if page.url in ids_by_url}
        staff = {member for target in self.accounts if target.address.network is network for member in target.staff}
        names = {name.casefold() for name in (*(page.name for page in pages), *staff) if isinstance(name, str)}
        return id_by_name, frozenset(name for name in names - id_by_name.keys() if network.facts.number(name) is None)


def seen_in_open_round(
    first_run: int | None, week: Week, as_of: datetime, snapshots: Iterable[RunSnapshot]
) -> frozenset[tuple[str, str]]:
    """Return route and address of what the week's unfinished round, which began with run `first_run`, has seen already.

    Left out are looks that failed for a passing cause and, once the week is over, looks from before its end, which do
    not show all of it.
    """
    rows = [row for row in snapshots if row.week == str(week)]
    looks = [row.snapshot for row in rows if first_run is not None and row.run >= first_run]
    if not looks or max(look.taken_at for look in looks) < as_of - _CONTINUED_FOR:
        return frozenset()
    after_week = [look for look in looks if week.ends > as_of or look.taken_at >= week.ends]
    return frozenset((look.route.value, look.url) for look in after_week if not _may_pass(look))


def _may_pass(look: Snapshot) -> bool:
    return any(cause is not None and cause.may_pass for cause in (look.cause, look.posts_cause))


def _vouched_looks(archive: Archive, registry: Registry, snapshots: _SnapshotsByUrl) -> Iterator[RunSnapshot]:
    """Yield the looks without those of a killed run whose controls had not been checked yet."""
    killed = archive.killed_runs()
    controlled_routes = {route for route in Route if any(is_looked_at(control, route) for control in registry.controls)}
    for row in (row for rows in snapshots.values() for row in rows):
        if row.trusted or row.run not in killed or row.snapshot.route not in controlled_routes:
            yield row


def is_looked_at(control: Control, route: Route) -> bool:
    """Return whether a route looks at a control.

    A signed-in client may look up few names, so it spends none on a control that must not exist, which it could never
    remember either (docs/dev/sources.md, Telegram).
    """
    return control.url.network is route.network and (control.exists or route.facts.asks_for_missing)


def _control_on(network: Network, registry: Registry) -> str:
    existing = (control.url for control in registry.controls if control.exists and control.url.network is network)
    return next((url.request_name for url in existing), "")


def _saw_page(look: Snapshot, page_id: int | None) -> bool:
    """Return whether a look saw the page itself and not another one under its name."""
    return bool(look.exists) and look.posts_cause is not Cause.GONE and page_id in {None, look.id}


def _opening_known(archive: Archive, look: Snapshot) -> bool:
    """Return whether a look has found the opening as well as its route can: exactly, or with every request answered."""
    evidence_ids = [evidence.id for evidence in look.evidence if evidence.kind is EvidenceKind.OPENING]
    exact = look.opened_precision is Precision.EXACT
    return bool(look.traces) and (
        exact or (bool(evidence_ids) and all(_has_response(archive, evidence_id) for evidence_id in evidence_ids))
    )


def _has_response(archive: Archive, evidence_id: str) -> bool:
    """Return whether a stored response is one; a failure, or what cannot be read any more, is requested again."""
    try:
        return any(
            entry.purged is None and is_success(archive.evidence.record(entry).body)
            for entry in archive.evidence.entries(ids=[evidence_id])
        )
    except ArchiveError:
        return False


def window_of(registry: Registry, week: Week, as_of: datetime) -> Window:
    """Return how far back a run at `as_of` looks for the week: as far as the policy judges."""
    threads, silence = (registry.policy[key].number for key in ("thread_days", "silence_days"))
    return Window.of(week, as_of, thread_days=threads, silence_days=silence)


def targets_of(
    registry: Registry,
    week: Week,
    as_of: datetime,
    offices: Iterable[Office],
    snapshots: _SnapshotsByUrl | None = None,
) -> list[Target]:
    """Return the accounts of offices: confirmed personal ones of the holders, and institutions' pages. No leads.

    `snapshots` are the archive's, by address: they give a page's id where the registry has none.
    """
    rows_by_url = merge_renamed_pages(snapshots or {})
    looks = {url: [row.snapshot for row in rows if row.trusted] for url, rows in rows_by_url.items()}
    all_pages, pages_digest = all_offices_pages(registry), all_pages_digest(registry)
    record_counts = Counter(url for office in registry.offices for url in _personal_pages(office))
    targets: dict[Address, Target] = {}
    for office in offices:
        holder = holder_on(office, min(week.last_day, as_of.astimezone(registry.zone).date()))
        pages = [*office.accounts, *(holder.institution_accounts if holder else ())]
        if holder is not None:
            former = {url for url in _personal_pages(office) - _urls(holder.judged_accounts) if record_counts[url] == 1}
            sides = sides_digest(office, holder, pages_digest)
            for target in _holder_targets(registry, office, holder, looks, _urls(pages), all_pages - former, sides):
                targets[target.address] = target
        for account in pages:
            if account.url not in targets:
                target = Target(account.url, full=False, version=VERSION, rules=RULES)
                targets[account.url] = _with_page_id(target, account, looks, registry)
    return list(targets.values())


def _holder_targets(
    registry: Registry,
    office: Office,
    holder: Holder,
    looks: _TrustedLooks,
    institution: frozenset[Address],
    others: frozenset[Address],
    sides: str,
) -> Iterator[Target]:
    """Yield the targets of the holder's pages, each with the owners of the other pages."""
    own_pages = _urls(holder.judged_accounts)
    deadline = _unproved_deadline(registry, office, holder, looks)
    for account in holder.judged_accounts:
        # The earliest photo of a profile does not get any older.
        photos_known = any(look.photos_read for look in looks.get(account.url.url, ()))
        # All staff of any of the holder's pages on the network reply there on the holder's behalf.
        staff = [name for page in holder.judged_accounts if page.network is account.network for name in page.staff]
        target = Target(
            account.url,
            staff=tuple(dict.fromkeys(staff)),
            others=others,
            own=own_pages - {account.url},
            institution=institution - own_pages,
            names=(holder.tenure.name,),
            website=office.website or "",
            photos_before=None if photos_known else deadline,
            sides=sides,
            version=VERSION,
            rules=RULES,
        )
        yield _with_page_id(target, account, looks, registry)


def _urls(accounts: Iterable[Account]) -> frozenset[Address]:
    return frozenset(account.url for account in accounts)


def _unproved_deadline(registry: Registry, office: Office, holder: Holder, looks: _TrustedLooks) -> datetime | None:
    """Return the holder's deadline, or None if something on record shows that a page was opened before it.

    Only with a deadline does it matter what else may date a page. For an office that the directive does not bind it is
    None.
    """
    deadline = deadline_of(registry, holder).late_from
    own_looks = (look for account in holder.judged_accounts for look in looks.get(account.url.url, ()))
    dates = [look.opened_at for look in own_looks if look.opened_at is not None]
    reported_days = [report.opened_by or report.opened_on for report in holder.reports]
    dates += [day_end(day.last, registry.zone) for day in reported_days if day is not None]
    return deadline if registry.bound(office) and not any(at < deadline for at in dates) else None


def _with_page_id(target: Target, account: Account, looks: _TrustedLooks, registry: Registry) -> Target:
    """Add the id by which the page is recognised, and when it was seen under its present name."""
    trusted = looks.get(account.url.url, ())
    page_id = confirmed_number(account, trusted, registry.zone)
    return replace(target, id=page_id, id_seen=was_seen_at(account.url.url, page_id, trusted))


def all_offices_pages(registry: Registry) -> frozenset[Address]:
    """Return the accounts of all offices and institutions; a reply from another office's account is another body's."""
    return _urls(a for office in registry.offices for a in (*office.accounts, *_tenure_pages(office)))


def _personal_pages(office: Office) -> frozenset[Address]:
    return _urls(page for page in _tenure_pages(office) if page.kind is not AccountKind.INSTITUTION)


def _tenure_pages(office: Office) -> list[Account]:
    return [account for tenure in office.tenures for account in tenure.accounts if account.judged]
