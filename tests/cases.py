"""Invented cases for the checks: one office, one holder, pages seen as a test wants them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from auditor.audit.cases import make_case
from auditor.audit.document import Audit
from auditor.audit.make_audit import StoredAudits, WeekRuns, make_audit
from auditor.base.address import Address
from auditor.base.snapshot import RECENT, ControlResult, Network, Post, Precision, Route, RunSnapshot, Snapshot
from auditor.base.weeks import PartialDate, Week
from auditor.checks import catalogue
from auditor.checks.case import Case
from auditor.checks.finding import Finding
from auditor.registry.models import (
    Account,
    AccountKind,
    Confirmation,
    Directive,
    Office,
    OfficeGroup,
    PressReport,
    RecordedSearch,
    Registry,
    Tenure,
)
from auditor.registry.policy import default_policy

TOMSK = ZoneInfo("Asia/Tomsk")
WEEK = Week(2026, 47, TOMSK)
NOW = WEEK.ends + timedelta(hours=36)
DEADLINE = datetime(2022, 6, 1, tzinfo=TOMSK)

POLICY = {
    key: entry.model_copy(update={"source": "https://example.invalid/policy"})
    for key, entry in default_policy().items()
}


def day(hours: float = 0) -> datetime:
    """A moment `hours` after the week's start."""
    return WEEK.starts + timedelta(hours=hours)


def partial(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def address(network: Network = Network.TELEGRAM, name: str = "perviy_rayon") -> Address:
    return Address(network, name)


def account(network: Network = Network.TELEGRAM, name: str = "perviy_rayon", *, confirmed: bool = True) -> Account:
    proof = Confirmation(on=date(2026, 9, 1), how="письмо пресс-службы") if confirmed else None
    return Account(url=address(network, name), kind=AccountKind.PERSONAL, confirmed=proof)


def tenure(name: str = "Имярек Анна Андреевна", **fields: Any) -> Tenure:
    for key in ("since", "until", "term_ends", "known_from", "known_as_of"):
        if key in fields:
            fields[key] = partial(fields[key])
    if "since" in fields and not {"until", "known_as_of"} & fields.keys():
        fields["known_as_of"] = partial("2026-11")
    return Tenure(name=name, sources=["https://example.invalid/1"], **fields)


def report(*, by: str | None = None, on: str | None = None, network: Network = Network.TELEGRAM) -> PressReport:
    return PressReport(
        network=network, opened_by=partial(by), opened_on=partial(on), source="https://example.invalid/press"
    )


def search(
    on: str, found: str = "nothing", networks: Sequence[str] = ("vk", "telegram", "ok", "max")
) -> RecordedSearch:
    how = "по имени и должности"
    return RecordedSearch(on=date.fromisoformat(on), by="оператор", how=how, networks=list(networks), found=found)


def registry(*offices: Office) -> Registry:
    return Registry(
        timezone="Asia/Tomsk",
        directive=Directive(
            title="Поручение",
            issuer="врио губернатора",
            issued=date(2022, 5, 25),
            deadline=DEADLINE.astimezone(UTC),
            binds="municipal_head",
            source="https://example.invalid/directive",
        ),
        policy=POLICY,
        offices=list(offices),
    )


def office(*tenures: Tenure, group: OfficeGroup = OfficeGroup.MUNICIPAL_HEAD, **fields: Any) -> Office:
    return Office(id="perviy", municipality="Первый район", title="глава", group=group, tenures=list(tenures), **fields)


def snapshot(**fields: Any) -> Snapshot:
    """A channel seen whole and well; `fields` say what differs."""
    base: dict[str, Any] = {
        "network": Network.TELEGRAM,
        "route": Route.TELEGRAM_PREVIEW,
        "url": "https://t.me/perviy_rayon",
        "taken_at": NOW,
        "exists": True,
        "kind": "channel",
        "id": 1500000001,
        "subscribers": 100,
        "register_link": False,
        "unattributed": (),
    }
    fields = base | fields
    return Snapshot(**{"comments_recent_from": fields["taken_at"] - RECENT} | fields)


def posts(*hours: float, repost: bool = False, first_id: int = 1, **fields: Any) -> tuple[Post, ...]:
    """Posts of few words without pictures, at so many hours from the week's start."""
    fields = {"has_media": False, "has_five_words": False, "says_answers": False} | fields
    return tuple(
        Post(id=first_id + n, at=day(h), url=f"https://t.me/perviy_rayon/{first_id + n}", repost=repost, **fields)
        for n, h in enumerate(hours)
    )


def opened(text: str) -> dict[str, Any]:
    """An exact opening at a local time."""
    moment = datetime.fromisoformat(text).replace(tzinfo=TOMSK)
    return {"opened_at": moment, "opened_precision": Precision.EXACT}


def case(
    tenures: list[Tenure],
    *looks: Snapshot | RunSnapshot,
    as_of: datetime = NOW,
    week: Week = WEEK,
    threads_work: bool = True,
    policy: Mapping[str, Any] = MappingProxyType({}),
    **fields: Any,
) -> Case:
    """One office in one week, as the archive has it; each look is of the account with its address.

    A look counts in full where no row says otherwise, and was made for the case's own week, or for the last one that
    had ended. `policy` are values that the registry sets otherwise.
    """
    changed = {key: POLICY[key].model_copy(update={"value": value}) for key, value in policy.items()}
    book = registry(office(*tenures, **fields)).model_copy(update={"policy": POLICY | changed})

    def stored(look: Snapshot | RunSnapshot) -> RunSnapshot:
        if isinstance(look, RunSnapshot):
            return look
        made_for = week if look.taken_at >= week.starts else Week.last_ended(look.taken_at, TOMSK)
        return RunSnapshot(str(made_for), look, comments_readable=threads_work)

    rows = sorted(map(stored, looks), key=lambda row: row.snapshot.taken_at)
    return make_case(book, book.offices[0], week, as_of, by_page(rows))


def by_page(rows: Iterable[RunSnapshot]) -> dict[str, list[RunSnapshot]]:
    """Looks by the addresses that they are of, as the archive has them."""
    looks_by_url: dict[str, list[RunSnapshot]] = {}
    for row in rows:
        looks_by_url.setdefault(row.snapshot.url, []).append(row)
    return looks_by_url


def audit(
    *offices: Office,
    looks: Sequence[Snapshot | RunSnapshot] = (),
    controls: Sequence[ControlResult] = (),
    **stored: Any,
) -> Audit:
    """The week's document of these offices, after these looks; `stored` are the fields of `StoredAudits`."""
    rows = (look if isinstance(look, RunSnapshot) else RunSnapshot(str(WEEK), look) for look in looks)
    runs = WeekRuns(controls=controls)
    return make_audit(registry(*offices), WEEK, NOW, by_page(rows), runs, StoredAudits(**stored))


def judge(name: str, what: Case) -> list[Finding]:
    (check,) = [c for c in catalogue() if c.name == name]
    return list(check.judge(what))


def judge_office(name: str, what: Case) -> Finding:
    """The finding about the office as a whole."""
    return next(f for f in judge(name, what) if f.account is None)
