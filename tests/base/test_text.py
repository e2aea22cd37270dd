"""Sentences: what is stored of one is its id and parameters, from which it is said again in any language."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from auditor.base.text import Sentence, Text, params_to_json, shorten, text_from_json, verbatim

POSTS = Sentence("toy.posts", "{n} post until {until}", "{n} posts until {until}")
LATE = Sentence("toy.late", "late: {posts}")
KNOWN = {sentence.id: sentence for sentence in (POSTS, LATE)}
NOON = datetime(2026, 11, 22, 12, 0, 1, tzinfo=UTC)


def test_a_sentence_is_said_with_its_id_and_its_count() -> None:
    """Only a plural one has a count, and only of a whole number."""
    several = POSTS.fill(n=3, until=NOON)
    assert (several.message, several.plural, several.count, several.id) == (POSTS.message, POSTS.plural, 3, "toy.posts")
    assert POSTS.fill(n="?", until=NOON).count is None
    assert LATE.fill(posts=1, n=5).count is None


def test_a_text_shows_itself_in_english() -> None:
    """As an exception's own words."""
    assert str(Text("{who}: {n} of {n}", {"who": "имярек", "n": 2})) == "имярек: 2 of 2"
    assert str(verbatim("{n} сказано")) == "{n} сказано"


def test_what_is_stored_of_a_sentence_says_it_again() -> None:
    """Moments to the second in UTC, days as they are written, sentences within sentences."""
    inner = POSTS.fill(n=2, until=datetime(2026, 11, 22, 19, 0, 1, 5, tzinfo=ZoneInfo("Asia/Tomsk")))
    stored = params_to_json({"posts": inner, "day": date(2026, 11, 2), "share": 0.5, "nobody": None})
    assert stored == {
        "posts": {"message_id": "toy.posts", "params": {"n": 2, "until": "2026-11-22T12:00:01Z"}},
        "day": "2026-11-02",
        "share": 0.5,
        "nobody": None,
    }
    read = text_from_json("toy.late", stored, KNOWN)
    assert read.params == {"posts": POSTS.fill(n=2, until=NOON), "day": "2026-11-02", "share": 0.5, "nobody": None}
    assert text_from_json("toy.late", {"list": [1]}, KNOWN).params == {"list": None}


def test_a_sentence_that_is_not_known_is_shown_as_its_id() -> None:
    """And one without an id is never stored."""
    assert str(text_from_json("toy.gone", {"n": 1}, KNOWN)) == "toy.gone"
    assert str(text_from_json("toy.late", {"posts": {}}, KNOWN)) == "late: "
    with pytest.raises(ValueError, match="passing"):
        params_to_json({"why": Text("passing")})


def test_a_long_text_is_cut_visibly() -> None:
    """To so many characters, the ellipsis among them."""
    assert [shorten("абвг", most) for most in (5, 4, 3)] == ["абвг", "абвг", "аб…"]
