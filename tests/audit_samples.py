"""An invented week: twenty districts and a council that between them show every outcome and many causes."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from auditor.audit.document import Audit, AuditedCorrection, AuditedFinding, AuditedOffice, AuditedStatement
from auditor.audit.localise import localise
from auditor.audit.make_audit import StoredAudits, WeekRuns, make_audit
from auditor.base.address import Address
from auditor.base.i18n import Translator
from auditor.base.snapshot import Comment, ControlResult, Evidence, Network, Post, Route, RunSnapshot, Snapshot
from auditor.base.weeks import PartialDate
from auditor.language.sketch import reply_sketch
from auditor.registry.models import Account, AccountKind, Confirmation, Exemption, Office, Registry, Tenure, Vacancy
from auditor.registry.policy import default_policy
from tests.cases import NOW, TOMSK, WEEK, by_page, opened, registry, report, search, tenure

ORDINALS = [
    "Первый", "Второй", "Третий", "Четвёртый", "Пятый", "Шестой", "Седьмой", "Восьмой", "Девятый", "Десятый",
    "Одиннадцатый", "Двенадцатый", "Тринадцатый", "Четырнадцатый", "Пятнадцатый", "Шестнадцатый", "Семнадцатый",
    "Восемнадцатый", "Девятнадцатый", "Двадцатый",
]  # fmt: skip
GIVEN = ["Анна Андреевна", "Борис Борисович", "Вера Викторовна", "Глеб Глебович", "Дарья Денисовна"]
ANSWERS = (
    "Фонарь у дома 5 починили вчера, бригада Вымышленных сетей.",
    "Разберёмся до 25 ноября и напишем здесь.",
    "С этим вопросом обратитесь в управляющую компанию.",
    "Ваше обращение принято, благодарим за неравнодушие.",
    "Подскажите адрес и номер подъезда.",
    "Ваше обращение принято, благодарим за неравнодушие!",
)
"""Invented; two of them have the same words."""
OFTEN = (3, 27, 50, 75, 99, 120)

SKETCHES = tuple(map(reply_sketch, ANSWERS))
"""What is kept of them in place of their words."""

TELEGRAM = (Network.TELEGRAM, Route.TELEGRAM_PREVIEW)
Story = tuple[dict[str, Any], list[Snapshot]]


def page(number: int, network: Network = Network.TELEGRAM, kind: AccountKind = AccountKind.PERSONAL) -> Account:
    """A page of the office with this number; a personal one is confirmed."""
    name = f"rayon{number:02d}_{'glava' if kind is AccountKind.PERSONAL else 'adm'}"
    proof = Confirmation(on=date(2026, 11, 2), how="письмо пресс-службы", sources=["https://example.invalid/letter"])
    return Account(url=Address(network, name), kind=kind, confirmed=proof if kind is AccountKind.PERSONAL else None)


def evidence(account: Account, seen_at: datetime) -> tuple[Evidence, ...]:
    """One answer of each kind."""
    prefix = f"ev-{account.url.name}-{account.network.value[0]}"
    common = {"url": account.url.url, "status": 200}
    digests = [dict.fromkeys(("sha256", "stored_sha256"), f"{n:02x}" * 32) for n in range(4)]
    return tuple(
        Evidence(id=f"{prefix}{n}", kind=kind, fetched_at=seen_at + timedelta(minutes=n), **common, **digests[n])
        for n, kind in enumerate(("profile", "opening", "posts", "comments"))
    )


def look(account: Account, **fields: Any) -> Snapshot:
    """A page seen whole; `fields` say what differs."""
    telegram = account.network is Network.TELEGRAM
    seen_at = NOW - timedelta(hours=6)
    base: dict[str, Any] = {
        "network": account.network,
        "route": TELEGRAM[1] if telegram else Route.VK,
        "url": account.url.url,
        "taken_at": seen_at,
        "exists": True,
        "kind": "channel" if telegram else "profile",
        "id": 1500000000,
        "subscribers": 8727,
        "register_link": False,
        "evidence": evidence(account, seen_at),
    }
    return Snapshot(**(base | fields))


def published(account: Account, *hours: float, closed: int = 0, repost: int = 0, **talk: int) -> tuple[Post, ...]:
    """Posts at so many hours from the week's start; the first takes the comments with their replies."""
    return tuple(
        Post(
            id=n + 1,
            at=WEEK.starts + timedelta(hours=h),
            url=f"{account.url.url}/{n + 1}",
            repost=n >= len(hours) - repost,
            sketch=f"{account.url.name}-{n}",
            has_media=False,
            has_five_words=True,
            says_answers=False,
            comments_state="closed" if n < closed else "open",
            comments=thread(h, **talk) if n == 0 and not closed else (),
        )
        for n, h in enumerate(hours)
    )


def thread(
    hours: float, questions: int = 0, replied: int = 0, unsure: int = 0, reports: int = 0
) -> tuple[Comment, ...]:
    """Questions an hour apart, each next reply nine hours later; then what is unsure, and what reports a problem."""
    first = WEEK.starts + timedelta(hours=hours + 1)
    kinds = ["asks"] * questions + ["unsure"] * unsure + ["reports"] * reports
    written = [
        Comment(
            id=n + 1, at=first + timedelta(hours=n % (questions or 1)), side="citizen", author=n + 1, says=says, rules=2
        )
        for n, says in enumerate(kinds)
    ]
    replies = (
        Comment(id=100 + n, at=q.at + timedelta(hours=1 + 9 * n), side="owner", reply_to=q.id, sketch=SKETCHES[n % 6])
        for n, q in enumerate(written[:replied])
    )
    return (*written, *replies)


def holder(number: int, *accounts: Account, **fields: Any) -> Tenure:
    """Who holds the office with this number."""
    fields_of_tenure = {"since": "2020-09", "accounts": list(accounts)} | fields
    return tenure(f"Имярек {GIVEN[number % len(GIVEN)]}", **fields_of_tenure)


def one_page(number: int, network: Network, opening: dict[str, Any], *hours: float, **more: Any) -> Story:
    """An office with one page: when it was opened, and the week's posts."""
    mine = page(number, network)
    since = {"since": more.pop("since")} if "since" in more else {}
    shut = {"page_comments": "closed"} if more.get("closed") == len(hours) else {}
    looks = [look(mine, **opening, **shut, posts=published(mine, *hours, **more))]
    if shut:  # known only where a look before the posts saw it, too
        looks.insert(0, look(mine, **opening, **shut, taken_at=WEEK.starts, posts_since=WEEK.starts))
    return {"tenures": [holder(number, mine, **since)]}, looks


def hidden(number: int, network: Network, cause: str, *, exists: bool | None = None) -> Story:
    """An office whose one page could not be seen."""
    mine = page(number, network)
    fields = {"cause": cause, "posts_cause": cause, "subscribers": None, "evidence": ()}
    return {"tenures": [holder(number, mine)]}, [look(mine, exists=exists, **fields)]


def no_page(number: int, **fields: Any) -> Story:
    """An office without a page on record."""
    return {"tenures": [holder(number, **fields)]}, []


def two_networks(number: int) -> Story:
    """Both networks, an institution's page, more than 10,000 subscribers."""
    telegram, vk, office = page(number), page(number, Network.VK), page(number, Network.VK, AccountKind.INSTITUTION)
    looks = [
        look(telegram, **opened("2021-10-12"), posts=published(telegram, *OFTEN, questions=18, replied=9)),
        look(vk, **traced("2022-03-14"), posts=published(vk, 4, 51, repost=1), subscribers=12480),
        look(office),
    ]
    return {"tenures": [holder(number, telegram, vk)], "accounts": [office]}, looks


def traced(text: str) -> dict[str, Any]:
    """An oldest trace at a local time."""
    return opened(text) | {"opened_precision": "not_later_than"}


def stories() -> list[Story]:
    """One story for each of the twenty, and two seats that the directive does not bind."""
    telegram, vk = Network.TELEGRAM, Network.VK
    exempt = Exemption(
        by="губернатор вымышленной области",
        on=PartialDate.parse("2022-06-09"),
        reason="ведёт страницу учреждения",
        source="https://example.invalid/exempt",
    )
    vacant = Vacancy(since=PartialDate.parse("2026-11-01"), source="https://example.invalid/vacancy")
    newcomer = [holder(7, since="2026-11-18", acting=True), holder(8, since="2019", until="2026-11-17")]
    return [
        two_networks(1),
        one_page(2, telegram, opened("2022-06-01"), 8, 30, 100, closed=3),
        one_page(3, telegram, opened("2023-02-14"), 8, 30, 100, questions=9, replied=3, unsure=3, reports=2),
        one_page(4, vk, traced("2022-03-14"), 8, 30, 50, 60, questions=12, replied=12),
        no_page(5, searches=[search("2026-11-18")]),
        hidden(6, telegram, "blocked"),
        ({"tenures": newcomer}, []),
        one_page(8, vk, traced("2018-09-05"), 1, *OFTEN, 140, 150, closed=9),
        one_page(9, vk, traced("2022-08-03"), 20, 90, questions=4, replied=1),
        no_page(10, exemptions=[exempt]),
        ({"tenures": [], "vacancies": [vacant]}, []),
        no_page(12, reports=[report(on="2021-12-05", network=vk)]),
        one_page(13, telegram, opened("2021-12-20"), *range(2, 98, 6), questions=73, replied=47, unsure=9, reports=14),
        hidden(14, vk, "private", exists=True),
        hidden(15, telegram, "preview_off", exists=True),
        hidden(16, telegram, "throttled"),
        no_page(17),
        one_page(18, telegram, opened("2017-11-02"), -240),
        one_page(19, telegram, opened("2022-03-30"), *OFTEN, since="2026-08-20", questions=16, replied=10),
        one_page(20, telegram, opened("2023-08-14"), *OFTEN, closed=1, questions=23, replied=8),
        one_page(31, telegram, opened("2023-02-01"), 5, 60),
        no_page(32),
    ]


def _office(number: int, fields: dict[str, Any]) -> Office:
    if number <= len(ORDINALS):
        named = {"municipality": f"{ORDINALS[number - 1]} район", "title": "глава района"}
        return Office(id=f"rayon-{number:02d}", group="municipal_head", **named, **fields)
    seat = number - len(ORDINALS)
    named = {"municipality": "Вымышлен", "title": f"депутат вымышленной думы, место {seat}"}
    return Office(id=f"duma-{seat}", group="city_duma", **named, **fields)


def sample_registry() -> tuple[Registry, dict[str, list[RunSnapshot]]]:
    """The invented registry and what was seen."""
    made = stories()
    offices = (_office(number, fields) for number, (fields, _) in enumerate(made, start=1))
    book = registry(*offices).model_copy(update={"policy": dict(default_policy())})
    return book, by_page(
        RunSnapshot(str(WEEK), snapshot, comments_readable=True) for _, looks in made for snapshot in looks
    )


@cache
def sample_audit(lang: str = "ru", *, previous: bool = True) -> Audit:
    """The invented week as a document, made once; last week's was like it, but for a few offices."""
    book, rows = sample_registry()
    where = (Network.VK, Route.VK, "https://vk.com/id1"), (*TELEGRAM, "https://t.me/telegram")
    controls = [
        ControlResult(network=network, route=route, url=url, expected=True, outcome="passed")
        for network, route, url in where
    ]

    def made(before: Audit | None) -> Audit:
        runs = WeekRuns(controls=controls, vantage="машина А, без посредника", synthetic=True)
        document = make_audit(book, WEEK, NOW, rows, runs, StoredAudits(previous=before))
        return localise(document, Translator(lang, TOMSK))

    return made(_week_before(made(None))) if previous else made(None)


def _week_before(audit: Audit) -> Audit:
    """The first was below the benchmark of posts, the eighteenth was not.

    Of the third, the fourth and the twentieth less was known; the sixth and the sixteenth could be seen.
    """
    then = {2: "cantTell", 3: "cantTell", 5: "passed", 15: "passed", 19: "passed"}
    posts = {0: "failed", 17: "passed", 5: "passed", 15: "passed"}
    offices = [
        o.model_copy(update={"verdict": then.get(n, o.verdict), "findings": _turned(o, posts.get(n))})
        for n, o in enumerate(audit.offices)
    ]
    return audit.model_copy(update={"week": str(WEEK.shift(-1)), "offices": offices})


def _turned(office: AuditedOffice, posts: str | None) -> list[AuditedFinding]:
    """The office's findings, with another outcome of its posts in the week."""
    mine = [f for f in office.findings if posts and f.check == "posts_per_week" and f.account is None]
    return [f.model_copy(update={"outcome": posts, "cause": None}) if f in mine else f for f in office.findings]


def remarked(audit: Audit) -> Audit:
    """`audit` with a statement, three corrections of it and an address to write to; all invented."""
    statement = AuditedStatement(
        week=audit.week,
        text="Страницу в другой сети вели с января 2022 года.\nСсылку на публикацию пришлём.",
        who="Имярек Глеб Глебович",
        on=date(2026, 11, 20),
        until=date(2026, 12, 18),
        source="письмо, https://example.invalid/letter-17",
    )
    third, first = audit.offices[2], audit.offices[0]
    fixed = [
        {"text": "опечатка в источнике порога"},
        {"office": third.id, "check": "opened_by_deadline", "text": "Внесена более ранняя запись."},
        {"office": first.id, "check": "comments_answered", "text": "Ответ отнесён иначе."},
    ]
    when = {"week": audit.week, "on": date(2026, 11, 25)}
    corrections = [AuditedCorrection(number=n, **when, **correction) for n, correction in enumerate(fixed, start=4)]
    offices = [o.model_copy(update={"statements": [statement]}) if o is third else o for o in audit.offices]
    contact = "пресс-служба проверки, pochta@example.invalid, https://example.invalid/contact"
    return audit.model_copy(update={"offices": offices, "corrections": corrections, "version": 4, "contact": contact})
