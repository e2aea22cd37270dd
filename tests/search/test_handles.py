"""Which addresses are tried for a person, and in which order; how words and places are written in Latin letters."""

from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.registry.models import Region
from auditor.search.scoring import regions
from auditor.search.scoring.handles import form_handles, guess_handles
from auditor.search.scoring.person_names import FullName
from auditor.search.scoring.spelling import spellings
from tests.search.invented_people import head

CYRILLIC = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя-", min_size=1, max_size=14)
NAME = st.lists(CYRILLIC, min_size=3, max_size=3).map(" ".join)


def names(name: str, count: int = 2_000, network: Network = Network.TELEGRAM, **words: str) -> list[str]:
    """The first names tried for an invented person in an invented district."""
    place = {"municipality": "Перванский район", "region": "Томская область"} | words
    return list(islice(form_handles(FullName.parse(name), network=network, **place), count))


FIRST = """
    pervakov70 pervakov imyarekpervakov itpervakov imyarek_pervakov ipervakov it_pervakov i_pervakov pervakovit
    pervakov_it pervakovimyarek pervakov_imyarek pervakov_70"""
NEXT = """pervakov_official imiarekpervakov imiarek_pervakov pervakovofficial pervakovi pervakov_pervansk pervakov_i
    imyarekpervakov70 pervakov_live imyarek_pervakov70 pervakovpervansk pervakovimiarek pervakov_imiarek pervakovlive
    pervakov_pervan"""


def test_the_likeliest_come_first() -> None:
    """By the shares of real ones: names alone and a region's number, then a word or a place; VK knows dots too."""
    assert names("Перваков Имярек Тестович", 28) == [*FIRST.split(), *NEXT.split()]
    assert names("Перваков Имярек Тестович", 14, Network.VK) == [*FIRST.split(), "imyarek.pervakov"]


WITHIN = {
    50: "imyarek_pervakov70 it_pervakov70 pervakov_it70 pervakov_live pervakovlive imyarekpervakov_official",
    100: "pervakov_70 imyarek_pervakov_70 pervakov_live pervakov_tomsk pervakov_i_t i_t_pervakov pervakov_imyarek_70",
    1_000: "pervakovimyarek_prv imyarek_pervakov_live it_pervakov_tomsk pervakov_live_ru tomsk_pervakov pervakovit_tsk",
}


def test_each_form_comes_within_as_many_names_as_its_share_deserves() -> None:
    """A region's number is as usual as any word; initials, short places and two marks are rarer, yet not left out."""
    tried = names("Перваков Имярек Тестович")
    late = {name: count for count, row in WITHIN.items() for name in row.split() if name not in tried[:count]}
    assert late == {}


MADE = """
    Перваков: pervakov pervakov70 pervakov_live pervakov_tomsk pervakov_pervan pervakov_per pervakov_tsk;
    Перваков Имярек: ipervakov pervakov_i imyarek_pervakov; Перваков Имярек-Али Тестович: imyarekali_pervakov;
    Перваков-Вторяков Имярек: pervakovvtoryakov pervakov imyarekvtoryakov; Pervakov Imyarek: imyarekpervakov i_pervakov;
    Перваков Имярек Тест оглы: itpervakov pervakov_it; Ью Имярек: imyarek_yu yu_live;
    Щецкий Имярек: schetskiy schetsky imyarekschetskiy"""


def test_every_name_gives_the_addresses_that_people_would_make_of_it() -> None:
    """Parts missing, double, foreign; nothing is made of a part that the registry lacks."""
    for name, expected in (row.strip().split(":") for row in MADE.split(";")):
        assert set(expected.split()) <= set(names(name)), name
    assert [name for name in ("", "—", "12", "王", "Ь") if names(name)] == []


@settings(max_examples=30)
@given(NAME | st.text(max_size=60), st.text(max_size=30), st.sampled_from(list(Network)))
def test_any_name_gives_addresses_that_a_network_allows_and_each_once(name: str, place: str, network: Network) -> None:
    """Five to thirty-two letters, digits, strokes; Telegram begins with a letter. Weights of spellings fall from 1."""
    tried = names(name, 120, network, municipality=place, region=place)
    assert len(tried) == len(set(tried))
    for text in tried:
        address = Address.parse(f"@{text}" if network is Network.TELEGRAM else f"vk.com/{text}")
        assert (address.network, address.name) == (network, text)
        assert 5 <= len(text) <= 32
    weighted = spellings(name)
    assert all(text.isascii() and text.isalpha() and text.islower() for text, _ in weighted)
    weights = [weight for _, weight in weighted]
    assert weights == sorted(weights, reverse=True)
    assert len(weighted) <= 13
    assert weights[:1] in ([], [1])


def test_candidates_end_and_words_that_a_network_keeps_for_itself_are_not_tried() -> None:
    """A budget without bounds is still spent some day; a number of VK's is nobody's choice."""
    for name in ("Перваков-Вторяков Имярек-Али Тестович", "Щ" * 5_000):
        assert len(names(name, 100_000)) <= 20_000
    assert "club70" not in names("Клуб Имярек", network=Network.VK)
    assert "share" not in names("Шаре Имярек")


def test_a_person_of_the_registry_is_asked_for_by_region() -> None:
    """One that is not in the list has its own number and words, and is no other; a registry may have none."""

    def tried(region: Region | None) -> list[str]:
        return list(islice(guess_handles(head("Перваков Имярек", "Перванский район", region=region), Network.VK), 400))

    handles = tried(Region(name="Небывалая область", code=7))
    assert {"pervakov07", "pervakov_nebyval", "pervakov_neb", "pervakov_pervan"} <= set(handles)
    assert "pervakov_nalchik" not in handles
    assert "pervakov_pervan" in tried(None)


SPELLED = """
    Хабцев habtsev habcev khabtsev khabcev; Щуксин schuksin schuxin shchuksin shchuxin shuksin shuxin;
    Юляй yulyay yuliay yulyai iulyay; Первальев pervaliev pervalyev pervalev; Тёстов testov tyostov;
    Имярекский imyarekskiy imyarexkiy imyareksky imyarexky; Виктор viktor victor; Первых pervyh pervykh pervih;
    Имярильин imyarilin imyarilyin"""


def test_how_a_word_is_spelled() -> None:
    """As schemes write it and as people do, likeliest first."""
    for word, *expected in (row.split() for row in SPELLED.split(";")):
        assert [text for text, _ in spellings(word)][: len(expected)] == expected


CODES = """
    Томская обл.=70; Ханты-Мансийский автономный округ — Югра=86; Республика Саха (Якутия)=14; Чувашская Республика=21;
    Республика Алтай=4; Алтайский край=22; г. Москва=77; =; Небывалая область=; Алтайский район=; область=; Северск="""


def test_the_number_of_a_region() -> None:
    """By any of its names, with or without what it is; a district of a region's name is none."""
    for name, code in (row.strip().split("=") for row in CODES.split(";")):
        assert str(regions.code_of(name) or "") == code, name


PLACES = """
    Перванский район//pervansk pervan per prv; Перваковский район//pervakovsk pervakov pervakovo per;
    Новый Тестов//nt novyytestov novyitestov testov nov nvt; //;
    городской округ Тестовск//testovsk tes; Перванский район/Томская область/pervansk pervan per prv tomsk tsk tmsk tom;
    Томская область/Томская область/tomsk tsk tmsk tom to"""


def test_how_a_place_is_written() -> None:
    """The district's own words before the region's, among them what an adjective may come from; weights fall."""
    for municipality, region, expected in (row.strip().split("/") for row in PLACES.split(";")):
        weighted = regions.place_words(municipality, region)
        assert [text for text, _ in weighted][: len(expected.split())] == expected.split()
        assert [round(weight, 2) for _, weight in weighted][:3] == [1, 0.5, 0.33][: len(weighted)]
