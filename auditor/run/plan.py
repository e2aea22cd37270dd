"""What a run has to look at: which accounts, in which order, and what each look may leave out.

The next run continues a run that was killed or ran out of time: what was seen is not asked for again.
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
from auditor.probes.protocol import is_success
from auditor.probes.target import Target, Window
from auditor.registry.holders import Holder, deadline_of, holder_on, office_urls
from auditor.registry.models import Account, AccountKind, Control, Office, Registry
from auditor.registry.renamed_pages import confirmed_number, merge_renamed_pages
from auditor.registry.sides_digest import all_pages_digest, sides_digest
from auditor.run.rounds import seen_in_open_round
from auditor.run.skip_threads import read_until, readings_of, threads_to_skip

_Seen = Mapping[str, Sequence[RunSnapshot]]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The accounts of a run."""

    archive: Archive
    registry: Registry
    week: Week
    as_of: datetime
    snapshots: _Seen
    """What the archive has of the accounts, in brief."""
    accounts: Sequence[Target]
    """Whatever the route."""
    already_seen: Collection[tuple[str, str]]
    """Route and address of what an unfinished run has seen already."""

    @classmethod
    def of(
        cls, archive: Archive, registry: Registry, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
    ) -> "RunPlan":
        """Plan a run at `as_of`: of `offices`, or of all but what an unfinished run of the week has seen."""
        chosen = registry.offices if offices is None else offices
        seen = archive.snapshots.snapshots(
            as_of, {url for office in chosen for url in office_urls(office)}, since=as_of
        )
        begun = archive.snapshots.round_of(str(week)) if offices is None else None
        done = seen_in_open_round(begun, week, as_of, _vouched_looks(archive, registry, seen))
        return cls(archive, registry, week, as_of, seen, targets_of(registry, week, as_of, chosen, seen), done)

    def pending(self, route: Route) -> list[Target]:
        """Return the accounts that a route is still to look at."""
        own = (target for target in self.accounts if target.address.network is route.network)
        return [target for target in own if (route.value, target.address.url) not in self.already_seen]

    def kinds(self, route: Route) -> list[str]:
        """Say of each account that is left whether its look is the ``first``, the ``next`` week's, or one ``again``."""
        seen = (self.snapshots.get(target.address.url, ()) for target in self.pending(route))
        weeks = ({row.week for row in rows if row.snapshot.route is route} for rows in seen)
        return ["again" if str(self.week) in own else "next" if own else "first" for own in weeks]

    def targets(self, route: Route) -> tuple[Target, ...]:
        """Return what a route looks at, each with what it may leave out.

        First come pages with a question whose time to reply has run out, then what was looked at longest ago: of a run
        that is given only so long the end is left.
        """
        looked = self.archive.snapshots.looked_at(self.as_of)
        ranked = []
        for number, account in enumerate(self.pending(route)):
            target, due = self._remembering(route, account)
            last = looked.get((route.value, target.address.url), _LONG_AGO)
            ranked.append(((not due, last, not target.full, number), target))
        return tuple(target for _, target in sorted(ranked, key=lambda row: row[0]))

    def _remembering(self, route: Route, target: Target) -> tuple[Target, bool]:
        """Add what earlier looks spare this one; tell whether a question's time to reply has run out unseen."""
        window = window_of(self.registry, self.week, self.as_of)
        looks = self.archive.snapshots.with_passed_controls(
            route.value, target.address.url, window.posts_from, self.as_of
        )
        looks = [look for look in looks if _is_of(look, target.id)]
        readings, hours = readings_of(looks, window), self.registry.policy["reply_within_hours"].number
        ends = max(self.week.in_zone(zone).ends for zone in (self.registry.zone, *self.registry.zones))
        skip = threads_to_skip(
            readings,
            window,
            self.as_of,
            ended=ends if ends <= self.as_of else None,
            sides=target.sides,
            hours=hours,
            counted=route.facts.counts_comments,
        )
        of_week = [look for look in looks if look.taken_at >= window.starts]  # a week is judged by its own looks
        seen = self.snapshots.get(target.address.url, ())
        own = [row.snapshot for row in seen if row.trusted and row.snapshot.route is route]
        remembering = replace(
            target,
            skip=skip,
            posts_until=read_until(looks, window),
            opening_known=any(_opening_known(self.archive, look) for look in own if _is_of(look, target.id)),
            subscribers=next((n for look in reversed(of_week) if (n := look.subscribers) is not None), None),
            control=_control_on(route.network, self.registry),
        )
        return remembering, any(
            reading.awaits_reply(timedelta(hours=hours), self.as_of) for reading in readings.values()
        )

    def numbers(self, network: Network) -> tuple[dict[str, int], frozenset[str]]:
        """Return the numbers of pages on a network that the archive knows, and whose are wanted: pages' and staff's.

        By name in lower case.
        """
        known = {look.url: look.id for look in self.archive.snapshots.newest(self.as_of) if look.id is not None}
        pages = [address for address in all_offices_pages(self.registry) if address.network is network]
        numbers = {page.name.casefold(): known[page.url] for page in pages if page.url in known}
        staff = {who for target in self.accounts if target.address.network is network for who in target.staff}
        names = {name.casefold() for name in (*(page.name for page in pages), *staff) if isinstance(name, str)}
        return numbers, frozenset(name for name in names - numbers.keys() if network.facts.number(name) is None)


def _vouched_looks(archive: Archive, registry: Registry, seen: _Seen) -> Iterator[RunSnapshot]:
    """Yield the looks but those of a killed run that vouches for none of them: its controls were to come yet."""
    killed = archive.killed_runs()
    vouched = {route for route in Route if any(is_asked(control, route) for control in registry.controls)}
    for row in (row for rows in seen.values() for row in rows):
        if row.trusted or row.run not in killed or row.snapshot.route not in vouched:
            yield row


def is_asked(control: Control, route: Route) -> bool:
    """Tell whether a route looks at a control.

    A signed-in client may look up few names, so none is spent on a control that must not exist: what does not exist
    cannot be remembered either (telegram.md 5).
    """
    return control.url.network is route.network and (control.exists or route.facts.asks_for_missing)


def _control_on(network: Network, registry: Registry) -> str:
    known = (control.url for control in registry.controls if control.exists and control.url.network is network)
    return next((url.request_name for url in known), "")


def _is_of(look: Snapshot, number: int | None) -> bool:
    """Tell whether a look saw the page, and not another one under its name."""
    return bool(look.exists) and look.posts_cause is not Cause.GONE and number in {None, look.id}


def _opening_known(archive: Archive, look: Snapshot) -> bool:
    """Tell whether a look has found the opening as well as its route can: exactly, or by all that it asked for it."""
    asked = [answer.id for answer in look.evidence if answer.kind is EvidenceKind.OPENING]
    exact = look.opened_precision is Precision.EXACT
    return bool(look.traces) and (exact or (bool(asked) and all(_is_answered(archive, name) for name in asked)))


def _is_answered(archive: Archive, name: str) -> bool:
    """Tell whether a stored answer is one: a failure is asked for again, and so is what cannot be read any more."""
    try:
        return any(
            entry.purged is None and is_success(archive.evidence.record(entry).body)
            for entry in archive.evidence.entries(ids=[name])
        )
    except ArchiveError:
        return False


def window_of(registry: Registry, week: Week, as_of: datetime) -> Window:
    """Return how far back a run at `as_of` looks for the week: as far as the policy judges."""
    threads, silence = (registry.policy[key].number for key in ("thread_days", "silence_days"))
    return Window.of(week, as_of, registry.zones, thread_days=threads, silence_days=silence)


def targets_of(
    registry: Registry,
    week: Week,
    as_of: datetime,
    offices: Iterable[Office],
    seen: _Seen | None = None,
) -> list[Target]:
    """Return the accounts of offices: confirmed personal ones of the holders, and institutions' pages. No leads.

    `seen` is what the archive has by address: it gives a page's number where the registry has none.
    """
    known, everybody = merge_renamed_pages(seen or {}), all_offices_pages(registry)
    shared, on_record = (
        Counter(url for office in registry.offices for url in _personal(office)),
        all_pages_digest(registry),
    )
    targets: dict[Address, Target] = {}
    for office in offices:
        local = registry.for_office(office)
        holder = holder_on(office, min(week.last_day, as_of.astimezone(local.zone).date()))
        pages = [*office.accounts, *(holder.institution_accounts if holder else ())]
        if holder is not None:
            former = {url for url in _personal(office) - _urls(holder.judged_accounts) if shared[url] == 1}
            sides = sides_digest(office, holder, on_record)
            for target in _own_targets(local, office, holder, known, _urls(pages), everybody - former, sides):
                targets[target.address] = target
        for account in pages:
            if account.url not in targets:
                targets[account.url] = _numbered(Target(account.url, full=False), account, known, local)
    return list(targets.values())


def _own_targets(
    registry: Registry,
    office: Office,
    holder: Holder,
    seen: _Seen,
    institution: frozenset[Address],
    others: frozenset[Address],
    sides: str,
) -> Iterator[Target]:
    """Yield the holder's own pages, each with whose the other pages are."""
    own, staff = _urls(holder.judged_accounts), _staff(holder.judged_accounts)
    before = _not_proved_before(registry, office, holder, seen)
    for account in holder.judged_accounts:
        # The earliest photo of a profile does not get any older.
        photos_known = any(row.trusted and row.snapshot.photos_read for row in seen.get(account.url.url, ()))
        target = Target(
            account.url,
            staff=staff[account.network],
            others=others,
            own=own - {account.url},
            institution=institution - own,
            names=(holder.tenure.name,),
            photos_before=None if photos_known else before,
            sides=sides,
        )
        yield _numbered(target, account, seen, registry)


def _urls(accounts: Iterable[Account]) -> frozenset[Address]:
    return frozenset(account.url for account in accounts)


def _not_proved_before(registry: Registry, office: Office, holder: Holder, seen: _Seen) -> datetime | None:
    """Return the holder's deadline where nothing on record shows a page that was open before it; else None.

    Then alone it matters what else may date a page. Nothing is asked of an office that the directive does not bind.
    """
    due = deadline_of(registry, holder).at
    looks = [row.snapshot for a in holder.judged_accounts for row in seen.get(a.url.url, ()) if row.trusted]
    dates = [look.opened_at for look in looks if look.opened_at is not None]
    told = [report.opened_by or report.opened_on for report in holder.reports]
    dates += [day_end(day.last, registry.zone) for day in told if day is not None]
    return due if registry.bound(office) and not any(at < due for at in dates) else None


def _staff(pages: Sequence[Account]) -> dict[Network, tuple[int | str, ...]]:
    """Return who answers on the holder's behalf on a network: whoever is listed on any of the holder's pages there."""
    networks = {page.network for page in pages}
    return {n: tuple(dict.fromkeys(s for p in pages if p.network is n for s in p.staff)) for n in networks}


def _numbered(target: Target, account: Account, seen: _Seen, registry: Registry) -> Target:
    """Add the number by which the page is recognised, and under which names it was seen."""
    trusted = [row.snapshot for row in seen.get(account.url.url, ()) if row.trusted]
    number = confirmed_number(account, trusted, registry.zone)
    return replace(target, id=number, id_seen=was_seen_at(account.url.url, number, trusted))


def all_offices_pages(registry: Registry) -> frozenset[Address]:
    """Return the accounts of all offices and institutions: a reply from one of another office's is another body's."""
    offices = registry.offices
    institutions = {a.url for office in offices for a in (*office.accounts, *_of_institutions(office))}
    return frozenset(institutions.union(*map(_personal, offices)))


def _of_institutions(office: Office) -> Iterator[Account]:
    return (a for t in office.tenures for a in t.accounts if a.judged and a.kind is AccountKind.INSTITUTION)


def _personal(office: Office) -> set[Address]:
    return {a.url for t in office.tenures for a in t.accounts if a.judged and a.kind is not AccountKind.INSTITUTION}
