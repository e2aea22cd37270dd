"""Write every sentence of a finding as a lawyer would read it: ``PYTHONPATH=. python benchmarks/sentences.py``.

Writes docs/sentences.md from the catalogue of checks and `SEEN`; `tests/test_sentences.py` holds that the file is up to
date and that no sentence is missing here.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Outcome
from auditor.base.text import Text
from auditor.checks import catalogue
from auditor.checks.check import Check, sentences

TABLE = Path(__file__).parent.parent / "docs" / "sentences.md"
_HEAD = """# What each sentence rests on

Each sentence that a finding can say about a person, as that person's lawyer would read it: what had to be seen for it
to be said, and what it does not say. Made by `benchmarks/sentences.py` from the catalogue of checks: a sentence that is
not explained here fails a test. **Red** marks those that a finding with the outcome `failed` can say; every other
sentence accompanies `passed`, `cantTell`, `inapplicable` or `untested` alone.

No sentence names a citizen, a motive or a breach of law. Places in braces are filled with figures and days of the
looks, with addresses, or with words of the registry, which have a source there.
"""

RED = frozenset(
    {
        "account_exists.gone",
        "comments_answered.seen",
        "comments_answered.with_unsure",
        "comments_open.all_closed",
        "longest_silence.last_post",
        "longest_silence.none_since",
        "opened_by_deadline.late",
        "opened_by_deadline.late_at_least",
        "opened_by_deadline.not_found",
        "posts_per_week.counted",
        "register_link.not_seen",
    }
)
"""The sentences of a finding that failed."""
_BEFORE = ("Documents made before version 0.3.0", "Shown with these documents alone; this version does not say it")
_BEFORE_4 = ("Documents made before version 0.4.0", _BEFORE[1])
_MOTIVE = "Why; nor anything about the page"
_OURS = "Anything about the person or the page: the obstacle is on our side or on the way"
_LATER_PAGES = "That no other page was open then: one may have been deleted since, or not be on record"

SEEN: Mapping[str, tuple[str, str]] = {
    "account_confirmed.confirmed": (
        "A person's entry in the registry, with its day and reason",
        "That the network says so",
    ),
    "account_confirmed.stale": ("The confirmation is older than the policy allows", "That the page is another's now"),
    "account_confirmed.under_review": _BEFORE,
    "account_exists.gone": (
        (
            "The network's own word about the page's number on that day; every other page of the person is gone too, "
            "or there is none"
        ),
        "Who removed it, and why",
    ),
    "account_exists.moved": ("The page's number is seen under another address", "Who renamed it, and why"),
    "account_exists.not_found": _BEFORE,
    "account_exists.there": ("The page opened, under the number that was confirmed", "Who writes there"),
    "cause.blocked": ("A block page or a captcha came", _OURS),
    "cause.contradiction": ("Two answers of the network cannot both be true", "That anything is missing"),
    "cause.control_failed": ("A page known to exist, or known not to, came out otherwise", _OURS),
    "cause.gone": _BEFORE,
    "cause.gone_by_number": ("The network's word about the page's number", "Who removed it, and why"),
    "cause.no_credentials": ("No key is set, or it is refused this question", _OURS),
    "cause.no_threshold": ("The figures that stand beside it", "That they are good or bad"),
    "cause.not_at_address": ("The name is free, or another page's", "That the page is gone: it may have moved"),
    "cause.possible_staff": (
        "One account that asks nothing answered many questions of several people",
        "Whose account it is",
    ),
    "cause.preview_off": ("The channel's landing page without its posts", "Why it is switched off"),
    "cause.private": ("The network says that the page is closed", "Why it is closed"),
    "cause.refused": ("The network's refusal", _MOTIVE),
    "cause.seen_late": ("The look came long after the week", "What could be seen in that week"),
    "cause.stale": ("There is no look for this week", _OURS),
    "cause.stale_holder": ("The dates of the sources in the registry", "That somebody else holds the office"),
    "cause.throttled": ("The network's answer that too much was asked", _OURS),
    "cause.too_little_data": ("Less than what the check needs", "What a fuller look would show"),
    "cause.unproved_identity": (
        "Answers under a name like the page's, without a user name",
        "That they are, or are not, the person's",
    ),
    "cause.unreachable": ("No answer came", _OURS),
    "cause.unrecognised_page": ("An answer in a form that the program does not know", _OURS),
    "cause.wrong_kind": ("The network's word on what is at the address", "That there is no channel elsewhere"),
    "comments_answered.closed": (
        "The network said of each post looked at that it is closed",
        "Why; nor how it was earlier",
    ),
    "comments_answered.counts": _BEFORE,
    "comments_answered.few": (
        "All threads of the window; fewer questions or people than a verdict needs",
        "That the rest were answered elsewhere, or were not",
    ),
    "comments_answered.half_read": (
        "Enough questions due, or all answered, and a post of the window that only looks of before the week saw",
        "That nobody answered under that post",
    ),
    "comments_answered.late": ("Threads looked at long after the week", "How many answers there were in the week"),
    "comments_answered.no_question_but": (
        "All threads of the window; each comment as the rules read it",
        "That nobody asked in another place, or that nothing was deleted",
    ),
    "comments_answered.no_questions": (
        "All threads of the window",
        "That nobody asked in another place, or that nothing was deleted",
    ),
    "comments_answered.none": _BEFORE,
    "comments_answered.nowhere": _BEFORE,
    "comments_answered.only_removed": (
        "Two looks at one thread, of which the later lacks the question",
        "Who removed it, and why",
    ),
    "comments_answered.possible_staff": ("Answers by one account under the post named", "Whose account it is"),
    "comments_answered.seen": (
        (
            "All threads of the window, up to the look. Red only where at least five questions of three people were "
            "due and no answer of any kind by the owner's side or the institution was found"
        ),
        "That there was no answer: it may have been given in private, by telephone, or been deleted",
    ),
    "comments_answered.unproved": (
        "Answers under a name like the page's, without a user name",
        "That they are, or are not, the person's",
    ),
    "comments_answered.with_unsure": (
        "The sentence within; and comments of which two careful readers would differ whether they ask",
        "Whether these ask; they make no verdict",
    ),
    "comments_open.all_closed": (
        "The network's word on at least two posts and half of the week's; comments worked elsewhere in the same run",
        "Who closed them, and why; nor how it was before the look",
    ),
    "comments_open.closed": _BEFORE,
    "comments_open.known_open": (
        "A thread, the network's word or a citizen's comment under each post counted",
        "That every post of the week is open",
    ),
    "comments_open.no_posts": ("A week's wall read whole", "That none was deleted before the look"),
    "comments_open.not_asked": ("The policy", "Anything about the page"),
    "comments_open.open": _BEFORE,
    "comments_open.some_closed": ("The network's word on each of the posts counted", "Anything about the others"),
    "days": ("A part of other sentences", "—"),
    "longest_silence.last": _BEFORE,
    "longest_silence.last_day": ("The wall or channel, on all pages of the person", "That it was the only one"),
    "longest_silence.last_post": (
        "The time from that post to the end, read whole on every page of the person's",
        "That nothing was posted and deleted before the first look",
    ),
    "longest_silence.never": _BEFORE,
    "longest_silence.none_since": (
        "All pages read whole, from the day on which his time or the page began",
        "That nothing was posted and deleted before the first look",
    ),
    "longest_silence.today": _BEFORE,
    "look.disagree_on_posts": ("Two ways of looking, with different numbers of posts", "Which of them is right"),
    "look.seen_signed_in": ("The signed-in way shows the page, the public one says there is none", "Which is right"),
    "look.seen_without": ("The public way shows the page, the signed-in one says there is none", "Which is right"),
    "look.disagree": ("Two ways of looking, with different answers", "Which of them is right"),
    "look.not_yet": ("No look at the page is stored", _OURS),
    "network.max": ("A part of other sentences", "—"),
    "page.moved": ("The page's last own post and the policy's days", "That it has moved indeed"),
    "page.moved_for_good": ("The page's last own post, and a page on record where it says", "That it has moved indeed"),
    "network.neutral": ("An entry of the directive with its day and source", "That the page is, or is not, there"),
    "network.ok": ("A part of other sentences", "—"),
    "network.other": ("A part of other sentences", "—"),
    "network.press": ("A part of other sentences", "—"),
    "network.telegram": ("A part of other sentences", "—"),
    "network.vk": ("A part of other sentences", "—"),
    "office.in_doubt": ("Partly known dates of two tenures, or of a vacancy", "Who held the office"),
    "office.no_holder": ("The registry names nobody for the week", "That the office was vacant"),
    "office.no_page": ("The registry has no confirmed personal page", "That there is none"),
    "office.start_not_exact": (
        "The last day of the month or year in which he took office, or of the earliest evidence of the office",
        "When he took office",
    ),
    "office.stale_holder": ("The dates of the sources in the registry", "That somebody else holds the office"),
    "office.stale_vacancy": ("The dates of the sources in the registry", "That somebody holds the office"),
    "office.took_office": ("The registry's day of taking office", "Anything about the week"),
    "office.vacant": ("An entry of the registry with its source", "—"),
    "opened_by_deadline.before_office": ("An exact day of opening, and the day of taking office", "—"),
    "opened_by_deadline.before_office_trace": (
        "A trace of that day, and the day of taking office",
        "On what day it was opened",
    ),
    "opened_by_deadline.between": (
        "A press report that bounds the day from both sides",
        "On which side of the deadline it was",
    ),
    "opened_by_deadline.between_by_estimate": _BEFORE_4,
    "opened_by_deadline.contradicted": (
        "A date that the network gives, and an earlier trace",
        "Which of them is right",
    ),
    "opened_by_deadline.elsewhere": ("A dated source after the deadline", "When the page was opened"),
    "opened_by_deadline.elsewhere_in_time": ("A dated source", "That the program saw the page"),
    "opened_by_deadline.estimated": (
        "The oldest trace, and an estimate by the page's number",
        "That the page was late",
    ),
    "opened_by_deadline.exempt": ("An entry of the registry: by whom, when, the source", "Whether it was deserved"),
    "opened_by_deadline.grace": (
        "An exact day of opening, or one that a source names",
        "That it was before the deadline",
    ),
    "opened_by_deadline.grace_trace": ("A trace within the grace", "On what day it was opened"),
    "opened_by_deadline.in_time": ("An exact day of opening, or one that a source names", "—"),
    "opened_by_deadline.in_time_trace": ("A trace of that day", "On what day it was opened"),
    "opened_by_deadline.last_day": ("An exact day of opening, or one that a source names", "—"),
    "opened_by_deadline.last_day_trace": ("A trace of that day", "On what day it was opened"),
    "opened_by_deadline.late": ("An exact day of opening of each page on record", _LATER_PAGES),
    "opened_by_deadline.late_at_least": (
        "An exact day of opening of each page on record, after the latest deadline that the person can have",
        _LATER_PAGES,
    ),
    "opened_by_deadline.late_by_estimate": _BEFORE_4,
    "opened_by_deadline.late_by_number": _BEFORE,
    "opened_by_deadline.no_search": ("The registry has neither a page nor a search", "That there is no page"),
    "opened_by_deadline.no_valid_search": (
        "The searches on record are too old, or before the deadline",
        "That there is no page",
    ),
    "opened_by_deadline.not_bound": ("The directive's text", "—"),
    "opened_by_deadline.not_due": ("The person's own deadline", "—"),
    "opened_by_deadline.not_found": (
        (
            "A recorded search on that day on VK, Telegram, Odnoklassniki and MAX (a neutral one may be left out); no "
            "press report, no lead by an official place"
        ),
        "That there is no page, or that there was none by the deadline",
    ),
    "opened_by_deadline.reported_late": ("A press report of a page opened later", "That no earlier page was open"),
    "opened_by_deadline.searched_fewer": ("A recorded search of fewer networks", "That there is no page"),
    "opened_by_deadline.start_not_exact": (
        "An exact day of opening; a start known to the month",
        "Whether it was in time",
    ),
    "opened_by_deadline.start_unknown": ("No start of the tenure is on record", "Whether there is a page"),
    "opened_by_deadline.trace_after": ("A trace after the deadline", "That the page was opened then"),
    "opened_by_deadline.trace_and_start": ("A trace; a start known to the month", "Whether it was in time"),
    "opened_by_deadline.two_dates": ("Two ways of looking, with different dates", "Which of them is right"),
    "opened_by_deadline.undated": ("A press report without a date of opening", "Whether it was in time"),
    "opened_by_deadline.undecided": ("A lead that no person has decided", "That it is, or is not, the person's"),
    "opened_by_deadline.vacant": ("An entry of the registry with its source", "—"),
    "page.appeared": ("The earliest trace of the person's pages", "That the page was opened on that day"),
    "page.elsewhere": ("A name that is free now, and an earlier look under another", "That the page is gone"),
    "page.old_confirmation": ("The day of the confirmation", "That the page is another's now"),
    "page.taken_over": ("Another number under the address", "Whose page that is"),
    "page.unproven": ("Another number under the address than the registry has", "Which of the two is right"),
    "posts_per_week.counted": (
        "The week's walls and channels, read whole on every page of the person's where it is red",
        "That nothing was posted and deleted before the first look",
    ),
    "register_link.few": ("The network's count of subscribers", "—"),
    "register_link.not_in_force": ("The day on which the law began", "—"),
    "register_link.not_seen": (
        "The whole description, and the network's count of subscribers",
        "That the page is not in the register",
    ),
    "register_link.seen": ("The description", "That the entry is valid"),
    "week.so_far": ("Looks before the week's end; goes before another sentence", "How the week will end"),
}
"""What each sentence rests on, and what it does not say, by its id."""


def page() -> str:
    """Return the document."""
    said = (Catalogue("en"), Catalogue("ru"))
    parts = [_HEAD, "## Titles\n", *_table(("Check, outcome", "English", "Russian"), _titles(said))]
    known = sentences()
    for room in sorted({name.partition(".")[0] for name in known}):
        rows = ((name, *_row(name, said)) for name in sorted(known) if name.partition(".")[0] == room)
        heads = ("Sentence", "English", "Russian", "Rests on", "Does not say")
        parts += [f"\n## {room}\n", *_table(heads, rows)]
    return "\n".join(parts) + "\n"


def _titles(said: tuple[Catalogue, ...]) -> Iterator[tuple[str, ...]]:
    for check in catalogue():
        for outcome in (Outcome.PASSED, Outcome.FAILED):
            yield f"{check.name}, {outcome}", *(words.gettext(check.title_of(outcome)) for words in said)
        yield from _own_titles(check, said)


def _own_titles(check: Check[Any], said: tuple[Catalogue, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the titles that a check has for single findings."""
    for title in check.titles:
        yield f"{check.name}, in some cases", *(words.text(Text(title, {"date": "{date}"})) for words in said)


def _row(name: str, said: tuple[Catalogue, ...]) -> tuple[str, ...]:
    sentence = sentences()[name]
    rests_on, not_said = SEEN[name]
    return (
        *(words.gettext(sentence.message) for words in said),
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
