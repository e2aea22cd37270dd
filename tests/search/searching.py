"""A search over networks in memory: two heads, their pages, and pages that are easily taken for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from auditor.archive import Archive
from auditor.registry.models import Control, Office, Registry
from auditor.search.scoring.record_pages import people_of, sources_for
from auditor.search.scout_runner import Budget
from auditor.search.scouts.scout import Scout
from auditor.search.search import AccountSearch, SearchResult, records, since_of
from tests.cases import registry
from tests.probes.tme import NUMBER, Site, account, placed
from tests.probes.vk_memory import FIRST_DAY, group, person, post
from tests.search.people import REGION
from tests.search.scouting import TELEGRAM_CONTROL, VK_CONTROL, Sites, VkWorld, preview_scout, site_scout, vk_scout

NOW = FIRST_DAY + timedelta(days=7)
DAY = timedelta(days=1)
SITE = "https://rayon.example/"
SECRETS = ("Посторонний", "тайна", "Чужой")
"""Words of pages that are no lead: none of them may be written down."""


def book(anna: Sequence[Any] = (), boris: Sequence[Any] = (), name: str = "Имярек Анна Андреевна") -> Registry:
    """The registry, with accounts on record of the two."""

    def office(id: str, place: str, name: str, pages: Sequence[Any], **more: Any) -> Office:  # noqa: A002 - as there
        tenure = {"name": name, "since": "2021-12", "accounts": [{"kind": "personal", **one} for one in pages]}
        facts = {"title": "глава района", "group": "municipal_head", "tenures": [tenure], **more}
        return Office(id=id, municipality=place, **facts)

    body = [{"url": "https://vk.com/rayon1", "kind": "institution"}]
    first = office("anna", "Первый район", name, anna, accounts=body, website=SITE)
    controls = [VK_CONTROL, TELEGRAM_CONTROL, Control(url="https://t.me/nobody_at_all", exists=False)]
    both = registry(first, office("boris", "Второй район", "Небылицын Борис Ильич", boris))
    return both.model_copy(update={"controls": controls, "region": REGION})


def vk_pages() -> VkWorld:
    """The body's community, which names Anna's channel; her profile; one who says to be Boris; a stranger's."""
    told = "Глава Первого района Имярек Анна Андреевна: t.me/opaque_anna"
    anna = person(5, first_name="Анна", last_name="Имярек", screen_name="anna_imyarek", site="t.me/opaque_anna")
    about = "Глава Второго района"
    boris = person(6, first_name="Борис", last_name="Небылицын", screen_name="nebylitsyn", status=about)
    stranger = person(66, first_name="Устин", last_name="Посторонний", screen_name="imyarek", status="тайна")
    body = group(101, screen_name="rayon1", name="Администрация Первого района")
    walls = {-101: [post(1, FIRST_DAY, -101, text=told)], 5: [post(2, FIRST_DAY, 5)], 6: [post(3, FIRST_DAY, 6)]}
    return VkWorld([anna, boris, stranger], [body], walls)


def telegram_pages() -> Site:
    """Anna's channel, which links to her profile; one who bears Boris's name; strangers."""
    said = [placed(1, NOW - 20 * DAY), placed(2, NOW - 2 * DAY, "Новость дня")]
    return Site(
        account("opaque_anna", title="Анна Имярек", description="Пишу сама.\nVK: vk.com/anna_imyarek", posts=said),
        account("nebylitsyn", number=NUMBER + 2, title="Борис Небылицын", description="Пишу о рыбалке"),
        account("imyarek", "user", 77, title="Чужой Человек", description="тайна"),
        account("anna_imyarek", number=NUMBER + 3, title="Чужой канал", description="тайна"),
        now=NOW,
    )


@dataclass
class World:
    """The networks, the registry and the archive's folder of some searches, one after another."""

    folder: Path
    vk: VkWorld = field(default_factory=vk_pages)
    telegram: Site = field(default_factory=telegram_pages)
    sites: Sites = field(default_factory=lambda: Sites({SITE: "<footer>vk.com/rayon1</footer>"}))
    registry: Registry = field(default_factory=book)

    def search(
        self, *offices: str, at: datetime = NOW, requests: int | None = None, names: int = 20, **more: Any
    ) -> SearchResult:
        """Search for the heads of some offices, of all by default, as the command does, or `without` some scouts."""
        without, days = more.pop("without", ()), more.pop("days", 100)
        own = records(self.registry)
        on_telegram = preview_scout(self.telegram, *(a.name for a in own if a.network == "telegram"), trusted=False)
        every: list[Scout] = [site_scout(self.sites), vk_scout(self.vk, trusted=False), on_telegram]
        some = [one for one in self.registry.offices if not offices or one.id in offices]
        people = people_of(self.registry, some, date(2026, 11, 24))
        everybody = people_of(self.registry, self.registry.offices, date(2026, 11, 24))
        with Archive.open(self.folder) as archive:
            run = archive.start_run(week="", command="discover", started_at=at, vantage="", tool_version="")
            scouts = [scout for scout in every if scout.name not in without]
            budget, since = Budget(requests=requests, one_by_one=names), since_of(self.registry, at, days)
            asked = (archive, run, self.registry, people, everybody, scouts, lambda: at)
            search = AccountSearch(*asked, budget=budget, since=since, **more)
            return search.run(sources_for(self.registry, people))


def leads(found: SearchResult) -> dict[str, list[tuple[str, str, bool]]]:
    """Of each office its leads: address, who says that it is the person's, whether above the line."""
    rows = {one.person.office.id: one.leads for one in found.people}
    return {of: [(x.url[8:], x.provenance.value, x.is_strong) for x in some] for of, some in rows.items()}


def origins(found: SearchResult, office: str) -> dict[str, tuple[str, ...]]:
    """How each lead of an office came up, by its address."""
    people = (one for one in found.people if one.person.office.id == office)
    return {x.url[8:]: tuple(x.sight.origins) for one in people for x in one.leads}
