"""Build the cases that checks judge: an office's pages in a week, each look with its weight."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from auditor.base.snapshot import Cause, Post, RunSnapshot, Snapshot, Weight
from auditor.base.weeks import Week, day_start
from auditor.checks.case import Case
from auditor.checks.observed_page import ObservedPage, WeightedLook
from auditor.registry.holders import (
    Deadline,
    common_deadline,
    deadline_of,
    exemption_in,
    holder_on,
    known_by,
    vacancy_on,
)
from auditor.registry.models import Account, Office, Registry
from auditor.registry.renamed_pages import confirmed_number
from auditor.registry.sides_digest import all_pages_digest, sides_digest

SnapshotsByUrl = Mapping[str, Sequence[RunSnapshot]]
"""The archive's snapshots of each account, by its address, oldest first."""


def make_case(
    registry: Registry,
    office: Office,
    week: Week,
    as_of: datetime,
    snapshots: SnapshotsByUrl,
    *,
    pages_digest: str | None = None,
) -> Case:
    """Return all that is known of `office` in `week` at `as_of`.

    The holder of a week is whoever holds the office at the week's end, or at `as_of` in an open week. `pages_digest` is
    `all_pages_digest` of the registry, if it is computed already.
    """
    pages_digest = all_pages_digest(registry) if pages_digest is None else pages_digest
    week = week.in_zone(registry.zone)
    today = as_of.astimezone(registry.zone).date()
    office, day = known_by(office, today), min(week.last_day, today)
    holder = holder_on(office, day)
    case = Case(
        registry=registry,
        office=office,
        week=week,
        as_of=as_of,
        holder=holder,
        vacancy=vacancy_on(office, day),
        exemption=exemption_in(holder, week.first_day, day) if holder else None,
        deadline=deadline_of(registry, holder) if holder else Deadline(common_deadline(registry)),
        sides_digest=sides_digest(office, holder, pages_digest),
    )
    accounts = holder.judged_accounts if holder else ()
    office_accounts = (*office.accounts, *(holder.institution_accounts if holder else ()))
    return replace(
        case,
        pages=_merge_aliases([observe_page(case, account, snapshots) for account in accounts]),
        institution=_merge_aliases([observe_page(case, account, snapshots) for account in office_accounts]),
    )


def observe_page(case: Case, account: Account, snapshots: SnapshotsByUrl) -> ObservedPage:
    """Return an account with the looks at it up to the audit's moment, each with its weight for the week."""
    looks = [look for look in snapshots.get(account.url.url, ()) if look.snapshot.taken_at <= case.as_of]
    believed = [look for look in looks if look.weight is not Weight.NONE]
    phantoms = [look for look in looks if look.weight is Weight.NONE and look.snapshot.taken_at >= case.week.starts]
    page_id = confirmed_number(account, (look.snapshot for look in believed if look.trusted), case.zone)
    own_ids = {None, page_id} if page_id is not None else {look.snapshot.id for look in believed}
    return ObservedPage(
        account=account,
        week_starts=case.week.starts,
        judged_until=case.judged_until,
        page_id=page_id,
        taken_over_at=day_start(account.since, case.zone) if account.since else None,
        looks=tuple(_look(case, look) for look in believed if look.snapshot.id in own_ids),
        looks_at_other_pages=tuple(_look(case, look) for look in believed if look.snapshot.id not in own_ids),
        saw_phantom_page=bool(phantoms),
    )


def _look(case: Case, run_snapshot: RunSnapshot) -> WeightedLook:
    taken_at = run_snapshot.snapshot.taken_at
    return WeightedLook(
        week=run_snapshot.week,
        snapshot=_drop_unrequested_threads(case, run_snapshot),
        weight=run_snapshot.weight,
        run=run_snapshot.run,
        comments_readable=run_snapshot.comments_readable,
        in_time=case.week.starts <= taken_at <= case.late_after,
        late=taken_at > case.late_after,
    )


def _drop_unrequested_threads(case: Case, run_snapshot: RunSnapshot) -> Snapshot:
    """Return a snapshot without the threads that its run did not request.

    A run for another week reads other threads than one for this week, and those of its own last days.
    """
    run_week, snapshot = Week.parse(run_snapshot.week, case.zone), run_snapshot.snapshot
    if run_week == case.week or not any(post.comments_cause is None for post in snapshot.posts):
        return snapshot
    requested_from = run_week.starts - timedelta(days=case.policy_value("thread_days"))
    requested_to, recent_from = min(run_week.ends, snapshot.taken_at), snapshot.comments_recent_from

    not_requested = {"comments": (), "comments_left": False, "comments_cause": Cause.TOO_LITTLE_DATA}

    def as_requested(post: Post) -> Post:
        is_recent = recent_from is not None and post.at >= recent_from
        was_requested = is_recent or requested_from <= post.at < requested_to
        return post if was_requested or post.comments_cause is not None else post.model_copy(update=not_requested)

    return snapshot.model_copy(update={"posts": tuple(map(as_requested, snapshot.posts))})


def _merge_aliases(pages: Sequence[ObservedPage]) -> tuple[ObservedPage, ...]:
    """Join the recorded addresses of one page, by its id: the looks at it under any of them count, once.

    An old address is dropped if the page's new address is on record too, whose looks already include the old one's.
    """
    ids = {page.account.url.url: page.page_id for page in pages}

    def is_repeated(page: ObservedPage) -> bool:
        new_address = page.renamed_to
        return new_address in ids and ids[new_address] in {None, page.page_id}

    by_identity: dict[object, list[ObservedPage]] = {}
    for page in pages:
        if not is_repeated(page):
            by_identity.setdefault(_identity(page), []).append(page)
    return tuple(map(_joined, by_identity.values()))


def _identity(page: ObservedPage) -> object:
    """Return a key unique to one page: on Telegram a user and a channel may have the same id."""
    is_user = any(look.snapshot.kind in {"user", "bot"} for look in page.looks)
    return page.account.url if page.page_id is None else (page.account.network, page.page_id, is_user)


def _joined(pages: Sequence[ObservedPage]) -> ObservedPage:
    """Return one page with the looks at it under all its addresses, at the address that was confirmed last.

    `looks_at_other_pages` are of that address alone.
    """
    if len(pages) == 1:
        return pages[0]
    latest, *others = sorted(pages, key=_confirmed_on, reverse=True)
    looks = dict.fromkeys(look for page in pages for look in page.looks)
    return replace(
        latest,
        looks=tuple(sorted(looks, key=lambda look: look.snapshot.taken_at)),
        saw_phantom_page=any(page.saw_phantom_page for page in pages),
        aliases=tuple(page.account for page in others),
    )


def _confirmed_on(page: ObservedPage) -> date:
    return page.account.confirmed.on if page.account.confirmed else date.min
