"""What a comment asks (docs/dev/design.md, section 12): invented letters, quarrels, and what holds of any text."""

import csv
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.base.snapshot import Intent, Side
from auditor.language import classify
from auditor.language.engine import language
from auditor.language.minimise_text import RULES as VERSION
from auditor.language.rule_accuracy import MEASURED, MEASURED_RULES, Found
from auditor.language.words import has_text, has_words
from benchmarks import comments as benchmark
from tools import comment_rules

ROWS = benchmark.rows()
with (Path(__file__).parents[1] / "data" / "says.csv").open(encoding="utf-8", newline="") as file:
    SAYS = [row for row in csv.reader(file) if not row[0].startswith("#")][1:]
RULES = language().rules
NOT = [row.text for row in ROWS if classify(row.text).says is Intent.NOT and row.text != "ну и где"]
"""What asks nothing; «ну и где» would go on in the words that follow it."""
STATED = [text for text in NOT if "?" not in text and not classify(text).rule.startswith("rhetoric")]
HOLDER = ["Имярек Антон Антонович"]
ZAKHAR = ["Имярек Захар Захарович"]
BRIDGE = "когда починят мост?"


def rounded(share: benchmark.Share) -> Found:
    """A share as the method prints it."""
    return Found(*(round(value, 2) for value in (share.value, *share.interval)))


def test_the_printed_figures_are_of_rows_that_the_rules_were_not_written_from() -> None:
    """The method prints them, with their interval, so they may be no better than they are."""
    rows = benchmark.rows(benchmark.UNSEEN)
    pairs = [(row, (row.label, row.says())) for row in rows]
    whole = benchmark.measure(pair for _, pair in pairs)
    kinds = {kind: benchmark.measure(pair for row, pair in pairs if row.form == kind) for kind in benchmark.FORMS}
    assert (whole.rows, round(whole.unsure.value, 2)) == (MEASURED.rows, MEASURED.unsure)
    assert (rounded(whole.precision), rounded(whole.recall)) == (MEASURED.precision, MEASURED.recall)
    assert {kind: rounded(measured.recall) for kind, measured in kinds.items()} == {
        "letters": MEASURED.letters,
        "short": MEASURED.short,
        "bare": MEASURED.bare,
    }
    assert MEASURED_RULES == VERSION, "new rules need new rows that they were not written from"
    assert not {row.text for row in rows} & {row.text for row in ROWS}


def test_letters_are_read_well_and_quarrels_are_not_counted() -> None:
    """Of letters nine requests in ten are found, and few quarrels are taken for questions, few comments left open."""
    pairs = {where: [(row.label, row.says()) for row in ROWS if row.where == where] for where in ("civic", "news")}
    letters, quarrels = benchmark.measure(pairs["civic"]), [says for label, says in pairs["news"] if label == "not"]
    assert min(letters.recall.value, letters.precision.value) >= 0.95
    assert quarrels.count(Intent.ASKS) * 25 <= len(quarrels)
    assert benchmark.measure(pairs["civic"] + pairs["news"]).unsure.value <= 0.12


def test_each_rule_decides_its_example_and_the_table_of_rules_is_up_to_date() -> None:
    """docs/dev/comments.md is made from the rules: `python -m tools.comment_rules`."""
    decided = {code: classify(rule.example) for code, rule in RULES.items() if code != "addressee.reply"}
    assert decided == {code: (RULES[code].says, code) for code in decided}
    assert comment_rules.PAGE.read_text(encoding="utf-8") == comment_rules.page()


@pytest.mark.parametrize(("says", "text"), SAYS)
def test_what_asks_is_a_question_and_what_does_not_is_none(says: str, text: str) -> None:
    """Each row was read otherwise before, or keeps its neighbour from going too far."""
    assert classify(text).says == says


# Whom it addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "context", "says"),
    [
        (f"[id7|Фёкла], {BRIDGE}", {}, "not"),
        (f"[club7|Первый район], {BRIDGE}", {}, "asks"),
        ("[club7|Первый район], когда?", {"addressed": Side.CITIZEN}, "not"),
        (f"@nebyl_fekla {BRIDGE}", {}, "not"),
        (f"@nebyl_fekla {BRIDGE}", {"addressed": Side.OWNER}, "asks"),
        (f"@glava_rayona {BRIDGE}", {}, "asks"),
        (f"Фёкла, {BRIDGE}", {}, "not"),
        (f"Уважаемый глава, {BRIDGE}", {}, "asks"),
        (f"Имярек Первый, {BRIDGE}", {}, "asks"),
        (f"Антон Антонович, {BRIDGE}", {}, "asks"),
        ("Антон Антонович, а вы сами там были?", {}, "not"),
        (f"Антон, {BRIDGE}", {"names": HOLDER}, "asks"),
        (f"Борис Борисович, {BRIDGE}", {"names": HOLDER}, "not"),
        ("Здравствуйте, Захар Захарович! Сделайте дорогу на Мнимой", {"names": ZAKHAR}, "asks"),
        ("захар захарович где обещаная горка", {"names": ZAKHAR}, "asks"),
    ],
)
def test_whom_a_text_begins_with_is_asked(text: str, context: dict, says: str) -> None:
    """A citizen's mention or name comes first; the holder's name, an office or a known side of the owner asks."""
    assert classify(text, **context).says == says


# Any text ------------------------------------------------------------------------------------------------------------


def test_a_greeting_or_a_signature_makes_no_question() -> None:
    """Courtesy and smileys ask for nothing, and are courtesy however they are spelt."""
    for prefix in ("Здравствуйте! ", "Добрый день. ", "😊 ", "Доброго времени суток!\n"):
        for suffix in (" 😊", " С уважением, Имярек", "\nЗаранее спасибо", "))"):
            for text in NOT[::9]:
                assert {classify(prefix + text).says, classify(text + suffix).says} & {Intent.ASKS} == set(), text
    for typo in ("Здраствуте! ", "здрасте ", "спосибо, ", "Дообрый день. "):
        for text in STATED[::4]:
            assert {classify(typo + text).says, classify(f"{text} {typo}").says} & {Intent.ASKS} == set(), text


@given(st.text(max_size=300))
@example("İ")
def test_any_text_is_read_by_a_rule_of_the_table(text: str) -> None:
    """Nothing raises, what decided can be looked up, and words are always text."""
    reading = classify(text)
    assert RULES[reading.rule].says is reading.says
    assert has_text(text) or not has_words(text)


def test_a_smiley_is_text_and_no_words() -> None:
    """A comment of a smiley counts as one; an answer of a smiley is none; a sticker has no text."""
    assert [has_words(text) for text in ("Сделаем", "5")] == [True] * 2
    wordless = ("👍", "@a 👍", "[id1|Имярек], 👍", "https://example.org/a")
    assert {(has_text(text), has_words(text)) for text in wordless} == {(True, False)}
    assert {(has_text(text), has_words(text)) for text in (None, " \n")} == {(False, False)}


SLOW = (
    "а|?|прошу |когда, |«|@a |a.a-|8 |не |вы |ё\u0301\u0302\u0303|日本|\n|. |за что |Фёкла |http://|-|а?|漢?|Когда же? "
    "|когда |снег кто |зачем баню |а клуб откроют или нет |надо |кредит пишите "
)


def spent(texts: list[str]) -> float:
    """The seconds of this process that reading takes."""
    classify("прогрев")
    start = time.process_time()
    for text in texts:
        classify(text)
        has_words(text)
    return time.process_time() - start


@pytest.mark.parametrize("piece", ["[id1|", *SLOW.split("|")])
def test_a_text_made_to_be_slow_is_read_in_bounded_time(piece: str) -> None:
    """Whatever it repeats, and however long it is."""
    assert spent([piece * 10_000, "прошу " + piece * 1_000 + "?"]) < 1


@pytest.mark.parametrize("mark", [" ", "? "])
def test_words_that_no_dictionary_has_are_guessed_at_up_to_a_number(mark: str) -> None:
    """Each takes a third of a millisecond; 30 ms a text are meant, and the best of four new ones is looked at."""
    letters = [chr(ord("а") + n) for n in range(32)]
    texts = [
        mark.join(f"щ{left}ъ{right}ф" for left in letters[n : n + 8] for right in letters) for n in range(0, 32, 8)
    ]
    assert min(spent([text * 2]) for text in texts) < 0.06


def test_a_long_comment_asks_in_its_first_or_last_sentences() -> None:
    """What stands between hundreds of others is left unread; a sticker says nothing."""
    much = "Тихо. " * 700
    assert {classify("Когда починят мост? " + much).says, classify(much + "Когда починят мост?").says} == {Intent.ASKS}
    assert classify(much + "Когда починят мост? " + much).says is not Intent.ASKS
    assert classify(None) == classify("") == (Intent.NOT, "words.none")


def test_the_dictionary_and_the_words_are_loaded_at_the_first_comment() -> None:
    """Most commands read no comment: 0.1 s of patterns, 80 ms and 25 MB of words are not for them."""
    script = """import sys
from auditor.language import classify
from auditor.language.engine import language
assert 'pymorphy3' not in sys.modules and not language.cache_info().currsize
classify('когда починят мост')
assert 'pymorphy3' in sys.modules and language.cache_info().currsize"""
    subprocess.run([sys.executable, "-c", script], check=True)
