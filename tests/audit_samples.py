"""An invented week: twenty districts and a council that between them show every outcome and every cause."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

from auditor.archive import StoredSnapshot
from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
from auditor.i18n import Catalogue
from auditor.registry.address import Address
from auditor.registry.models import (
    Account,
    AccountKind,
    Confirmation,
    Exemption,
    Group,
    Office,
    Registry,
    Tenure,
    Vacancy,
)
from auditor.registry.policy import DEFAULT_POLICY
from auditor.report.tiles import _PLACES
from auditor.snapshot import (
    Cause,
    Comment,
    CommentsState,
    ControlResult,
    Evidence,
    EvidenceKind,
    Identity,
    Network,
    Outcome,
    Post,
    Route,
    Snapshot,
)
from auditor.weeks import PartialDate
from tests.cases import NOW, TOMSK, WEEK, opened, registry, report, search, tenure, traced

ORDINALS = (
    "Первый Второй Третий Четвёртый Пятый Шестой Седьмой Восьмой Девятый Десятый Одиннадцатый Двенадцатый Тринадцатый "
    "Четырнадцатый Пятнадцатый Шестнадцатый Семнадцатый Восемнадцатый Девятнадцатый Двадцатый"
).split()
GIVEN = ("Анна Андреевна", "Борис Борисович", "Вера Викторовна", "Глеб Глебович", "Дарья Денисовна")
CAUSES = [cause for cause in Cause if cause not in {Cause.TOO_LITTLE_DATA, Cause.NO_THRESHOLD, Cause.STALE}]
"""Causes that a look can come back with."""


def page(number: int, network: Network = Network.TELEGRAM, *, kind: AccountKind = AccountKind.PERSONAL) -> Account:
    """A confirmed page of the office with this number."""
    name = f"rayon{number:02d}_{'glava' if kind is AccountKind.PERSONAL else 'adm'}"
    proof = Confirmation(
        on=date(2026, 11, 2), how="письмо пресс-службы", by="оператор А", sources=["https://example.invalid/letter"]
    )
    return Account(
        url=Address(network, name), kind=kind, confirmed=proof if kind is AccountKind.PERSONAL else None
    )


def look(account: Account, **fields: Any) -> Snapshot:
    """A page seen whole; `fields` say what differs."""
    network, route = account.network, Route.VK if account.network is Network.VK else Route.TELEGRAM_PREVIEW
    seen_at = NOW - timedelta(hours=6)
    kinds = (EvidenceKind.PROFILE, EvidenceKind.OPENING, EvidenceKind.POSTS, EvidenceKind.COMMENTS)
    evidence = tuple(
        Evidence(
            id=f"ev-{account.url.name}-{network.value[0]}{n}",
            kind=kind,
            url=account.url.url,
            fetched_at=seen_at + timedelta(minutes=n),
            status=200,
            sha256=f"{n:02x}" * 32,
            stored_sha256=f"{n:02x}" * 32,
        )
        for n, kind in enumerate(kinds)
    )
    base: dict[str, Any] = {
        "network": network,
        "route": route,
        "url": account.url.url,
        "taken_at": seen_at,
        "exists": True,
        "kind": "channel" if network is Network.TELEGRAM else "profile",
        "id": 1500000000,
        "subscribers": 8727,
        "register_link": False,
        "evidence": evidence,
    }
    return Snapshot(**(base | fields))


def published(account: Account, *hours: float, closed: int = 0, questions: int = 0, replied: int = 0, repost: int = 0) -> tuple[Post, ...]:
    """Posts at so many hours from the week's start; the first takes the questions, `replied` of them in an hour."""
    return tuple(
        Post(
            id=n + 1,
            at=WEEK.starts + timedelta(hours=h),
            url=f"{account.url.url}/{n + 1}",
            repost=n >= len(hours) - repost,
            text_key=f"{account.url.name}-{n}",
            comments_state=CommentsState.CLOSED if n < closed else CommentsState.OPEN,
            comments=_thread(h, questions, replied) if n == 0 and not closed else (),
        )
        for n, h in enumerate(hours)
    )


def _thread(hours: float, questions: int, replied: int) -> tuple[Comment, ...]:
    first = WEEK.starts + timedelta(hours=hours)
    asked = [
        Comment(id=n + 1, at=first + timedelta(hours=n + 1), identity=Identity.CITIZEN, author=f"h{n}", question=True)
        for n in range(questions)
    ]
    replies = [
        Comment(id=100 + n, at=q.at + timedelta(hours=1 + 9 * n), identity=Identity.OWNER, reply_to=q.id)
        for n, q in enumerate(asked[:replied])
    ]
    return (*asked, *replies)


def holder(number: int, **fields: Any) -> Tenure:
    """Who holds the office with this number."""
    return tenure(f"Имярек {GIVEN[number % len(GIVEN)]}", **({"since": "2020-09"} | fields))


def _stories() -> Iterator[tuple[dict[str, Any], list[Snapshot]]]:
    """Yield one office's fields and what was seen of it, for each of the twenty."""
    often = (3, 27, 50, 75, 99, 120)
    n = 1
    both = [page(n), page(n, Network.VK)]
    yield {"tenures": [holder(n, accounts=both)], "accounts": [page(n, Network.VK, kind=AccountKind.INSTITUTION)]}, [
        look(both[0], **opened("2021-10-12"), posts=published(both[0], *often, questions=18, replied=9)),
        look(both[1], **traced("2022-03-14"), posts=published(both[1], 4, 51, repost=1), subscribers=12480),
        look(page(n, Network.VK, kind=AccountKind.INSTITUTION)),
    ]
    n = 2
    mine = page(n)
    yield {"tenures": [holder(n, accounts=[mine])]}, [
        look(mine, **opened("2022-06-01"), posts=published(mine, 8, 30, 100, closed=3))
    ]
    n = 3
    mine = page(n)
    yield {"tenures": [holder(n, accounts=[mine])], "accounts": [page(n, Network.VK, kind=AccountKind.INSTITUTION)]}, [
        look(mine, **opened("2023-02-14"), posts=published(mine, 8, 30, 100, questions=9, replied=3)),
    ]
    n = 4
    mine = page(n, Network.VK)
    yield {"tenures": [holder(n, accounts=[mine])]}, [
        look(mine, **traced("2022-03-14"), posts=published(mine, 8, 30, 50, 60, questions=12, replied=12))
    ]
    n = 5
    yield {"tenures": [holder(n, searches=[search("2026-11-18")])]}, []
    n = 6
    mine = page(n)
    late = look(mine).model_copy(update={"exists": None, "cause": Cause.BLOCKED, "evidence": ()})
    yield {"tenures": [holder(n, accounts=[mine])]}, [late]
    n = 7
    yield {"tenures": [holder(n, since="2026-11-18", acting=True), holder(8, since="2019", until="2026-11-17")]}, []
    n = 8
    mine = page(n, Network.VK)
    yield {"tenures": [holder(n, accounts=[mine])]}, [
        look(mine, **traced("2018-09-05"), posts=published(mine, 1, *often, 140, 150, closed=9))
    ]
    n = 9
    mine = page(n, Network.VK)
    earliest = traced("2022-03-02")["opened_at"]
    yield {"tenures": [holder(n, accounts=[mine])]}, [
        look(mine, **traced("2022-08-03"), not_earlier_than=earliest, posts=published(mine, 20, 90, questions=4, replied=1))
    ]
    n = 10
    free = Exemption(
        by="губернатор вымышленной области",
        on=PartialDate.parse("2022-06-09"),
        reason="ведёт страницу учреждения",
        source="https://example.invalid/exempt",
    )
    yield {"tenures": [holder(n, exemptions=[free])]}, []
    yield {"tenures": [], "vacancies": [Vacancy(since=PartialDate.parse("2026-11-01"), source="https://example.invalid/v")]}, []
    n = 12
    mine = page(n, Network.VK)
    report_only = [report(on="2021-12-05", network=Network.VK)]
    yield {"tenures": [holder(n, reports=report_only)]}, []
    n = 13
    mine = page(n)
    yield {"tenures": [holder(n, accounts=[mine])]}, [
        look(mine, **opened("2021-12-20"), posts=published(mine, *range(2, 98, 6), questions=73, replied=47))
    ]
    for n, cause in ((14, Cause.PRIVATE), (15, Cause.PREVIEW_OFF), (16, Cause.THROTTLED)):
        mine = page(n, Network.VK if cause is Cause.PRIVATE else Network.TELEGRAM)
        seen = {"exists": True} if cause is not Cause.THROTTLED else {"exists": None}
        yield {"tenures": [holder(n, accounts=[mine])]}, [
            look(mine, cause=cause, **seen, posts_cause=cause, subscribers=None)
        ]
    yield {"tenures": [holder(17)]}, []
    n = 18
    mine = page(n)
    yield {"tenures": [holder(n, accounts=[mine])]}, [look(mine, **opened("2017-11-02"), posts=published(mine, -240))]
    n = 19
    mine = page(n)
    yield {"tenures": [holder(n, since="2026-08-20", accounts=[mine])]}, [
        look(mine, **opened("2022-03-30"), posts=published(mine, *often, questions=16, replied=10))
    ]
    n = 20
    mine = page(n, Network.VK)
    yield {"tenures": [holder(n, accounts=[mine])]}, [
        look(
            mine,
            **traced("2023-08-14"),
            not_earlier_than=traced("2023-05-10")["opened_at"],
            posts=published(mine, *often, closed=1, questions=23, replied=8),
        )
    ]


def _council() -> Iterator[tuple[dict[str, Any], list[Snapshot]]]:
    mine = page(31)
    yield {"tenures": [holder(31, accounts=[mine])]}, [look(mine, **opened("2023-02-01"), posts=published(mine, 5, 60))]
    yield {"tenures": [holder(32)]}, []


def sample_registry(*, places: bool = False) -> tuple[Registry, list[StoredSnapshot]]:
    """The invented registry with what was seen. With `places` the ids are those of the tile map's places."""
    ids = list(_PLACES) if places else [f"rayon-{n:02d}" for n in range(1, 21)]
    offices, seen = [], []
    for n, (fields, looks) in enumerate(_stories()):
        offices.append(
            Office(
                id=ids[n], municipality=f"{ORDINALS[n]} район", title="глава района", group=Group.MUNICIPAL_HEAD, **fields
            )
        )
        seen += looks
    for n, (fields, looks) in enumerate(_council(), start=1):
        title = f"депутат вымышленной думы, место {n}"
        offices.append(Office(id=f"duma-{n}", municipality="Вымышлен", title=title, group=Group.CITY_DUMA, **fields))
        seen += looks
    book = registry(*offices).model_copy(
        update={"policy": {k: v for k, v in _policy().items()}}
    )
    return book, [StoredSnapshot(str(WEEK), s, trusted=True) for s in seen]


def _policy() -> dict[str, Any]:
    return dict(DEFAULT_POLICY)


def controls(*, broken: bool = False) -> list[ControlResult]:
    """Controls of the two routes; with `broken`, Telegram's did not open."""
    outcome, cause = (Outcome.CANT_TELL, Cause.UNREACHABLE) if broken else (Outcome.PASSED, None)
    return [
        ControlResult(network=Network.VK, route=Route.VK, url="https://vk.com/id1", expected=True, outcome=Outcome.PASSED),
        ControlResult(
            network=Network.TELEGRAM,
            route=Route.TELEGRAM_PREVIEW,
            url="https://t.me/telegram",
            expected=True,
            outcome=outcome,
            cause=cause,
        ),
    ]


def sample_audit(
    lang: str = "ru", *, places: bool = False, broken: bool = False, previous: bool = True, synthetic: bool = True
) -> Audit:
    """The invented week as a document."""
    words = Catalogue(lang, TOMSK)
    book, seen = sample_registry(places=places)
    rows: dict[str, list[StoredSnapshot]] = {}
    for row in seen:
        rows.setdefault(row.snapshot.url, []).append(row)
    before = _before(make_audit(book, WEEK.shift(-1), NOW - timedelta(days=7), {}, words=words), lang) if previous else None
    return make_audit(
        book,
        WEEK,
        NOW,
        rows,
        words=words,
        controls=controls(broken=broken),
        vantage="машина А, без посредника",
        previous=_like(make_audit(book, WEEK, NOW, rows, words=words), before),
        synthetic=synthetic,
    )


def _like(now: Audit, before: Audit | None) -> Audit | None:
    """Last week as this one, but the fourth was late, and the sixth and the sixteenth could be seen."""
    if before is None:
        return None
    then = []
    for office in now.offices:
        n = now.offices.index(office) + 1
        verdict = {4: "failed", 6: "passed", 16: "passed", 20: "passed"}.get(n, office.verdict)
        then.append(office.model_copy(update={"verdict": verdict}))
    return before.model_copy(update={"offices": then})


def _before(audit: Audit, lang: str) -> Audit:
    assert audit.language == lang
    return audit


def hostile_audit() -> Audit:
    """The sample with strings that try to become markup, links and other directions of writing."""
    evil = '"><img src=x onerror=alert(1)></style><script>alert(2)</script>\u202egnp.exe{{7*7}}'
    audit = sample_audit()
    offices = []
    for office in audit.offices:
        holder_now = office.holder.model_copy(update={"name": evil, "sources": ["javascript:alert(3)"]}) if office.holder else None
        offices.append(
            office.model_copy(
                update={
                    "municipality": evil,
                    "title": evil,
                    "holder": holder_now,
                    "accounts": [a.model_copy(update={"url": "javascript:alert(4)"}) for a in office.accounts],
                    "posts": [p.model_copy(update={"url": "data:text/html,<script>alert(5)</script>"}) for p in office.posts],
                    "findings": [f.model_copy(update={"message": evil}) for f in office.findings],
                }
            )
        )
    return audit.model_copy(update={"offices": offices, "vantage": evil})


__all__ = ["hostile_audit", "sample_audit", "sample_registry"]
_ = (UTC, replace, CAUSES, Iterator)
