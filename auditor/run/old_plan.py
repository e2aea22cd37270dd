"""What a run has to look at: which accounts, in which order, and what the archive knows of each.

Targets are made by the batch, as a route comes to them. The next run continues a run that was killed or ran out of
time: what was seen is not asked for again.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice

from auditor.archive import Archive, LastLooks
from auditor.base.address import Address
from auditor.base.snapshot import Network, Route, StoredSnapshot, seen_under
from auditor.base.weeks import Week, day_end
from auditor.probes.base import Target, Window
from auditor.probes.bodies import Bodies, Others
from auditor.probes.known import Known, is_worth_knowing, known_of
from auditor.registry.models import (
    Account,
    AccountKind,
    Holder,
    Office,
    Registry,
    deadline_of,
    holder_on,
    office_urls,
)
from auditor.registry.page_identity import confirmed_number, with_earlier_names
from auditor.registry.sides import everybody_on, sides_of

BATCH = 250
"""Targets. So many are asked for at once, and so many looks a kill may cost."""
_FRESH = timedelta(hours=1)
"""What was seen so shortly before is not looked at again for answers alone."""
_Seen = Mapping[str, Sequence[StoredSnapshot]]


@dataclass(frozen=True, slots=True)
class _Place:
    """An account in the plan, with the place of the office for which it is looked at."""

    office: int
    address: Address
    full: bool


@dataclass(slots=True)
class Plan:
    """The accounts of a run, by route. Targets are made as they are asked for, so the archive is read by the batch."""

    archive: Archive
    registry: Registry
    week: Week
    as_of: datetime
    offices: Sequence[Office]
    places: Mapping[Network, Sequence[_Place]]
    done: Collection[tuple[str, str]]
    """Route and address of what an unfinished run has seen already."""
    bodies: tuple[Bodies, Counter[Address]]
    looked: Mapping[tuple[str, str], LastLooks] | None = None
    """When each page was looked at last, by route and address. With it the most useful look comes first."""
    _lines: dict[Route, Iterator[_Place]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        archive: Archive,
        registry: Registry,
        week: Week,
        as_of: datetime,
        offices: Sequence[Office],
        *,
        going_on: bool = False,
        useful_first: bool = False,
    ) -> "Plan":
        """Plan a run at `as_of`. `going_on`: leave out what an unfinished run of the week has seen."""
        return cls(
            archive,
            registry,
            week,
            as_of,
            offices,
            _places(registry, week, as_of, offices),
            # What was seen before the week's end does not show all of it, once it is over.
            archive.seen_unfinished(str(week), as_of, week.ends if week.ends <= as_of else None) if going_on else (),
            bodies_of(registry, archive.numbers(as_of)),
            archive.last_looks(str(week), as_of) if useful_first else None,
        )

    @property
    def accounts(self) -> int:
        """How many accounts there are to look at, whatever the route."""
        return sum(map(len, self.places.values()))

    @property
    def everybody(self) -> Collection[Address]:
        """The accounts of all offices and institutions in the registry."""
        return self.bodies[0].addresses

    def count(self, route: Route) -> int:
        """Return how many accounts a route is to look at."""
        return len(self._left(route))

    def batch(self, route: Route, most: int = BATCH) -> tuple[Target, ...]:
        """Return the next targets of a route; none at its end."""
        line = self._lines.setdefault(route, iter(self._line(route)))
        return tuple(self._targets(route, list(islice(line, most))))

    def _left(self, route: Route) -> list[_Place]:
        places = self.places.get(route.network, ())
        return [place for place in places if (route.value, place.address.url) not in self.done]

    def _line(self, route: Route) -> list[_Place]:
        left, looked = self._left(route), self.looked
        return left if looked is None else sorted(left, key=lambda place: self._use(route, place, looked))

    def _use(self, route: Route, place: _Place, looked: Mapping[tuple[str, str], LastLooks]) -> tuple[int, datetime]:
        """Rank a look by what it can decide, lowest first; of those alike the one longest ago comes first."""
        last = looked.get((route.value, place.address.url))
        if last is None:  # it is not even known since when the page is there
            return (1 if place.full else 4, self.week.starts)
        if not place.full:
            return (6, last.ever)
        if self._decides_silence(route, place):
            return (0, last.ever)
        if last.of_week is None:
            return (2, last.ever)
        answers_due = self.week.ends + timedelta(hours=_hours(self.registry))
        return (3 if last.of_week < min(answers_due, self.as_of - _FRESH) else 5, last.of_week)

    def _decides_silence(self, route: Route, place: _Place) -> bool:
        """Tell whether a question that the week counts has no answer yet, and its time to reply has run out unseen."""
        looks = self.archive.looks_to_know(route.value, place.address.url, self.as_of, str(self.week))
        since = window_of(self.registry, self.week, self.as_of).comments_from
        known = known_of(looks, self.as_of, _hours(self.registry))
        return any(one.due and one.post.at >= since for one in known.posts)

    def _targets(self, route: Route, places: Sequence[_Place]) -> Iterator[Target]:
        if not places:
            return
        offices = [self.offices[place] for place in dict.fromkeys(place.office for place in places)]
        urls = {url for office in offices for url in office_urls(office)}
        seen = self.archive.snapshots(self.as_of, urls, since=self.as_of)
        made = {t.address: t for t in targets_of(self.registry, self.week, self.as_of, offices, seen, self.bodies)}
        for place in places:
            target = made[place.address]
            yield replace(target, known=self._known(route, target))

    def _known(self, route: Route, target: Target) -> Known:
        looks = self.archive.looks_to_know(route.value, target.address.url, self.as_of, str(self.week))
        worth = [(run, look) for run, look in looks if is_worth_knowing(look, target.id)]
        return known_of(worth, self.as_of, _hours(self.registry))


def window_of(registry: Registry, week: Week, as_of: datetime) -> Window:
    """Return how far back a run at `as_of` looks for the week: as far as the policy judges."""
    threads, silence = (registry.policy[key].number for key in ("thread_days", "silence_days"))
    return Window.of(week, as_of, registry.zones, thread_days=threads, silence_days=silence)


def _hours(registry: Registry) -> float:
    hours = registry.policy["reply_within_hours"].value
    assert isinstance(hours, int | float)
    return hours


def _places(registry: Registry, week: Week, as_of: datetime, offices: Sequence[Office]) -> dict[Network, list[_Place]]:
    """Return every account once: for the last office that has it as a holder's, else for the first that has it."""
    people: dict[Address, _Place] = {}
    pages: dict[Address, _Place] = {}
    for number, office in enumerate(offices):
        personal, institution = _accounts(office, holder_on(office, _day(registry.at(office), week, as_of)))
        for account in personal:
            people[account.url] = _Place(number, account.url, full=True)
        for account in institution:
            pages.setdefault(account.url, _Place(number, account.url, full=False))
    found: dict[Network, list[_Place]] = {}
    for address, place in {**pages, **people}.items():
        found.setdefault(address.network, []).append(place)
    return {n: sorted(line, key=lambda p: (p.office, not p.full)) for n, line in found.items()}


def targets_of(
    registry: Registry,
    week: Week,
    as_of: datetime,
    offices: Iterable[Office],
    seen: _Seen | None = None,
    bodies: tuple[Bodies, Counter[Address]] | None = None,
) -> list[Target]:
    """Return the accounts of offices: confirmed personal ones of the holders, and institutions' pages. No leads.

    `seen` is what the archive has by address: it gives a page's number where the registry has none.
    """
    known, book = with_earlier_names(seen or {}), registry
    everybody, shared = bodies or bodies_of(registry)
    targets: dict[Address, Target] = {}
    pages_of_all = everybody_on(book)
    for office in offices:
        registry = book.at(office)
        holder = holder_on(office, _day(registry, week, as_of))
        personal, pages = _accounts(office, holder)
        own = frozenset(a.url for a in personal)
        institution = frozenset(a.url for a in pages) - own
        others = Others(everybody, own | institution | frozenset(_own_alone(office, shared)))
        staff = _staff(personal)
        before = _not_proved_before(registry, office, holder, known) if holder else None
        for account in personal:
            target = Target(
                account.url,
                staff=staff[account.network],
                others=others,
                own=own - {account.url},
                institution=institution,
                names=(holder.tenure.name,) if holder else (),
                photos_before=None if _photos_known(account, known) else before,
                sides=sides_of(office, holder, pages_of_all),
            )
            targets[account.url] = _numbered(target, account, known, registry)
        for account in pages:
            if account.url not in targets:
                targets[account.url] = _numbered(Target(account.url, full=False), account, known, registry)
    return list(targets.values())


def _accounts(office: Office, holder: Holder | None) -> tuple[Sequence[Account], Sequence[Account]]:
    """Return whose existence is judged, and the pages that are only looked up."""
    return holder.judged_accounts if holder else (), (
        *office.accounts,
        *(holder.institution_accounts if holder else ()),
    )


def _day(registry: Registry, week: Week, as_of: datetime) -> date:
    return min(week.last_day, as_of.astimezone(registry.zone).date())


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


def _photos_known(account: Account, seen: _Seen) -> bool:
    """Tell whether the profile's photos were read before: the earliest of them does not get any older."""
    return any(row.trusted and row.snapshot.photos_read for row in seen.get(account.url.url, ()))


def _staff(pages: Sequence[Account]) -> dict[Network, tuple[int | str, ...]]:
    """Return who answers on the holder's behalf on a network: whoever is listed on any of the holder's pages there."""
    networks = {page.network for page in pages}
    return {n: tuple(dict.fromkeys(s for p in pages if p.network is n for s in p.staff)) for n in networks}


def _numbered(target: Target, account: Account, seen: _Seen, registry: Registry) -> Target:
    """Add the number by which the page is recognised, and under which names it was seen."""
    trusted = [row.snapshot for row in seen.get(account.url.url, ()) if row.trusted]
    number = confirmed_number(account, trusted, registry.zone)
    return replace(target, id=number, id_seen=seen_under(account.url.url, number, trusted))


def bodies_of(registry: Registry, numbers: Mapping[str, int] | None = None) -> tuple[Bodies, Counter[Address]]:
    """Return the accounts of all offices and institutions, and in how many offices each of the people's stands.

    A reply from one is another body's, but in the office whose own it is. `numbers` are the pages', by address.
    """
    people, institutions = Counter[Address](), set[Address]()
    for office in registry.offices:
        people.update(_personal(office))
        institutions.update(a.url for a in (*office.accounts, *_of_institutions(office)))
    everybody = frozenset(people) | institutions
    known = {url: numbers[url.url] for url in everybody if url.url in numbers} if numbers else {}
    return Bodies(everybody, known), people


def _of_institutions(office: Office) -> Iterator[Account]:
    return (a for t in office.tenures for a in t.accounts if a.judged and a.kind is AccountKind.INSTITUTION)


def _personal(office: Office) -> set[Address]:
    return {a.url for t in office.tenures for a in t.accounts if a.judged and a.kind is not AccountKind.INSTITUTION}


def _own_alone(office: Office, shared: Counter[Address]) -> Iterator[Address]:
    """Yield the accounts of the office's holders of all times that are in no other office."""
    return (url for url in _personal(office) if shared[url] == 1)
