"""A search over networks in memory: two heads, their pages, and pages that are easily taken for one."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from auditor.archive import Archive
from auditor.registry.models import Control, Office, Registry
from auditor.search.scoring.record_pages import people_of, record_pages_for
from auditor.search.scout_runner import Budget
from auditor.search.scouts.scout import Scout
from auditor.search.search import AccountSearch, SearchResult, addresses_on_record, since_of
from tests.cases import registry
from tests.probes.tme_memory import NUMBER, Site, account, world_post
from tests.probes.vk_memory import FIRST_DAY, group, person, post
from tests.search.invented_people import REGION
from tests.search.memory_scouts import TELEGRAM_CONTROL, VK_CONTROL, Sites, VkWorld, preview_scout, site_scout, vk_scout

NOW = FIRST_DAY + timedelta(days=7)
DAY = timedelta(days=1)
SITE = "https://rayon.example/"
SECRETS = ("Посторонний", "тайна", "Чужой")
"""Words of pages that are no lead: none of them may be written down."""


def registry_of_two(
    anna: Sequence[Any] = (), boris: Sequence[Any] = (), name: str = "Имярек Анна Андреевна"
) -> Registry:
    """The registry, with accounts on record of the two."""

    def office(id: str, place: str, name: str, pages: Sequence[Any], **more: Any) -> Office:  # noqa: A002 - as there
        tenure = {"name": name, "since": "2021-12", "accounts": [{"kind": "personal", **page} for page in pages]}
        facts = {"title": "глава района", "group": "municipal_head", "tenures": [tenure], **more}
        return Office(id=id, municipality=place, **facts)

    body = [{"url": "https://vk.com/rayon1", "kind": "institution"}]
    first = office("anna", "Первый район", name, anna, accounts=body, website=SITE)
    controls = [VK_CONTROL, TELEGRAM_CONTROL, Control(url="https://t.me/nobody_at_all", exists=False)]
    registry_model = registry(first, office("boris", "Второй район", "Небылицын Борис Ильич", boris))
    return registry_model.model_copy(update={"controls": controls, "region": REGION})


def vk_pages() -> VkWorld:
    """The body's community, which names Anna's channel; her profile; one who says to be Boris; a stranger's."""
    wall_text = "Глава Первого района Имярек Анна Андреевна: t.me/opaque_anna"
    anna = person(5, first_name="Анна", last_name="Имярек", screen_name="anna_imyarek", site="t.me/opaque_anna")
    about = "Глава Второго района"
    boris = person(6, first_name="Борис", last_name="Небылицын", screen_name="nebylitsyn", status=about)
    stranger = person(66, first_name="Устин", last_name="Посторонний", screen_name="imyarek", status="тайна")
    body = group(101, screen_name="rayon1", name="Администрация Первого района")
    walls = {-101: [post(1, FIRST_DAY, -101, text=wall_text)], 5: [post(2, FIRST_DAY, 5)], 6: [post(3, FIRST_DAY, 6)]}
    return VkWorld([anna, boris, stranger], [body], walls)


def telegram_pages() -> Site:
    """Anna's channel, which links to her profile; one who bears Boris's name; strangers."""
    posts = [world_post(1, NOW - 20 * DAY), world_post(2, NOW - 2 * DAY, "Новость дня")]
    return Site(
        account("opaque_anna", title="Анна Имярек", description="Пишу сама.\nVK: vk.com/anna_imyarek", posts=posts),
        account("nebylitsyn", number=NUMBER + 2, title="Борис Небылицын", description="Пишу о рыбалке"),
        account("imyarek", "user", 77, title="Чужой Человек", description="тайна"),
        account("anna_imyarek", number=NUMBER + 3, title="Чужой канал", description="тайна"),
        now=NOW,
    )


@dataclass
class SearchWorld:
    """The networks, the registry and the archive's folder of some searches, one after another."""

    folder: Path
    vk: VkWorld = field(default_factory=vk_pages)
    telegram: Site = field(default_factory=telegram_pages)
    sites: Sites = field(default_factory=lambda: Sites({SITE: "<footer>vk.com/rayon1</footer>"}))
    registry: Registry = field(default_factory=registry_of_two)

    def search(
        self, *offices: str, at: datetime = NOW, requests: int | None = None, names: int = 20, **more: Any
    ) -> SearchResult:
        """Search for the heads of some offices, of all by default, as the command does, or `without` some scouts."""
        without, days = more.pop("without", ()), more.pop("days", 100)
        own = addresses_on_record(self.registry)
        on_telegram = preview_scout(self.telegram, *(a.name for a in own if a.network == "telegram"), trusted=False)
        all_scouts: list[Scout] = [site_scout(self.sites), vk_scout(self.vk, trusted=False), on_telegram]
        offices_sought = [office for office in self.registry.offices if not offices or office.id in offices]
        people = people_of(self.registry, offices_sought, date(2026, 11, 24))
        everybody = people_of(self.registry, self.registry.offices, date(2026, 11, 24))
        with Archive.open(self.folder) as archive, ExitStack() as ended:
            for scout in all_scouts:
                ended.callback(scout.close)
            run = archive.start_run(week="", command="discover", started_at=at, vantage="", tool_version="")
            scouts = [scout for scout in all_scouts if scout.name not in without]
            budget, since = Budget(requests=requests, one_by_one=names), since_of(self.registry, at, days)
            arguments = (archive, run, self.registry, people, everybody, scouts, lambda: at)
            search = AccountSearch(*arguments, budget=budget, since=since, **more)
            return search.run(record_pages_for(self.registry, people))


def leads(result: SearchResult) -> dict[str, list[tuple[str, str, bool]]]:
    """Of each office its leads: address, who says that it is the person's, whether above the line."""
    rows = {person_search.person.office.id: person_search.leads for person_search in result.searches}
    return {
        of: [(lead.url[8:], lead.provenance.value, lead.is_strong) for lead in person_leads]
        for of, person_leads in rows.items()
    }


def origins(result: SearchResult, office: str) -> dict[str, tuple[str, ...]]:
    """How each lead of an office came up, by its address."""
    people = (person_search for person_search in result.searches if person_search.person.office.id == office)
    return {lead.url[8:]: tuple(lead.sight.origins) for person_search in people for lead in person_search.leads}
