"""The feed and the post: a week in a few lines, for those who do not open the report."""

from datetime import date
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.audit.document import Audit
from auditor.registry.remarks import Withdrawal
from auditor.report.feed import MAX_ENTRIES, FeedEntry, feed, summary_lines
from auditor.report.post import MAX_CHARACTERS as LONGEST_POST
from auditor.report.post import post
from auditor.report.site import SiteOptions
from auditor.report.week_facts import WeekFacts, frame_facts, week_facts
from tests.audit_samples import remarked, sample_audit
from tests.report.read_report import RU

FACE = SiteOptions(address="https://example.invalid/r")


def facts(audit: Audit, **fields: Any) -> WeekFacts:
    changed = audit.model_copy(update=fields)
    return week_facts(changed, {changed.week: changed}, RU)


def week_of(audit: Audit, **fields: Any) -> FeedEntry:
    of_week = facts(audit, **fields)
    return FeedEntry(of_week, None, summary_lines(of_week, RU))


def entries(*weeks: FeedEntry, face: SiteOptions = FACE) -> tuple[str, list[LexborNode]]:
    """The feed's own id, and its entries."""
    parsed = LexborHTMLParser(feed(weeks, face, RU).decode())
    return parsed.css_first("id").text(), parsed.css("entry")


def part(entry: LexborNode, name: str) -> str:
    return entry.css_first(name).text().strip()


def test_an_entry_keeps_its_id_and_is_as_new_as_what_was_said_of_it_last() -> None:
    """Through a move of the feed, a correction of the week and its withdrawal.

    An invented feed is another, and so is one of the same directive that is made from another archive.
    """
    audit = sample_audit()
    own, (first,) = entries(week_of(audit))
    withdrawal = Withdrawal(week=audit.week, on=date(2026, 11, 26), reason="Ошибка.")
    gone = FeedEntry(frame_facts(audit, RU), withdrawal, [])
    early = week_of(audit, first_as_of=audit.week_ends)
    updated = ["2026-11-24T05:00:00Z", "2026-11-24T17:00:00Z", "2026-11-25T17:00:00Z"]  # days begin in its zone
    for week, when in zip((early, week_of(remarked(audit)), gone), updated, strict=True):
        feed_id, (entry,) = entries(week, face=SiteOptions())
        assert (feed_id, part(entry, "id"), part(entry, "updated")) == (own, part(first, "id"), when)
    assert [part(entries(week)[1][0], "published")[8:10] for week in (early, week_of(audit))] == ["22", "24"]
    assert entries(week_of(audit, synthetic=False))[0] != own
    other_newsroom, (theirs,) = entries(week_of(audit, archive="b" * 64))
    assert other_newsroom != own
    assert part(theirs, "id") != part(first, "id")
    assert part(entries(week_of(audit, week="2026-W46"))[1][0], "id") != part(first, "id")


def test_an_entry_leads_to_the_page_of_its_week() -> None:
    """And the feed to the newest; both with the folder's address where it has one."""
    audit = sample_audit()
    weeks = [week_of(audit), week_of(audit, week="2026-W46")]
    for face, base in ((FACE, "https://example.invalid/r/"), (SiteOptions(), "")):
        parsed = LexborHTMLParser(feed(weeks, face, RU).decode())
        links = [link.attributes["href"] for link in parsed.css("link[rel=alternate]")]
        assert links == [f"{base}index.html", f"{base}2026-W47/index.html", f"{base}2026-W46/index.html"]


def test_a_feed_holds_half_a_year() -> None:
    """Readers keep the older ones themselves."""
    week = week_of(sample_audit())
    assert len(entries(*[week] * (MAX_ENTRIES + 3))[1]) == MAX_ENTRIES == 26


@pytest.mark.parametrize("repeat", [1, 40, 400])
def test_a_post_is_never_longer_than_a_messenger_takes(repeat: int) -> None:
    """Names go first with their reasons, then most of them, then all; the figures stay."""
    audit = sample_audit()
    longer = audit.map_offices(lambda o: o.model_copy(update={"municipality": " ".join([o.municipality] * repeat)}))
    written = post(facts(longer), FACE, RU)
    assert written[-1] == "\n"
    assert len(written) <= LONGEST_POST
    assert f"✕ не соблюдено — {audit.summary.failed}" in written
    assert ("Третий" in written) is (repeat == 1)


def test_a_short_post_names_everybody_with_reasons() -> None:
    """And leads to the report; one that can be no shorter is cut."""
    audit = sample_audit()
    few = [o for o in audit.offices if o.id in {"rayon-03", "rayon-06"}]
    written = post(facts(audit, offices=few), FACE, RU)
    assert "Третий (" in written
    assert "Шестой (" in written
    assert f"https://example.invalid/r/{audit.week}/index.html" in written
    endless = post(facts(audit), SiteOptions(address="https://example.invalid/" + "r" * 2000), RU)
    assert (len(endless), endless[-1]) == (LONGEST_POST, "\n")


def test_a_post_keeps_what_bounds_it_before_any_name() -> None:
    """The sentence of what is not visible and the alarm of a week without a look stay without a single name."""
    audit = sample_audit().model_copy(update={"looked": False})
    longer = audit.map_offices(lambda o: o.model_copy(update={"municipality": "Очень длинный " * 40}))
    written = post(facts(longer), FACE, RU)
    assert "не видны" in written
    assert "! На этой неделе страницы не проверялись" in written
    assert "Очень" not in written
