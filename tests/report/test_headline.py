"""The headline: how many meet the directive, how many do not, of how many it is not known, wherever it stands."""

from typing import Any

import pytest

from auditor.audit.document import Audit, Summary
from auditor.report.post import post
from auditor.report.site import SiteOptions
from auditor.report.week_facts import week_facts
from tests.audit_samples import sample_audit
from tests.pages import folder, summary
from tests.report.read_report import EN, RU, page, text_of

SENTENCES = [
    ({"passed": 3, "cantTell": 9, "untested": 8}, "соблюдено у 3 из 20. Не соблюдено ни у кого. О 17 пока неизвестно."),
    ({"passed": 18, "failed": 1, "untested": 1}, "у 18 из 20. Не соблюдено у одного. Об одном пока неизвестно."),
    ({"passed": 7, "failed": 2, "cantTell": 11}, "у 7 из 20. Не соблюдено у 2. Об 11 пока неизвестно."),
    (
        {"passed": 19, "inapplicable": 1},
        "у 19 из 20. Не соблюдено ни у кого. Известно обо всех. К одному не применяется.",
    ),
    ({"failed": 15, "inapplicable": 5}, "у 0 из 20. Не соблюдено у 15. Известно обо всех. К 5 не применяется."),
]


def counted(**counts: Any) -> Audit:
    """The invented week with other counts of its outcomes."""
    return sample_audit().model_copy(update={"summary": Summary(bound=20, **counts)})


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(("counts", "sentence"), SENTENCES)
def test_all_numbers_stand_wherever_the_headline_does(counts: dict[str, int], sentence: str) -> None:
    """In the heading, the preview, the feed, the post and the terminal: never the number of those who comply alone."""
    audit = counted(**counts)
    files = folder([audit], RU)
    home = page(files, "index.html")
    assert sentence in plain(text_of(home.css_first("h1"))).replace(" .", ".")
    assert sentence in plain(home.css_first("meta[name=description]").attributes["content"] or "")
    facts = week_facts(audit, {audit.week: audit}, RU)
    for text in (files["feed.xml"].decode(), post(facts, SiteOptions(), RU), summary(audit, RU)):
        assert sentence in plain(text)


def test_the_english_headline_counts_the_same() -> None:
    """All numbers, too."""
    audit = counted(passed=3, cantTell=9, untested=8)
    sentence = "The directive is met by 3 of 20. Not met by: nobody. Not yet known: 17."
    assert sentence in plain(summary(audit, EN))


def test_what_is_not_known_is_hatched() -> None:
    """The bar of a week is not empty where nothing is known: it would read as a failure."""
    drawn = page(folder([counted(passed=3, cantTell=17)], RU), "index.html").css_first(".measures svg.weeks")
    hatched = [part for part in drawn.css("rect") if part.attributes.get("fill") == "url(#hatch)"]
    assert [part.attributes["height"] for part in hatched] == ["17.0"]
