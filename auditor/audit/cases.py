"""From the archive to what a check is given: an office's pages in a week, each look with its weight."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from auditor.base.snapshot import Cause, Post, RunSnapshot, Snapshot, Weight
from auditor.base.weeks import Week
from auditor.checks.case import Case
from auditor.checks.observed_page import ObservedPage, WeightedLook
from auditor.registry.holders import deadline_of, exemption_in, holder_on, vacancy_on
from auditor.registry.models import Account, Office, Registry
from auditor.registry.renamed_pages import confirmed_number
from auditor.registry.sides_digest import all_pages_digest, sides_digest

SnapshotsByUrl = Mapping[str, Sequence[RunSnapshot]]
"""What the archive has of each account, by its address, oldest first."""


def make_case(
    registry: Registry,
    office: Office,
    week: Week,
    as_of: datetime,
    seen: SnapshotsByUrl,
    *,
    everybody: str | None = None,
) -> Case:
    """Put together what is known of `office` in `week` at `as_of`.

    Who holds the office in a week is who holds it at the week's end, or at `as_of` in an open week. `everybody` is
    `everybody_on` of the registry, where it is known already.
    """
    pages_of_all = all_pages_digest(registry) if everybody is None else everybody
    registry = registry.for_office(office)
    week = week.in_zone(registry.zone)
    day = min(week.last_day, as_of.astimezone(registry.zone).date())
    holder = holder_on(office, day)
    case = Case(
        registry=registry,
        office=office,
        week=week,
        as_of=as_of,
        holder=holder,
        vacancy=vacancy_on(office, day),
        exemption=exemption_in(holder, week.first_day, day) if holder else None,
        deadline=deadline_of(registry, holder) if holder else None,
        sides_digest=sides_digest(office, holder, pages_of_all),
    )
    own = holder.judged_accounts if holder else ()
    bodies = (*office.accounts, *(holder.institution_accounts if holder else ()))
    return replace(
        case,
        pages=_merge_aliases([observe_page(case, account, seen) for account in own]),
        institution=_merge_aliases([observe_page(case, account, seen) for account in bodies]),
    )


def observe_page(case: Case, account: Account, seen: SnapshotsByUrl) -> ObservedPage:
    """Return an account with the looks at it up to the audit's moment, each with what it weighs for the week."""
    rows = [row for row in seen.get(account.url.url, ()) if row.snapshot.taken_at <= case.as_of]
    believed = [row for row in rows if row.weight is not Weight.NONE]
    number = confirmed_number(account, _trusted(believed), case.zone)
    looks = [(_may_show_page(row.snapshot, number), _look(case, row)) for row in believed]
    return ObservedPage(
        account=account,
        week_starts=case.week.starts,
        judged_until=case.judged_until,
        number=number,
        looks=tuple(look for own, look in looks if own),
        looks_at_other_pages=tuple(look for own, look in looks if not own),
        saw_phantom_page=any(row.weight is Weight.NONE and row.snapshot.taken_at >= case.week.starts for row in rows),
    )


def _trusted(rows: Sequence[RunSnapshot]) -> Iterator[Snapshot]:
    return (row.snapshot for row in rows if row.trusted)


def _may_show_page(look: Snapshot, number: int | None) -> bool:
    """Tell whether a look may show the page of this number."""
    return look.id is None or number in {None, look.id}


def _look(case: Case, row: RunSnapshot) -> WeightedLook:
    taken_at = row.snapshot.taken_at
    in_time = case.week.starts <= taken_at <= case.late_after
    return WeightedLook(
        snapshot=_drop_unrequested_threads(case, row),
        weight=Weight.FULL if in_time and row.trusted else Weight.FAVOURABLE_ONLY,
        run=row.run,
        trusted=row.trusted,
        threads_work=row.comments_readable,
        late=taken_at > case.late_after,
    )


def _drop_unrequested_threads(case: Case, row: RunSnapshot) -> Snapshot:
    """Return a look without the threads that it did not ask for: a run for another week reads others than this one."""
    made_for = Week.parse(row.week, case.zone)
    if made_for == case.week or not any(post.comments_cause is None for post in row.snapshot.posts):
        return row.snapshot
    asked_from = made_for.starts - timedelta(days=case.policy_value("thread_days"))
    asked_to = min(made_for.ends, row.snapshot.taken_at)
    posts = tuple(post if asked_from <= post.at < asked_to else _unread(post) for post in row.snapshot.posts)
    return row.snapshot.model_copy(update={"posts": posts})


def _unread(post: Post) -> Post:
    """Return a post whose comments nobody asked for."""
    if post.comments_cause is not None:
        return post
    return post.model_copy(update={"comments": (), "comments_left": False, "comments_cause": Cause.TOO_LITTLE_DATA})


def _merge_aliases(pages: Sequence[ObservedPage]) -> tuple[ObservedPage, ...]:
    """Join the addresses of one page, by its number: what was seen under any of them counts, and once.

    Its old address is left out where it is on record under its new one too, which has taken over what was seen of it.
    """
    numbers = {page.account.url.url: page.number for page in pages}

    def repeated(page: ObservedPage) -> bool:
        now = page.renamed_to
        return now in numbers and numbers[now] in {None, page.number}

    same: dict[object, list[ObservedPage]] = {}
    for page in pages:
        if not repeated(page):
            same.setdefault(_identity(page), []).append(page)
    return tuple(map(_joined, same.values()))


def _identity(page: ObservedPage) -> object:
    """Return what is one page's alone: on Telegram a user and a channel may have the same number."""
    is_user = any(look.snapshot.kind in {"user", "bot"} for look in page.looks)
    return page.account.url if page.number is None else (page.account.network, page.number, is_user)


def _joined(pages: Sequence[ObservedPage]) -> ObservedPage:
    """Return one page with what was seen under all its addresses; it has the one that was confirmed last."""
    if len(pages) == 1:
        return pages[0]
    last, *others = sorted(pages, key=_confirmed_on, reverse=True)
    looks = dict.fromkeys(look for page in pages for look in page.looks)
    return replace(
        last,
        looks=tuple(sorted(looks, key=lambda look: look.snapshot.taken_at)),
        saw_phantom_page=any(page.saw_phantom_page for page in pages),
        aliases=tuple(page.account for page in others),
    )


def _confirmed_on(page: ObservedPage) -> date:
    return page.account.confirmed.on if page.account.confirmed else date.min
