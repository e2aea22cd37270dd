"""For the holder counts whatever was ever seen: what was edited, another route's, a doubted look's (section 5)."""

from typing import Any

import pytest

from auditor.base.links import leads_to_register
from auditor.base.snapshot import Weight
from auditor.checks.never_red import unreachable_reds
from auditor.registry.models import RecordedSearch
from auditor.registry.policy import default_policy
from tests.cases import account, case, day, judge_office, search, tenure
from tests.fairness.talk import answered, channel, post, question, questions, written
from tests.rules import rule_rows
from tests.rules.rule_rows import CLIENT, CLOSED, elsewhere, in_office, later, weighed

FIVE = post(1, *questions(5))
SHUT = tuple(post(n, hours=100 + n, comments_state=CLOSED) for n in (1, 2))
"""Posts of Friday: a look of Tuesday comes too late to know whether they were open at first."""
BEFORE, AFTER = day(60), later(hours=36)


def page_says(
    word: str | None, at: object, *page_posts: object, weight: Weight = Weight.FULL, **fields: object
) -> object:
    """Return a look with the page's own word on comments."""
    return weighed(channel(*page_posts, page_comments=word, at=at, **fields), weight)


ROUND = (page_says("closed", BEFORE), page_says("closed", AFTER, *SHUT))
OPENED = {
    "by a doubted look": page_says("open", day(80), weight=Weight.FAVOURABLE_ONLY),
    "by a doubted look after the posts": page_says("open", day(120), weight=Weight.FAVOURABLE_ONLY),
    "by the other route": page_says("open", day(120), route=CLIENT),
    "by a full look": page_says("open", day(80)),
}


@pytest.mark.parametrize("look", OPENED.values(), ids=OPENED.keys())
def test_that_all_may_comment_counts_as_seen_open_whoever_saw_it(look: Any) -> None:
    """«That all may comment counts as seen open», of any look between the two that saw the page shut."""
    assert judge_office("comments_open", case([in_office()], *ROUND)).outcome == "failed"
    assert judge_office("comments_open", case([in_office()], *ROUND, look)).outcome == "cantTell"


@pytest.mark.parametrize("weight", [Weight.FULL, Weight.FAVOURABLE_ONLY])
def test_a_post_that_said_that_it_answers_counts_though_it_was_edited(weight: Weight) -> None:
    """To delete it would take nothing from the holder either."""
    said, edited = (post(2, hours=60, says_answers=says) for says in (True, False))
    looks = weighed(channel(FIVE, said, at=day(180)), weight), channel(FIVE, edited)
    assert answered(*looks).outcome == "cantTell"
    assert answered(channel(FIVE, edited)).outcome == "failed"


@pytest.mark.parametrize("weight", [Weight.FULL, Weight.FAVOURABLE_ONLY])
def test_pictures_that_were_taken_away_since_were_there(weight: Weight) -> None:
    """Three captions under three pictures stay three publications."""
    caption = {"sketch": "подпись", "has_five_words": False}
    with_pictures, without = ([post(n, hours=n, has_media=m, **caption) for n in (1, 2, 3)] for m in (True, False))
    look = weighed(rule_rows.channel(*rule_rows.OLD, *with_pictures, at=day(170)), weight)
    finding = judge_office("posts_per_week", case([in_office()], look, rule_rows.channel(*rule_rows.OLD, *without)))
    assert (finding.outcome, finding.values.distinct) == ("passed", 3)


def test_the_newest_full_reading_counts_by_whatever_record_it_was_read() -> None:
    """Comments that were edited into remarks ask nothing, though the record changed and changed back."""
    edited = tuple(c.model_copy(update={"says": "not"}) for c in questions(5))
    sides = case([in_office()]).sides_digest
    looks = channel(FIVE, at=day(180), sides=sides), channel(post(1, *edited), sides="other")
    assert answered(*looks).outcome != "failed"


def test_of_two_comments_in_one_second_the_other_routes_is_that_which_says_the_same() -> None:
    """Four questions are four, though a remark of the same second was deleted before the other route looked."""
    others = [question(n, 20 + n) for n in (1, 2, 3)]
    remark, fourth = written(10, "citizen", 30, says="not"), question(11, 30)
    moved = [c.model_copy(update={"id": c.id + 1000}) for c in (*others, fourth)]
    looks = channel(post(1, *others, remark, fourth), at=day(180)), channel(post(1, *moved), route=CLIENT)
    assert answered(*looks).values["questions"] == 4


def test_staff_on_another_network_recognises_nobody_on_a_vk_wall() -> None:
    """Else a community without any id of the holder's would be red for another's post that was deleted."""
    vk = rule_rows.vk_page()
    telegram = account().model_copy(update={"staff": [123]})
    wall = {"kind": "community", "id": -77}
    looks = (
        rule_rows.channel(*rule_rows.OLD),
        rule_rows.profile(*rule_rows.OLD, at=day(100), unattributed=(day(50),), **wall),
        rule_rows.profile(*rule_rows.OLD, unattributed=(), **wall),
    )
    assert judge_office("posts_per_week", case([in_office(telegram, vk)], *looks)).cause == "unproved_identity"


@pytest.mark.parametrize("text", ["короче.сайт/abc", "ссылка.онлайн/1", "перечень.бел/1", "клик.орг", "новое.имя/abc"])
def test_a_cyrillic_address_is_a_link_without_a_scheme_too(text: str) -> None:
    """«No list is complete»: before a path any name may be a host."""
    assert leads_to_register([f"Номер в перечне: {text}"]) is None
    assert leads_to_register(["Приём: ул.Ленина, д.5, т.е. в центре; и/или по телефону"]) is False


def test_what_one_organisation_repeats_is_one_question() -> None:
    """As a citizen's is."""
    asks = {"says": "asks", "organisation": True, "author": 5}
    twice = written(1, "unknown", 20, **asks), written(2, "unknown", 30, same_as=1, **asks)
    assert answered(channel(post(1, *twice))).values["organisation_questions"] == 1


def test_a_page_on_another_network_is_a_page() -> None:
    """A confirmed page on OK is on record: nobody is told that there is none."""
    holder = in_office().model_copy(update={"listed": [elsewhere()]})
    assert judge_office("posts_per_week", case([holder])).message.id == "office.page_elsewhere"


def test_a_holder_of_whom_only_the_planned_end_is_known_is_named() -> None:
    """The name is on record: what is missing is a date that tells of the present."""
    finding = judge_office("posts_per_week", case([tenure(until="2027-09", accounts=[account()])]))
    assert (finding.cause, finding.message.id) == ("stale_holder", "office.undated_holder")


@pytest.mark.parametrize("found", ["nothing", "Nothing", "ничего", " НИЧЕГО "])
def test_nothing_is_nothing_in_either_language(found: str) -> None:
    """Else a search that found no page would be an open lead for ever."""
    assert RecordedSearch.model_validate(search("2026-11-18").model_dump() | {"found": found}).found_nothing


NEVER = [("quiet_days", ["01-01..12-31"], "quiet_days"), ("late_look_days", 0, "late_look_days is 0")]


@pytest.mark.parametrize(("key", "value", "words"), NEVER)
def test_a_red_that_no_week_reaches_is_told(key: str, value: Any, words: str) -> None:
    """Holidays all the year round, and looks that count for an instant."""
    policy = default_policy() | {key: default_policy()[key].model_copy(update={"value": value})}
    assert any(words in str(sentence) for sentence in unreachable_reds(policy))
    assert unreachable_reds(default_policy()) == []
