"""Which addresses are tried for a person, and how many real ones that finds."""

import time
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.registry.holders import Holder
from auditor.registry.models import Group, Office, Region, Tenure
from auditor.search.weighing import regions
from auditor.search.weighing.handles import candidates, form
from auditor.search.weighing.lead import Person
from auditor.search.weighing.names import FullName
from auditor.search.weighing.spelling import spellings
from benchmarks import addresses as benchmark

CYRILLIC = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя-", min_size=1, max_size=14)
NETWORKS = st.sampled_from([Network.TELEGRAM, Network.VK])


def names(name: str, count: int = 2_000, network: Network = Network.TELEGRAM, **words: str) -> list[str]:
    """The first names tried for an invented person in an invented district."""
    place = {"municipality": "Перванский район", "region": "Томская область"} | words
    return list(islice(form(FullName.parse(name), network=network, **place), count))


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[benchmark.Row]:
    """The real addresses with the place of each among its candidates."""
    return benchmark.measured(shared / "facts" / "handles.csv")


class TestRealAddresses:
    """Of 49 addresses of officials, 43 can be formed."""

    def test_most_are_among_the_first_seventy(self, rows: list[benchmark.Row]) -> None:
        """Over all rows, those that no pattern can form among them."""
        assert benchmark.share(rows, 10) >= 0.35
        assert benchmark.share(rows, 50) >= 0.7
        assert benchmark.share(rows, 70) >= 0.75
        assert benchmark.share(rows, 1_000) >= 0.85

    def test_what_cannot_be_formed_is_named_and_not_fitted(self, rows: list[benchmark.Row]) -> None:
        """A number that VK gave, letters typed thrice, digits of somebody's taste, an initial that no registry has."""
        missed = {row.pattern for row in rows if row.rank is None}
        assert {"opaque", "initials+surname+filler", "initials+digits+place", "surname+initials"} <= missed


class TestOrder:
    """Best first, by how often such addresses are met."""

    def test_the_commonest_forms_come_first(self) -> None:
        """Names alone and the region's number are within the first forty."""
        first = names("Перваков Имярек Тестович", 40)
        assert {"pervakov", "imyarekpervakov", "imyarek_pervakov", "i_pervakov", "pervakovit", "pervakov70"} <= set(
            first
        )

    def test_vk_prefers_whole_names_and_knows_dots(self) -> None:
        """Telegram has none."""
        vk, telegram = (names("Перваков Имярек Тестович", 300, n) for n in (Network.VK, Network.TELEGRAM))
        assert {"imyarek.pervakov", "i.pervakov"} <= set(vk)
        assert not [name for name in telegram if "." in name]
        assert vk.index("imyarekpervakov") < vk.index("ipervakov")

    def test_the_place_stands_after_the_name_in_full_and_short(self) -> None:
        """The municipality's own name and the region's."""
        tried = names("Перваков Имярек")
        assert {"pervakov_tomsk", "pervakov_pervan", "pervakov_per", "pervakov_tsk"} <= set(tried)

    def test_a_place_outside_the_list_of_regions_still_gives_words_and_its_own_number(self) -> None:
        """The registry's code serves where the region's name is not known."""
        every = form(FullName("Перваков"), municipality="Небывалый район", region="Небывалая область", code=7)
        tried = list(islice(every, 300))
        assert {"pervakov07", "pervakov_nebyval", "pervakov_neb"} <= set(tried)
        assert "pervakov_nalchik" not in tried, "the number alone makes it no other region"


class TestNames:
    """Names as registries have them: parts missing, double, foreign."""

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Перваков", {"pervakov", "pervakov70", "pervakov_live"}),
            ("Перваков Имярек", {"ipervakov", "pervakov_i", "imyarek_pervakov"}),
            ("Перваков-Вторяков Имярек", {"pervakovvtoryakov", "pervakov", "imyarekvtoryakov"}),
            ("Перваков Имярек-Али Тестович", {"imyarekali_pervakov", "imyarekpervakov"}),
            ("Перваков Имярек Тест оглы", {"itpervakov", "pervakov_it"}),
            ("Pervakov Imyarek", {"imyarekpervakov", "i_pervakov"}),
            ("Первяльев Имярек", {"pervyalyev"}),
            ("Ью Имярек", {"imyarek_yu", "yu_live"}),
            ("Щецкий Имярек", {"schetskiy", "schetsky", "imyarekschetskiy"}),
        ],
    )
    def test_every_such_name_gives_addresses(self, name: str, expected: set[str]) -> None:
        """Those that people would make of it among them, from no part that the registry lacks."""
        assert expected <= set(names(name))

    @pytest.mark.parametrize("name", ["", " ", "—", "12", "王", "Ь"])
    def test_a_name_without_a_letter_to_write_gives_nothing(self, name: str) -> None:
        """Nothing is guessed of nobody."""
        assert names(name) == []

    @given(st.text(max_size=60), st.text(max_size=30), NETWORKS)
    def test_any_text_gives_addresses_or_none_and_never_an_error(self, name: str, place: str, network: Network) -> None:
        """For any name that a registry can hold."""
        for tried in names(name, 50, network, municipality=place, region=place):
            assert Address.parse(f"https://{'t.me' if network is Network.TELEGRAM else 'vk.com'}/{tried}").name == tried

    @settings(max_examples=30)
    @given(CYRILLIC, CYRILLIC, CYRILLIC, NETWORKS)
    def test_every_candidate_is_an_address_once_and_always_in_the_same_place(
        self, family: str, first: str, patronymic: str, network: Network
    ) -> None:
        """The network's own rules hold: five to thirty-two letters, digits, strokes; Telegram begins with a letter."""
        name = f"{family} {first} {patronymic}"
        tried = names(name, 120, network)
        assert len(tried) == len(set(tried))
        assert tried == names(name, 120, network)
        for text in tried:
            assert 5 <= len(text) <= 32
            assert text == text.lower()
            address = Address.parse(f"@{text}" if network is Network.TELEGRAM else f"vk.com/{text}")
            assert (address.network, address.name) == (network, text)

    @pytest.mark.parametrize("name", ["Перваков", "Перваков-Вторяков Имярек-Али Тестович", "Щ" * 5_000])
    def test_candidates_end(self, name: str) -> None:
        """A budget without bounds is still spent some day."""
        assert len(names(name, 100_000)) <= 20_000

    def test_words_that_a_network_keeps_for_itself_are_not_tried(self) -> None:
        """A family name may be one, and a number of VK's is nobody's choice."""
        tried = names("Клуб Имярек", network=Network.VK)
        assert "club70" not in tried
        assert "share" not in names("Шаре Имярек")

    def test_a_person_of_the_registry_is_asked_for_by_region(self) -> None:
        """What the registry holds is what `form` is given."""
        office = Office(id="x", municipality="Перванский район", title="глава района", group=Group.MUNICIPAL_HEAD)
        tenure = Tenure(name="Перваков Имярек")
        person = Person(
            office,
            Holder(tenure, (tenure,), None),
            FullName.parse(tenure.name),
            Region(name="Небывалая область", code=70),
            date(2022, 6, 1),
        )
        found = list(islice(candidates(person, Network.TELEGRAM), 300))
        assert "pervakov70" in found

    def test_a_thousand_cost_milliseconds(self) -> None:
        """The candidates of twenty heads are ready before the first request is answered."""
        names("Перваков Имярек Тестович")
        begun = time.perf_counter()
        names("Вторяков Имярек Тестович")
        assert time.perf_counter() - begun < 0.5  # a few in truth; a busy machine is allowed much


class TestSpellings:
    """How a word is written in Latin letters."""

    @pytest.mark.parametrize(
        ("word", "expected"),
        [
            ("Хабцев", {"habtsev", "khabtsev", "habcev", "khabcev"}),
            ("Щуксин", {"schuksin", "shchuksin", "shuksin", "schuxin"}),
            ("Юляй", {"yulyay", "iulyay"}),
            ("Первальев", {"pervalyev", "pervaliev", "pervalev"}),
            ("Имярекский", {"imyarekskiy", "imyareksky", "imyarekski"}),
            ("Первых", {"pervyh", "pervykh", "pervih"}),
            ("Тёстов", {"testov", "tyostov"}),
        ],
    )
    def test_the_usual_spellings_are_among_the_first(self, word: str, expected: set[str]) -> None:
        """Those of schemes, and those of people."""
        assert expected <= {text for text, _ in spellings(word)}

    @given(st.text(max_size=80))
    def test_spellings_are_latin_letters_best_first(self, word: str) -> None:
        """Of any text; weights fall from 1."""
        found = spellings(word)
        assert all(text.isascii() and text.isalpha() and text.islower() for text, _ in found)
        assert [weight for _, weight in found] == sorted((weight for _, weight in found), reverse=True)


class TestRegions:
    """The subjects of the federation and their words."""

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("Томская область", 70),
            ("Томская обл.", 70),
            ("Ханты-Мансийский автономный округ — Югра", 86),
            ("Ханты-Мансийский автономный округ - Югра", 86),
            ("Республика Саха (Якутия)", 14),
            ("Чувашская Республика", 21),
            ("Республика Алтай", 4),
            ("Алтайский край", 22),
            ("Московская область", 50),
            ("г. Москва", 77),
            ("Кемеровская область", 42),
        ],
    )
    def test_a_region_is_found_by_any_of_its_names(self, name: str, code: int) -> None:
        """With or without what it is."""
        assert regions.code_of(name) == code

    @pytest.mark.parametrize("name", ["", "Небывалая область", "Алтайский район", "область", "Северск"])
    def test_what_is_no_region_is_none(self, name: str) -> None:
        """Nor is a district of a region's name."""
        assert regions.code_of(name) is None

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Перванский район", {"pervan", "pervansk", "per"}),
            ("Тестовский район", {"testovsk", "testov", "tes"}),
            ("Новый Тестов", {"nt", "testov"}),
            ("городской округ Тестовск", {"testovsk", "tes"}),
        ],
    )
    def test_short_forms_follow_from_the_name(self, name: str, expected: set[str]) -> None:
        """Of districts and towns alike."""
        assert expected <= {text for text, _ in regions.places(name, "")}
