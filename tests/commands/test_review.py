"""`auditor review`: a key for each page that was found; each decision is written as it is made."""

import re
from collections.abc import Callable
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from auditor.base.i18n import Translator
from auditor.commands.review import _KEYS, _LETTERS
from auditor.registry import load_registry
from auditor.registry.models import Tenure
from tests.command import Done
from tests.commands.heads import NOW, SITE, heads
from tests.commands.typed import Person, Screen, typed


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return heads(tmp_path)


def reviewed(place: Path, *args: str, answer: Callable[[str], str | None]) -> Done:
    """Run ``auditor review``; of what was shown since the last question `answer` makes a line, or leaves by None."""
    screen, shown = Screen(), list[str]([""])

    def line() -> str | None:
        shown.append(screen.shown)
        return answer(shown[-1].removeprefix(shown[-2]))

    return typed("review", *args, *NOW, cwd=place, out=screen, answers=Person(line))


def answered(place: Path, *lines: str, who: str = "rayon-1") -> Done:
    """Run ``auditor review WHO`` with these answers in a row; then the input ends."""
    return reviewed(place, who, answer=Mock(side_effect=chain(lines, repeat(None))))


def tenures(place: Path) -> list[Tenure]:
    return [office.tenures[0] for office in load_registry(place / "officials.yaml").offices]


def pages(tenure: Tenure) -> dict[str, bool]:
    """The pages on record by name, and whether each is confirmed."""
    return {account.url.name: account.confirmed is not None for account in tenure.accounts}


def knowing(shown: str) -> str:
    """What somebody types who knows the right pages and reads the screen."""
    question = shown.splitlines()[-1]
    if question.endswith(": "):
        if "[" in question:
            return ""  # what is offered
        return "Имярек Г. Г." if "ublic" in question else "vk, telegram, ok, max" if "Networks" in question else SITE
    page = "".join(re.findall(r"https://\S+(?= · )", shown))
    return "y" if "pravda" in page else "n" if "chuzhoy" in page else "f"


def test_all_that_waits_is_decided(place: Path) -> None:
    """Right pages are confirmed, others rejected, and where there is none the search is on record."""
    done = reviewed(place, answer=knowing)
    assert (done.code, done.err) == (0, "")
    holders = tenures(place)
    assert list(map(pages, holders)) == [
        {"pravda_1": True, "chuzhoy": False},
        {"pravda_2": True},
        {"pravda_3": True, "chuzhoy": False},
        *({}, {}),
    ]
    searches = [[(search.found, search.by) for search in tenure.searches] for tenure in holders]
    assert searches == [[]] * 3 + [[("nothing", "Имярек Г. Г.")]] * 2
    assert re.findall(r"\d+", done.out.splitlines()[-1]) == ["7", "5"]
    assert re.findall(r"\[\d/5\]", done.out) == [f"[{n}/5]" for n in range(1, 6)]
    again = reviewed(place, answer=lambda _: None)
    assert (again.code, len(again.out.splitlines())) == (0, 1)


@pytest.mark.parametrize("leave", ["q", None, KeyboardInterrupt])
def test_it_can_be_left_anywhere_and_goes_on(place: Path, leave: Any) -> None:
    """What was decided is written, and it is said how much; the page that was being decided is asked about again."""
    answers = ["y", "", "", "n", "", "y", *[leave] * 9]  # the confirmation of the last is not answered whole
    done = reviewed(place, answer=Mock(side_effect=answers))
    assert (done.code, [len(tenure.accounts) for tenure in tenures(place)]) == (0, [2, 0, 0, 0, 0])
    assert re.findall(r"\d+", done.out.splitlines()[-1]) == ["2", "1"]
    again = reviewed(place, answer=lambda _: None).out
    assert "pravda_1" not in again
    assert "pravda_2" in again


def test_a_decision_can_be_taken_back(place: Path) -> None:
    """One key leads to the page before, as often as is wanted; what was decided of it is as if it had never been."""
    before = (place / "officials.yaml").read_bytes()
    done = answered(place, "y", "", "", "b", "l", "b", "b", "q")
    assert (place / "officials.yaml").read_bytes() == before
    asked = re.findall(r"https://t\.me/(\w+) · ", done.out)
    assert asked == ["pravda_1", "chuzhoy"] * 2 + ["pravda_1"] * 2
    assert re.findall(r"\d+", done.out.splitlines()[-1]) == ["0", "0"]
    again = answered(place, "y", "", "", "n", "")
    assert pages(tenures(place)[0]) == {"pravda_1": True, "chuzhoy": False}
    assert re.findall(r"\d+", again.out.splitlines()[-1]) == ["2", "1"]


def test_an_earlier_decision_is_taken_back_by_its_number(place: Path) -> None:
    """With the reason as a note; the page that was asked about is asked about again, and `b` takes that back too."""
    answered(place, "l", "n", "")
    done = answered(place, "u", "1", "страница всё же её", "q")
    assert re.search(r"(?m)^ +1 rejected on 25 Nov 2026: https://t.me/chuzhoy$", done.out)
    assert done.out.count("pravda_1 · ") == 2
    (account,) = tenures(place)[0].accounts
    assert account.lead
    assert "страница всё же её" in account.note
    answered(place, "l", "n", "", "b", "n", "", who="rayon-3")
    answered(place, "u", "1", "ошибка", "b", "q", who="rayon-3")
    assert pages(tenures(place)[2]) == {"chuzhoy": False}
    assert not tenures(place)[2].accounts[0].lead


@pytest.mark.parametrize("answers", [("u",), ("y", "", "", "u", "7"), ("y", "", "", "u", "1", "")])
def test_without_a_decision_a_number_or_a_reason_nothing_is_taken_back(place: Path, answers: tuple[str, ...]) -> None:
    """It is said in one line, and asked again."""
    done = answered(place, *answers, "q")
    assert done.out.count("  ! ") == 1
    assert pages(tenures(place)[0]) == ({"pravda_1": True} if len(answers) > 1 else {})


def test_what_somebody_else_wrote_since_is_not_taken_back(place: Path) -> None:
    """It is said in a line, and the present page is asked about again."""
    lines, book = iter(["y", "", "", "b", "q"]), place / "officials.yaml"

    def answer(_: str) -> str | None:
        line = next(lines)
        if line == "b":
            book.write_text(book.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
        return line

    done = reviewed(place, "rayon-1", answer=answer)
    assert pages(tenures(place)[0]) == {"pravda_1": True}
    assert (done.out.count("  ! "), done.out.count("chuzhoy · ")) == (1, 2)
    assert "# a remark" in book.read_text(encoding="utf-8")


def test_what_cannot_be_and_later_change_nothing(place: Path) -> None:
    """A confirmation without a source is refused in one line, and the page is asked about again."""
    before = (place / "officials.yaml").read_bytes()
    done = answered(place, "y", "", "", "l", "l", who="rayon-3")
    assert (place / "officials.yaml").read_bytes() == before
    assert len(re.findall(r"! .*--source", done.out)) == 1
    assert re.findall(r"https://t\.me/(\w+) · ", done.out) == ["pravda_3", "pravda_3", "chuzhoy"]


def test_a_page_found_by_hand_is_added(place: Path) -> None:
    """Where the search found none, and beside a page that waits, which is asked about again; the change is shown."""
    done = answered(place, "a", "@pravda_4", "названа на сайте района", SITE, who="rayon-4")
    assert pages(tenures(place)[3]) == {"pravda_4": True}
    assert re.search(r"(?m)^\+ .*pravda_4", done.out)
    done = answered(place, "a", "@pravda_5", "названа на сайте района", SITE, "n", "", "l")
    assert pages(tenures(place)[0]) == {"pravda_5": True, "pravda_1": False}
    assert done.out.count("pravda_1 · ") == 2


def test_nothing_found_ends_an_office(place: Path) -> None:
    """The pages that wait are not asked about; who searched is asked once."""
    answered(place, "f", "Имярек Г. Г.", "vk telegram", "", who="rayon-1")
    (search,) = tenures(place)[0].searches
    assert (search.by, list(search.networks)) == ("Имярек Г. Г.", ["vk", "telegram"])
    lines = chain(["f", "", "f", "ok, max", ""], repeat(None))  # without a network nothing is written
    reviewed(place, "rayon-4", "--by", "Имярек Д. Д.", answer=Mock(side_effect=lines))
    (search,) = tenures(place)[3].searches
    assert (search.by, list(search.networks)) == ("Имярек Д. Д.", ["ok", "max"])


def test_each_answer_is_checked_at_its_question(place: Path) -> None:
    """A wrong one is asked again, not the page; networks go by the names that people use."""
    answers = ["f", "Имярек Г. Г.", "вк, фейсбук", "ВК, телеграм", "искал", "в поиске ВК и телеграма по имени"]
    done = answered(place, *answers, who="rayon-4")
    (search,) = tenures(place)[3].searches
    assert (list(search.networks), search.how) == (["vk", "telegram"], "в поиске ВК и телеграма по имени")
    assert done.out.count("  ! ") == 2
    done = answered(place, "y", "названа на сайте района", "сайт", SITE, who="rayon-3")
    assert pages(tenures(place)[2]) == {"pravda_3": True}
    assert done.out.count("  ! ") == 1


def test_nothing_found_leads_to_the_next_office(place: Path) -> None:
    """Not to the next page of the same one: it was just said that none of them is the holder's."""
    done = reviewed(place, answer=Mock(side_effect=chain(["f", "Имярек Г. Г.", "vk", "", "q"], repeat(None))))
    assert re.findall(r"https://t\.me/(\w+) · ", done.out) == ["pravda_1", "pravda_2"]
    assert re.findall(r"\[\d/5\]", done.out) == ["[1/5]", "[2/5]"]


def test_an_office_that_nobody_holds_is_told(place: Path) -> None:
    """And one that was not searched is told how it is; one that has its page is shown and nothing is asked."""
    with (place / "officials.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {id: pusto, municipality: Пусто, title: глава, group: municipal_head}\n")
    done = answered(place, who="pusto")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "auditor next pusto" in done.err
    assert "auditor discover rayon-5" in " ".join(answered(place, "q", who="rayon-5").out.split())
    answered(place, "y", "", "", who="rayon-2")
    assert "Decide" not in answered(place, who="rayon-2").out
    assert "pravda_2" in answered(place, who="rayon-2").out


def test_letters_of_a_language_are_all_different() -> None:
    """Each key has a letter of its own, in Russian too: «н» is "no", and never "yes"."""
    letters = Translator("ru").gettext(_LETTERS).split(",")
    assert len(set(letters)) == len(_KEYS)
    assert dict(zip(_KEYS, letters, strict=True)).items() >= {"y": "д", "n": "н", "l": "п"}.items()
