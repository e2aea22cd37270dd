"""The result of a replay as text: what was played, what differs, what rests on purged answers, what is missing."""

from typing import Any

import pytest

from auditor.audit.compare import Difference
from auditor.base.i18n import Translator
from auditor.base.snapshot import Route
from auditor.commands.replay_text import render_replay
from auditor.run.replay import MissingLook, Replay
from tests.cases import NOW, TOMSK, account, audit, office, tenure

TURNED = Difference("rayon-01", "longest_silence", "outcome", '"failed"', '"cantTell"')
AUDIT = audit(office(tenure(since="2020", accounts=[account()])))
GAP = Difference("rayon-01", "posts_per_week", "values.posts", "9", "4")
OF_ALL = Difference("", "", "summary.passed", "x" * 100, "\x1b[2J")
PURGED = MissingLook(Route.VK, "https://vk.com/perviy", "2026-W46", "purged")
OWN = MissingLook(Route.VK, "https://vk.com/perviy", "2026-W47", "purged")
DAMAGED = MissingLook(Route.VK, "https://vk.com/perviy", "2026-W47", "damaged", "its note is missing")


def text_of(lang: str = "en", **fields: Any) -> str:
    """Return what is printed of a replay of nine looks."""
    return render_replay(Replay(NOW, AUDIT, AUDIT, looks=9, **fields), Translator(lang, TOMSK))


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, ["replayed from the stored answers: 9 of 9.", "Equal: the stored audit was made again, value for value."]),
        ({"missing": (PURGED,)}, ["8 of 9.", "Equal:", "2026-W46: answers of it were purged"]),
        ({"missing": (OWN,)}, ["No value differs, but not everything could be replayed.", "Not replayed, or not"]),
        ({"missing": (DAMAGED,)}, ["No value", "2026-W47: a record is damaged or missing (its note is missing)"]),
        ({"registry_was_kept": False}, ["the one kept with the audit cannot be read.", "No value differs, but"]),
        ({"differences": (GAP,)}, ["1 value differs:", "  rayon-01 posts_per_week values.posts: 9 → 4"]),
        ({"differences": (GAP, OF_ALL)}, ["2 values differ:", f"  summary.passed: {'x' * 90} → "]),
        ({"rejudged": (GAP, TURNED)}, ["Judged by another version (", "would change: 1", "What was seen is equal:"]),
        ({"rejudged": (GAP,), "missing": (OWN,)}, ["would change: 0", "Of what was seen no value differs, but"]),
        ({"rejudged": (GAP,), "differences": (GAP,)}, ["Judged by another version (", "1 value differs:"]),
        ({"purged": (GAP, GAP)}, ["2 values rest on answers that were purged: those of the stored audit stand."]),
    ],
    ids=str,
)
def test_what_a_replay_comes_to_is_told(fields: dict[str, Any], sentences: list[str]) -> None:
    """Equal only where all that is the week's own was replayed; a line a difference or a look."""
    text = text_of(**fields)
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert ("Equal:" in text) is any("Equal:" in sentence for sentence in sentences)
    assert "\x1b" not in text
    assert len(text_of("ru", **fields).splitlines()) == len(text.splitlines())
