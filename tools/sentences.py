"""Write every sentence of a finding as a lawyer would read it: `python -m tools.sentences`.

Writes docs/dev/sentences.md from the catalogue of checks and `SEEN`; `tests/checks/test_sentences.py` holds that it is
up to date and that no sentence is missing here.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auditor.base.i18n import Translator
from auditor.base.snapshot import Outcome
from auditor.base.text import Text
from auditor.checks import catalogue
from auditor.checks.definition import Check, sentences

TABLE = Path(__file__).parent.parent / "docs" / "dev" / "sentences.md"
_HEAD = """# What each sentence rests on

Each sentence that a finding can say about a person, as that person's lawyer would read it: what had to be seen for it
to be said, and what it does not say. Made by `python -m tools.sentences` from the catalogue of checks: a sentence that
is not explained here fails a test. **Red** marks those that a finding with the outcome `failed` can say; every other
sentence accompanies `passed`, `cantTell`, `inapplicable` or `untested` alone.

No sentence names a citizen, a motive or a breach of law. Places in braces are filled with figures and days of the
looks, with addresses, or with words of the registry, which have a source there.
"""

RED = frozenset(
    {
        "account_exists.gone",
        "account_exists.not_found",
        "comments_answered.counted",
        "comments_open.closed",
        "longest_silence.last_post",
        "longest_silence.none_since",
        "opened_by_deadline.dated",
        "opened_by_deadline.not_found",
        "posts_per_week.copies",
        "posts_per_week.counted",
        "register_link.not_seen",
    }
)
"""The sentences of a finding that failed."""
_PART = ("A part of other sentences", "—")
_OURS = "Anything about the person or the page: the obstacle is on our side or on the way"
_NO_QUESTION = "That nobody asked in another place, or that nothing was deleted"
_BEFORE_LOOK = "That nothing was posted and deleted before the first look"
_SOURCES = ("The dates of the sources in the registry", "That somebody else holds the office")
_SEARCH = (
    "A recorded search after the last day on VK, Telegram, Odnoklassniki and MAX (a neutral one may be left out); no "
    "press report, no open lead"
)

SEEN: Mapping[str, tuple[str, str]] = {
    "account_confirmed.confirmed": (
        "A person's entry in the registry, with its day and reason",
        "That the network says so",
    ),
    "account_confirmed.stale": ("The confirmation is older than the policy allows", "That the page is another's now"),
    "account_exists.gone": (
        (
            "The network's own word about the page's number on that day, and in every look since; every other page of "
            "the person is gone too, or there is none"
        ),
        "Who removed it, and why",
    ),
    "account_exists.moved": ("The page's number is seen under another address", "Who renamed it, and why"),
    "account_exists.not_found": (_SEARCH, "That there is no page"),
    "account_exists.there": ("The page opened, under the number that was confirmed", "Who writes there"),
    "cause.banned": ("The network's word that it has blocked the page", "Why, and whether it will come back"),
    "cause.blocked": ("A block page or a captcha came", _OURS),
    "cause.contradiction": ("Two answers of the network cannot both be true", "That anything is missing"),
    "cause.control_failed": ("A page known to exist, or known not to, came out otherwise", _OURS),
    "cause.gone": ("The network's word about the page's number", "Who removed it, and why"),
    "cause.no_credentials": ("No key is set, or it is refused this question", _OURS),
    "cause.no_threshold": ("The figures that stand beside it", "That they are good or bad"),
    "cause.not_at_address": ("The name is free, or another page's", "That the page is gone: it may have moved"),
    "cause.preview_off": ("The channel's landing page without its posts", "Why it is switched off"),
    "cause.private": ("The network says that the page is closed", "Why it is closed"),
    "cause.refused": ("The network's refusal", "Why; nor anything about the page"),
    "cause.seen_late": ("The look came long after the week", "What could be seen in that week"),
    "cause.stale": ("The confirmation is too old, or what was seen has been purged", _OURS),
    "cause.stale_holder": _SOURCES,
    "cause.throttled": ("The network's answer that too much was asked", _OURS),
    "cause.too_little_data": ("Less than what the check needs", "What a fuller look would show"),
    "cause.unproved_identity": (
        (
            "An answer by somebody who is not on record: an organisation, a name like the page's, one who asks nothing "
            "and answers several others"
        ),
        "That it is, or is not, the person's",
    ),
    "cause.unreachable": ("No answer came", _OURS),
    "cause.unrecognised_page": ("An answer in a form that the program does not know", _OURS),
    "cause.wall_off": ("The network says that the page has no wall", "Why it is switched off"),
    "cause.wrong_kind": ("The network's word on what is at the address", "That there is no channel elsewhere"),
    "comments_answered.closed": (
        "The network said of each post looked at that it is closed",
        "Why; nor how it was earlier",
    ),
    "comments_answered.counted": (
        (
            "All threads of the window, up to the look. Red only where as many questions of as many people as the "
            "policy says, on one network, have waited three times the time for a reply, none was answered, and since "
            "the first of them nobody but citizens has written under any post, nobody who asks nothing has replied in "
            "five words, and no post says that the page answers people"
        ),
        "That nobody answered: it may have been in private, by telephone, elsewhere, or be deleted",
    ),
    "comments_answered.few": (
        "All threads of the window; fewer questions or people than a verdict needs, or one that is not certain",
        "That the rest were answered elsewhere, or were not",
    ),
    "comments_answered.organisations": ("All threads of the window; only organisations asked", _NO_QUESTION),
    "comments_answered.record_changed": (
        "All threads of the window; who answers for the person was changed on record since some were read",
        "That somebody answered, or that nobody did",
    ),
    "comments_answered.who_answered": (
        "An answer by somebody who is not on record, or by a citizen who asks nothing where all else is silence",
        "That it is, or is not, the person's",
    ),
    "comments_answered.young": (
        "All threads of the window; too few of the questions are old enough on one network",
        "That the rest were answered elsewhere, or were not",
    ),
    "comments_answered.no_questions": ("All threads of the window; each comment as the rules read it", _NO_QUESTION),
    "comments_open.closed": (
        (
            "The network's word on the posts counted, within two days of each or before and after it. Red only where "
            "these are at least two and half of the week's, and none was ever seen open"
        ),
        "Who closed them, and why; nor how it was before the look; nor anything about the other posts",
    ),
    "comments_open.closed_later": (
        "A look later than two days after the post saw it closed",
        "That it was closed at first; nor who closed it",
    ),
    "comments_open.known_open": (
        "A thread, the network's word or a citizen's comment under each post counted",
        "That every post of the week is open",
    ),
    "comments_open.no_posts": ("A week's wall read whole", "That none was deleted before the look"),
    "days": _PART,
    "longest_silence.last_day": ("The wall or channel, on all pages of the person", "That it was the only one"),
    "longest_silence.last_post": (
        "The time from that post to the end, read whole on every page of the person's where it is red",
        _BEFORE_LOOK,
    ),
    "longest_silence.none_since": (
        "All pages read whole, from the day on which his time or the page began",
        _BEFORE_LOOK,
    ),
    "look.not_yet": ("No look at the page is stored", _OURS),
    "network.max": _PART,
    "network.neutral": ("An entry of the directive with its day and source", "That the page is, or is not, there"),
    "network.ok": _PART,
    "network.other": _PART,
    "network.press": _PART,
    "network.telegram": _PART,
    "network.vk": _PART,
    "office.elsewhere": (
        "A page or a report in the registry of a network on which nothing is looked at",
        "That anything was posted there; red is not said",
    ),
    "office.exempt": ("An entry of the registry: by whom, when, the source", "Whether it was deserved"),
    "office.in_doubt": ("Partly known dates of two tenures, or of a vacancy", "Who held the office"),
    "office.no_holder": ("The registry names nobody for the week", "That the office was vacant"),
    "office.no_page": ("The registry has no confirmed personal page", "That there is none"),
    "office.page_elsewhere": ("A confirmed page on a network that the program does not read", "What is on that page"),
    "office.stale_holder": _SOURCES,
    "office.start_not_exact": (
        "The last day of the month or year in which he took office, or of the earliest evidence of the office",
        "When he took office",
    ),
    "office.took_office": ("The registry's day of taking office", "Anything about the week"),
    "office.undated_holder": _SOURCES,
    "office.unbound": (
        "The directive names another group of offices; goes before another sentence",
        "That anything was done or left undone",
    ),
    "office.vacant": ("An entry of the registry with its source", "—"),
    "opened_by_deadline.dated": (
        (
            "An exact day of opening, or a trace or a source of that day. Red only where every page on record has an "
            "exact day after the person's last one"
        ),
        "That no other page was open then: one may have been deleted since, or not be on record",
    ),
    "opened_by_deadline.no_valid_search": (
        "The searches on record are missing, too old, before the last day, or of fewer networks",
        "That there is no page",
    ),
    "opened_by_deadline.not_bound": ("The directive's text", "—"),
    "opened_by_deadline.not_due": ("The person's own last day", "—"),
    "opened_by_deadline.not_found": (_SEARCH, "That there is no page, or that there was none by the deadline"),
    "opened_by_deadline.not_later": _PART,
    "opened_by_deadline.opened": _PART,
    "opened_by_deadline.reported": (
        "A press report on record, and no page",
        "That a page was open in time, or was not",
    ),
    "opened_by_deadline.start_unknown": ("No start of the tenure is on record", "Whether there is a page"),
    "opened_by_deadline.undated": ("A page or a report without a date", "Whether it was in time"),
    "opened_by_deadline.undecided": ("A lead that no person has decided", "That it is, or is not, the person's"),
    "opened_by_deadline.unsettled": (
        "The oldest trace on record, and no exact day of every page",
        "That the page was opened on that day, or late",
    ),
    "page.appeared": ("The earliest trace of the person's pages", "That the page was opened on that day"),
    "page.moved": ("The page's last own post, and the policy's days or a page on record", "That it has moved indeed"),
    "page.new": ("The earliest trace of that page", "That the page was opened on that day"),
    "page.old_confirmation": ("The day of the confirmation", "That the page is another's now"),
    "page.taken_over": ("Another number under the address", "Whose page that is"),
    "posts_per_week.copies": (
        "The same, and the words of the posts, of which digests are kept",
        "Where the words were first",
    ),
    "posts_per_week.counted": (
        "The week's walls and channels, read whole on every page of the person's where it is red",
        _BEFORE_LOOK,
    ),
    "register_link.few": ("The network's count of subscribers", "—"),
    "register_link.not_in_force": ("The day on which the law began", "—"),
    "register_link.not_seen": (
        "The whole description, and the network's count of subscribers",
        "That the page is not in the register",
    ),
    "register_link.not_settled": (
        "Every link of the description; some end where the program does not know",
        "That the link to the register is there, or is missing",
    ),
    "register_link.seen": ("The description", "That the entry is valid"),
    "relation.after": _PART,
    "relation.before": _PART,
    "relation.before_office": _PART,
    "relation.by_grace": _PART,
    "relation.on": _PART,
    "week.quiet": (
        "Three or more days of the week are holidays by the law named; goes before another sentence",
        "That the silence needs an excuse",
    ),
    "week.so_far": ("Looks before the week is closed; goes before another sentence", "How the week will end"),
}
"""What each sentence rests on, and what it does not say, by its id."""


def page() -> str:
    """Return the document."""
    translators = (Translator("en"), Translator("ru"))
    parts = [_HEAD, "## Titles\n", *_table(("Check, outcome", "English", "Russian"), _titles(translators))]
    texts_by_id = sentences()
    for room in sorted({name.partition(".")[0] for name in texts_by_id}):
        rows = ((name, *_row(name, translators)) for name in sorted(texts_by_id) if name.partition(".")[0] == room)
        heads = ("Sentence", "English", "Russian", "Rests on", "Does not say")
        parts += [f"\n## {room}\n", *_table(heads, rows)]
    return "\n".join(parts) + "\n"


def _titles(translators: tuple[Translator, ...]) -> Iterator[tuple[str, ...]]:
    for check in catalogue():
        for outcome in (Outcome.PASSED, Outcome.FAILED):
            yield (
                f"{check.name}, {outcome}",
                *(translator.gettext(check.title_of(outcome)) for translator in translators),
            )
        yield from _own_titles(check, translators)


def _own_titles(check: Check[Any], translators: tuple[Translator, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the titles that a check gives some findings."""
    for title in check.possible_titles:
        yield (
            f"{check.name}, in some cases",
            *(translator.text(Text(title, {"date": "{date}"})) for translator in translators),
        )


def _row(name: str, translators: tuple[Translator, ...]) -> tuple[str, ...]:
    sentence = sentences()[name]
    rests_on, not_said = SEEN[name]
    return (
        *(translator.gettext(sentence.message) for translator in translators),
        f"**Red.** {rests_on}" if name in RED else rests_on,
        not_said,
    )


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for first, *others in rows:
        yield f"| `{first}` | {' | '.join(cell.replace('|', '/') for cell in others)} |"


if __name__ == "__main__":
    TABLE.write_text(page(), encoding="utf-8")
