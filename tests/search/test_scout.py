"""What all scouts have in common: of a response each takes what it needs while this is reduced, and nothing else."""

import pickle

from auditor.search.scouts.scout import ScoutResult
from tests.probes.tme_memory import CONTROL, NOW, Site, landing, with_markup
from tests.probes.vk_memory import FIRST_DAY, person, post
from tests.search.memory_scouts import (
    TELEGRAM_CONTROL,
    Sites,
    VkWorld,
    any_page,
    preview_scout,
    site_scout,
    vk,
    vk_scout,
)
from tests.search.test_telegram_client import TelegramSearch, channel, scout_of

WORDS = "slova_zhitelya"
HOME = "https://rayon.example/"


def results() -> list[ScoutResult]:
    """Return what each scout makes of a response in which somebody's words stand where no scout has to look."""
    world = VkWorld(users=[person(5, quotes=WORDS)])
    world.walls[5] = [post(1, FIRST_DAY, 5, text="Мост открыт", signer=WORDS)]
    site = Site()
    site.instead[f"/{CONTROL}"] = with_markup(landing(name=CONTROL), f"<!-- {WORDS} -->")
    home = f"<html><body><script>{WORDS}</script><a href='https://vk.com/glava5'>Глава</a></body></html>"
    return [
        vk_scout(world).read(vk("glava5"), FIRST_DAY, any_page),
        preview_scout(site, trusted=False).control(TELEGRAM_CONTROL),
        site_scout(Sites({HOME: home})).read(HOME, NOW, any_page),
        scout_of(TelegramSearch([channel(1, color=WORDS)])).search("Имярек", any_page),
    ]


def test_no_result_of_a_scout_holds_what_came() -> None:
    """Neither its records nor its pages and passages, which are in memory until the search ends."""
    for result in results():
        assert result.responses
        assert WORDS.encode() not in pickle.dumps(result)
        assert not [response for response in result.responses if hasattr(response, "raw_body")]
