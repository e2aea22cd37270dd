"""Are citizens' questions answered in public, and in time?"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Annotated

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Post, ReplyKind, Side
from auditor.base.text import N_, NN_, Sentence, Text, joined, quoted
from auditor.checks.case import Case, Obstacle, Sight, evidence_of
from auditor.checks.check import Check, SeenTwice, blocked, person_and_pages, say_obstacle
from auditor.checks.finding import (
    CAUSE_WORDS,
    SIGNS,
    Advised,
    Bar,
    Cell,
    Column,
    Finding,
    Interval,
    Is,
    Lead,
    Past,
    Place,
    Row,
    Sign,
)
from auditor.checks.given import Given, given_in
from auditor.checks.replies import Asked, WeekReplies, posts_to_read, questions_obstacle, read_week
from auditor.checks.survival import estimate
from auditor.language.measured import MEASURED, MEASURED_KINDS, MEASURED_RULES
from auditor.registry.models import PolicyValue

CLOSED = Sentence("comments_answered.closed", N_("Comments are closed under all posts that were looked at: {all}"))
_NO_QUESTIONS = Sentence(
    "comments_answered.no_questions", N_("No question was seen in the week; citizens' comments: {comments}")
)
_IN_A_CELL = {CLOSED.id: N_("comments closed"), _NO_QUESTIONS.id: N_("no questions seen")}
"""What a narrow cell says in the place of a sentence."""
_NO_QUESTION_BUT = Sentence(
    "comments_answered.no_question_but",
    N_(
        "No question was seen in the week; citizens' comments: {comments}, of them reports of a problem: {reports}, "
        "unsure whether they ask: {unsure}"
    ),
)
_ONLY_REMOVED = Sentence(
    "comments_answered.only_removed",
    N_("The questions seen before, {removed}, are not shown any more at the last look; the reason is not known"),
)
_SEEN = Sentence(
    "comments_answered.seen",
    N_(
        "Answered within {hours} h: {n} of {due}; later: {late}; no public answer found by the time of the look: "
        "{none}; general answers, not timed: {general}; not yet due: {pending}; not shown any more: {removed}"
    ),
)
_FEW = Sentence(
    "comments_answered.few",
    N_(
        "Questions due: {due}, from {askers} people; a verdict needs {questions} from {people}. Answered within "
        "{hours} h: {n}; later: {late}; no public answer found by the time of the look: {none}; not yet due: {pending}"
    ),
)
_HALF_READ = Sentence(
    "comments_answered.half_read",
    N_(
        "A post of this time is not shown any more, and what stood under it in the week was not read. Answered within "
        "{hours} h: {n} of {due}; later: {late}; no public answer found by the time of the look: {none}"
    ),
)
_POSSIBLE_STAFF = Sentence(
    "comments_answered.possible_staff",
    N_(
        "Questions answered by an account that may belong to the staff: {answered} of {due}, of them under {post}: "
        "{there}. Whose account it is, a person has to decide"
    ),
)
_UNPROVED = Sentence(
    "comments_answered.unproved",
    N_(
        "Under a name like the page's or the holder's, without a user name, {answered} of {due} questions are "
        "answered: whose answers they are cannot be proved"
    ),
)
_LATE = Sentence(
    "comments_answered.late",
    N_(
        "Looked at long after the week, so it is not known whether there were more answers then. Answered within "
        "{hours} h: {n} of {due}; later: {late}; no public answer found: {none}"
    ),
)
_WITH_UNSURE = Sentence(
    "comments_answered.with_unsure",
    N_(
        "{message}; unsure whether they ask: {unsure}. If these are questions too, in time were from {least} to {most} "
        "of {total}"
    ),
)
_BEFORE = {
    one.id: one
    for one in (
        Sentence("comments_answered.nowhere", N_("Comments are closed: there was nowhere to ask")),
        Sentence("comments_answered.none", N_("No questions in the week")),
        Sentence(
            "comments_answered.counts",
            N_(
                "Answered within {hours} h: {n} of {due}; later: {late}; no public reply found by the time of the "
                "look: {none}; not yet due: {pending}"
            ),
        ),
    )
}
"""What documents before version 0.3.0 say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderPost:
    """The week's questions under one post."""

    url: str
    at: datetime | None = None
    """When the post was published; None in documents before version 0.5.0."""
    questions: int
    """Those not removed."""
    no_reply_found: int
    """Of those due."""
    answered_by_possible_staff: int
    """Of no_reply_found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(SeenTwice):
    """The week's questions, and what became of them by the time of the look."""

    comments: Annotated[int | None, Is("comments", "citizens' comments with some text")] = None
    questions: Annotated[int | None, Is("questions", "comments that ask, without those removed")] = None
    unsure: Annotated[int | None, Is("comments", "of which two readers would differ whether they ask")] = None
    problem_reports: Annotated[int | None, Is("comments", "that tell of a problem and ask nothing")] = None
    askers: Annotated[int | None, Is("people", "who asked the questions due: the most that one look shows")] = None
    due: Annotated[int | None, Is("questions", "all less those pending: the share is of these")] = None
    answered_in_time: Annotated[int | None, Is("questions", "first public answer within the policy's hours")] = None
    answered_late: Annotated[int | None, Is("questions", "first public answer after them")] = None
    no_reply_found: Annotated[int | None, Is("questions", "due, and no public answer seen")] = None
    pending: Annotated[int | None, Is("questions", "younger than the time for a reply, not answered yet")] = None
    removed: Annotated[int | None, Is("questions", "that one look saw and a later one of the thread did not")] = None
    answered_by_other: Annotated[int | None, Is("questions", "of no_reply_found: another body answered")] = None
    answered_by_possible_staff: Annotated[
        int | None, Is("questions", "of no_reply_found: answered by somebody who may be the owner's staff")
    ] = None
    unproved: Annotated[
        int | None, Is("questions", "of no_reply_found: answered under a name like the page's or the holder's")
    ] = None
    general_answers: Annotated[int | None, Is("comments", "the owner's answers to nobody in particular")] = None
    median_hours: Annotated[float | None, Is("hours", "whole, by whose end half are answered (Kaplan-Meier)")] = None
    posts: Annotated[tuple[UnderPost, ...] | None, Is("posts", "with questions of the week")] = None
    given: Annotated[Given | None, Is("answers", "of the owner's side: what they give; judged by nothing")] = None
    rules: Annotated[int | None, Is("", "version of the rules by which the comments were read", optional=True)] = None

    @property
    def bounds(self) -> tuple[int, int, int] | None:
        """The share in time as "from so many, to so many, of so many", if the unsure are questions as well.

        At the least none of them was answered in time, at the most each was. None where the share is not known.
        """
        if self.unsure is None or self.due is None or self.answered_in_time is None:
            return None
        return self.answered_in_time, self.answered_in_time + self.unsure, self.due + self.unsure


def _judge(case: Case) -> Iterator[Finding[Answers]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Answers]:
    obstacle = questions_obstacle(case, sights)
    if obstacle is not None:
        return blocked(CHECK, case, obstacle, sight=about)
    replies = read_week(case, sights)
    tally = _Tally.of(case, replies, given_in(case, sights))
    outcome, cause = _verdict(case, replies, tally)
    message = _said(case, tally, cause, posts_to_read(case, sights), half_read=replies.half_read)
    evidence = evidence_of(sights, EvidenceKind.COMMENTS)
    if tally.values.removed or any(sight.glimpses for sight in sights):
        evidence = tuple(dict.fromkeys((*evidence, *_of_other_looks(sights))))
    return CHECK.finding(case, outcome, message, tally.values, about=about, cause=cause, evidence=evidence)


def _of_other_looks(sights: Sequence[Sight]) -> Iterator[str]:
    """Yield the answers behind what every look saw of the week's comments: the last does not show what is removed."""
    looks = (look for sight in sights for look in (*sight.looks, *sight.glimpses))
    answers = (evidence for look in looks for evidence in look.evidence)
    return (evidence.id for evidence in answers if evidence.kind is EvidenceKind.COMMENTS)


@dataclass(frozen=True, slots=True)
class _Tally:
    """The week's questions, each with what became of it."""

    asked: tuple[Asked, ...]
    kinds: tuple[str, ...]
    helped: frozenset[int]
    """The places of the questions that possible staff answered."""
    values: Answers

    @classmethod
    def of(cls, case: Case, replies: WeekReplies, given: Given | None) -> "_Tally":
        """Sort the week's questions into what became of them."""
        within = timedelta(hours=case.value("reply_within_hours"))
        kinds = tuple(_kind(one, within) for one in replies.asked)
        helped = _helped(case, replies, kinds)
        return cls(replies.asked, kinds, helped, replace(_values(replies, kinds, helped), given=given))


def _kind(asked: Asked, within: timedelta) -> str:
    """Sort one question. An answered one is judged at once; a younger one without an answer is pending."""
    question = asked.question
    if question.removed:
        return "removed"
    if question.answered_at is not None:
        return "in_time" if question.answered_at - question.at <= within else "late"
    if not asked.told:
        return "untold"
    return "pending" if asked.until - question.at < within else "none"


_DUE = frozenset({"in_time", "late", "none"})
_APART = frozenset({"removed", "untold"})
"""Outside of all counts but their own; they block `passed`."""


def _helped(case: Case, replies: WeekReplies, kinds: Sequence[str]) -> frozenset[int]:
    """Return the places of the questions that were answered by those who may be the owner's staff.

    They ask nothing, and answer so many questions of so many others, and one in so many of those due, as the policy
    says.
    """
    least = case.value("possible_staff")
    due = sum(kind in _DUE for kind in kinds)
    return frozenset(
        place
        for helper in replies.helpers
        if len(helper.answered) >= least["questions"]
        and helper.people >= least["people"]
        and len(helper.answered) * least["one_in"] >= due
        for place in helper.answered
    )


def _values(replies: WeekReplies, kinds: Sequence[str], helped: frozenset[int]) -> Answers:
    count, median = Counter(kinds), estimate(replies.waits).median
    unanswered = {place: replies.asked[place].question for place, kind in enumerate(kinds) if kind == "none"}
    return Answers(
        comments=replies.comments,
        unsure=replies.unsure,
        problem_reports=replies.reports,
        rules=replies.rules,
        questions=len(kinds) - count["removed"] - count["untold"],
        askers=replies.askers(place for place, kind in enumerate(kinds) if kind in _DUE),
        due=sum(count[kind] for kind in _DUE),
        answered_in_time=count["in_time"],
        answered_late=count["late"],
        no_reply_found=count["none"],
        pending=count["pending"],
        removed=count["removed"],
        answered_by_other=sum(q.other_at is not None for q in unanswered.values()),
        answered_by_possible_staff=len(helped & unanswered.keys()),
        unproved=sum(q.unproved_at is not None for q in unanswered.values()),
        general_answers=replies.general_answers,
        median_hours=None if median is None else ceil(round(median, 2)),
        posts=tuple(_under_posts(replies, kinds, helped)),
    )


def _under_posts(replies: WeekReplies, kinds: Sequence[str], helped: frozenset[int]) -> Iterator[UnderPost]:
    rows = [
        (one.post, kind, place in helped) for place, (one, kind) in enumerate(zip(replies.asked, kinds, strict=True))
    ]
    posted = {one.post: one.posted for one in replies.asked}
    for url in dict.fromkeys(url for url, kind, _ in rows if kind not in _APART):
        there = [(kind, by_staff) for post, kind, by_staff in rows if post == url]
        yield UnderPost(
            url=url,
            at=posted[url],
            questions=sum(kind not in _APART for kind, _ in there),
            no_reply_found=sum(kind == "none" for kind, _ in there),
            answered_by_possible_staff=sum(by_staff and kind == "none" for kind, by_staff in there),
        )


def _enough(case: Case, values: Answers) -> bool:
    """Tell whether so many questions of so many people were due that a verdict may rest on them."""
    due, askers = values.due or 0, values.askers or 0
    return bool(due >= case.value("least_questions") and askers >= case.value("least_askers"))


def _verdict(case: Case, replies: WeekReplies, tally: _Tally) -> tuple[Outcome, Cause | None]:
    """Judge in the order of DESIGN.md section 5; all threads of the window were read."""
    values = tally.values
    untold = next((one.blind for one, kind in zip(replies.asked, tally.kinds, strict=True) if kind == "untold"), None)
    if not values.questions and (blind := untold or (Cause.SEEN_LATE if replies.late else None)) is not None:
        return Outcome.CANT_TELL, blind
    if not values.questions:
        return (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA) if values.removed else (Outcome.INAPPLICABLE, None)
    due = values.due or 0
    if due and values.answered_in_time == due and not values.removed:
        unread = (Cause.SEEN_LATE if replies.late else Cause.TOO_LITTLE_DATA) if replies.half_read else None
        blind = untold or unread
        return (Outcome.CANT_TELL, blind) if blind is not None else (Outcome.PASSED, None)
    if replies.late and values.no_reply_found:
        return Outcome.CANT_TELL, Cause.SEEN_LATE
    enough = _enough(case, values)
    if enough and not replies.speaking and not tally.helped:
        return (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA) if replies.half_read else (Outcome.FAILED, None)
    if tally.helped:
        return Outcome.CANT_TELL, Cause.POSSIBLE_STAFF
    if Side.UNKNOWN in replies.speaking:
        return Outcome.CANT_TELL, Cause.UNPROVED_IDENTITY
    return Outcome.CANT_TELL, Cause.NO_THRESHOLD if enough else Cause.TOO_LITTLE_DATA


_OPEN = frozenset({Cause.POSSIBLE_STAFF, Cause.UNPROVED_IDENTITY})
"""Causes under which somebody has answered, and whose answers they are is not known."""


def _shares(values: Answers, cause: Cause | None) -> bool:
    """Tell whether a share is shown: enough was due, and it is known who answered."""
    return bool(values.due) and cause not in {Cause.TOO_LITTLE_DATA, *_OPEN}


_SAID = {
    Cause.SEEN_LATE: _LATE,
    Cause.POSSIBLE_STAFF: _POSSIBLE_STAFF,
    Cause.UNPROVED_IDENTITY: _UNPROVED,
    Cause.TOO_LITTLE_DATA: _FEW,
}


def _said(case: Case, tally: _Tally, cause: Cause | None, posts: Sequence[Post], *, half_read: bool) -> Text:
    values = tally.values
    if not values.questions and values.removed:
        return _ONLY_REMOVED.say(removed=values.removed)
    if cause is Cause.CONTROL_FAILED or (cause is Cause.SEEN_LATE and not values.questions):
        return say_obstacle(Obstacle(Outcome.CANT_TELL, cause))
    if not values.questions:
        return _no_question(values, posts)
    sentence = _SEEN if cause is None else _SAID.get(cause, _SEEN)
    if sentence is _FEW and half_read and (_enough(case, values) or values.answered_in_time == values.due):
        sentence = _HALF_READ
    said = sentence.of({name: n for name, n in _figures(case, tally).items() if f"{{{name}}}" in sentence.message})
    if not values.unsure or values.bounds is None or not _shares(values, cause):
        return said
    bounds = dict(zip(("least", "most", "total"), values.bounds, strict=True))
    return _WITH_UNSURE.of({"message": said, "unsure": values.unsure, **bounds})


def _no_question(values: Answers, posts: Sequence[Post]) -> Text:
    """Say that nobody asked; what reports a problem or is unsure is named, it is not nothing."""
    if values.unsure or values.problem_reports:
        told = {"comments": values.comments, "reports": values.problem_reports, "unsure": values.unsure}
        return _NO_QUESTION_BUT.of(told)
    closed = bool(posts) and all(p.comments_state is CommentsState.CLOSED for p in posts)
    return CLOSED.say(all=len(posts)) if closed else _NO_QUESTIONS.say(comments=values.comments)


def _figures(case: Case, tally: _Tally) -> dict[str, int | str | None]:
    """Return what the sentences name; of the posts, where possible staff answered most."""
    values = tally.values
    most = max(values.posts or (), key=lambda post: post.answered_by_possible_staff, default=None)
    return {
        "n": values.answered_in_time,
        "due": values.due,
        "none": values.no_reply_found,
        "late": values.answered_late,
        "hours": case.value("reply_within_hours"),
        "pending": values.pending,
        "removed": values.removed,
        "general": values.general_answers,
        "askers": values.askers,
        "questions": case.value("least_questions"),
        "people": case.value("least_askers"),
        "answered": values.unproved if not tally.helped else values.answered_by_possible_staff,
        "post": most.url if most is not None else None,
        "there": most.answered_by_possible_staff if most is not None else None,
    }


# What readers are shown -------------------------------------------------------------------------------------------


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int | float)
    return Text(N_("within {hours} hours of the comment; no threshold for the share"), {"hours": value.value})


def _cell(finding: Finding[Answers]) -> Cell | None:
    """Say how many of the questions that were due were answered in time; too few of them are no share."""
    values = finding.values
    if finding.outcome is Outcome.INAPPLICABLE:
        return Cell(Sign.NOTHING, quiet=_nobody_asked(finding))
    if values.questions is None:
        return None
    quiet = Text(N_("not yet due: {n}"), {"n": values.pending}) if values.pending else None
    if finding.cause is Cause.TOO_LITTLE_DATA:
        return Cell(Sign.DOTS, Text(N_("too little data: {n}"), {"n": values.due}), quiet=quiet)
    if finding.cause in _OPEN:  # whose answers they are is not known: 0 of N would say that there is none
        return Cell(Sign.UNKNOWN, Text(CAUSE_WORDS[finding.cause]), quiet=quiet)
    judged = finding.outcome in {Outcome.PASSED, Outcome.FAILED}
    return Cell(
        SIGNS[finding.outcome] if judged else Sign.NONE,
        Text(N_("of {total}"), {"total": values.due}),
        strong=values.answered_in_time,
        quiet=_with_the_unsure(values) or quiet,
        key=values.answered_in_time,
    )


def _nobody_asked(finding: Finding[Answers]) -> Text:
    """Say in a cell what there was instead of questions."""
    values = finding.values
    short = _IN_A_CELL.get(finding.message.id)
    if short is not None:
        return Text(short)
    if not (values.problem_reports or values.unsure):
        return finding.message
    told = {"reports": values.problem_reports, "unsure": values.unsure}
    return Text(N_("no questions; reports of a problem: {reports}, unsure: {unsure}"), told)


def _with_the_unsure(values: Answers) -> Text | None:
    """Say the bounds of the share where it has any."""
    if not values.unsure or values.bounds is None:
        return None
    least, most, total = values.bounds
    return Text(N_("with the unsure {least}–{most} of {total}"), {"least": least, "most": most, "total": total})


def _has_share(finding: Finding[Answers]) -> bool:
    return _shares(finding.values, finding.cause)


def _percent(finding: Finding[Answers], end: int) -> float | None:
    """Return a bound of the share, in per cent."""
    bounds = finding.values.bounds
    return round(bounds[end] / bounds[2] * 100, 1) if bounds is not None and _has_share(finding) else None


def _lead(finding: Finding[Answers], policy: Mapping[str, PolicyValue]) -> Lead | None:
    values = finding.values
    if not values.questions:
        return Lead(Text(N_("{message}."), {"message": finding.message}))
    counted = {"comments": values.comments, "questions": values.questions}
    return Lead(Text(N_("Comments: {comments}, of them questions: {questions}."), counted), _share(finding, policy))


def _share(finding: Finding[Answers], policy: Mapping[str, PolicyValue]) -> Text:
    """Say the share, with its bounds where some comments are unsure."""
    values = finding.values
    if finding.cause is Cause.TOO_LITTLE_DATA:
        least = policy.get("least_questions")
        sentence = N_("Too little data: the share is counted from {n} questions whose time is over.")
        return Text(sentence, {"n": least.value if least is not None and isinstance(least.value, int) else "—"})
    named: dict[str, int | None] = {"n": values.answered_in_time, "due": values.due}
    if not values.unsure or values.bounds is None or not _has_share(finding):
        return Text(N_("Answered in time: {n} of {due}."), named)
    named |= dict(zip(("least", "most", "total"), values.bounds, strict=True))
    return Text(N_("Answered in time: {n} of {due}; with the unsure from {least} to {most} of {total}."), named)


def _interval(finding: Finding[Answers]) -> Interval | None:
    values = finding.values
    if not _has_share(finding) or not values.unsure or values.bounds is None:
        return None
    (least, most, total), due, known = values.bounds, values.due or 1, values.answered_in_time or 0
    return Interval(N_("Share in time, with the unsure"), least / total, known / due, most / total)


def _aside(finding: Finding[Answers]) -> Iterator[Text]:
    values = finding.values
    if values.unsure and _has_share(finding):
        sentence = N_(
            "Bounds of the share: all unsure comments ({n}) are questions, and none of them was answered in time, or "
            "each was."
        )
        yield Text(sentence, {"n": values.unsure})
    if values.askers:
        one, many = NN_("Questions due are by {n} person.", "Questions due are by {n} people.")
        yield Text(one, {"n": values.askers}, many, values.askers)
    if values.general_answers:
        sentence = N_("Answers to nobody in particular: {n}; they are not timed.")
        yield Text(sentence, {"n": values.general_answers})
    if values.answered_by_other:
        yield Text(N_("Answered by another body only: {n}."), {"n": values.answered_by_other})
    if values.removed:
        yield Text(N_("Questions not shown any more, the reason is not known: {n}."), {"n": values.removed})
    for post in values.posts or ():
        if post.answered_by_possible_staff:
            n = post.answered_by_possible_staff
            yield Text(N_("Possibly the staff's answers under {post}: {n}."), {"post": post.url, "n": n})


_KINDS = {
    ReplyKind.SUBSTANCE: N_("to the point"),
    ReplyKind.INTERIM: N_("in hand"),
    ReplyKind.REDIRECT: N_("sent to others"),
    ReplyKind.ASKS_DETAILS: N_("asks for details"),
    ReplyKind.MOVED_PRIVATE: N_("asks to write in private"),
    ReplyKind.TEMPLATE: N_("general words"),
    ReplyKind.ARGUES: N_("objects"),
    ReplyKind.THANKS: N_("thanks"),
}
"""What an answer gives, in the order of display."""


def _rows(finding: Finding[Answers]) -> Iterator[Row]:
    """Tell what the answers gave, and what changed between the looks. It makes no verdict."""
    given = finding.values.given
    if given is None:
        return
    if given.read:
        yield Row(N_("Kind of answer"), _kinds_of(given))
        named = {"dated": given.dated, "measured": given.measured, "named": given.named, "n": given.read}
        yield Row(N_("They name"), Text(N_("a date {dated}, a number {measured}, who or where {named}, of {n}"), named))
    if given.alike:
        yield Row(N_("Same text of the answer"), joined(", ", *map(_answers, given.alike)))
    if given.promised:
        said = (
            N_("{n}, of them the day is over and no later answer was found: {overdue}") if given.overdue else N_("{n}")
        )
        yield Row(N_("Promised by a day"), Text(said, {"n": given.promised, "overdue": given.overdue}))
    if given.gone:
        yield Row(N_("Comment not available"), Text(N_("{n}, the reason is not known"), {"n": given.gone}))
    yield from _switched(given)


def _kinds_of(given: Given) -> Text:
    kinds = [(_KINDS[kind], given.kinds.get(kind, 0)) for kind in _KINDS]
    told = [*((said, n) for said, n in kinds if n), *([(N_("not told"), given.untold)] if given.untold else [])]
    return joined(", ", *(Text(N_("{kind} {n}"), {"kind": Text(said), "n": n}) for said, n in told))


def _kinds_in_words(finding: Finding[Answers]) -> Text | None:
    given = finding.values.given
    return _kinds_of(given) if given is not None and given.read else None


def _answers(n: int) -> Text:
    one, many = NN_("{n} answer", "{n} answers")
    return Text(one, {"n": n}, many, n)


def _switched(given: Given) -> Iterator[Row]:
    """Say where comments were closed or opened between two looks, with the page's own word of it."""
    if given.threads_closed or given.threads_opened:
        counts = {"closed": given.threads_closed or 0, "opened": given.threads_opened or 0}
        said = N_("closed under {closed} posts, opened under {opened}")
        yield Row(N_("Comments between the looks"), Text(said, counts))
    if given.closing_posts:
        where = joined(", ", *map(quoted, given.closing_posts))
        yield Row(N_("The page says itself that comments are closed"), where)


def _in_given(figure: Callable[[Given], int | None]) -> Callable[[Finding[Answers]], int | None]:
    """Return what a column shows of the answers; None where they are not known."""
    return lambda finding: figure(finding.values.given) if finding.values.given is not None else None


def _same(given: Given) -> int | None:
    return sum(given.alike) if given.read else None


def _advice(advised: Advised[Answers]) -> Iterator[Text]:
    values = advised.finding.values
    unanswered = _without_reply(values)
    if unanswered:
        yield Text(
            N_("On practice: no public reply was found to {n} of {due} questions; answer them under the posts."),
            {"n": unanswered, "due": values.due},
        )


def _without_reply(values: Answers) -> int | None:
    """Return how many questions nobody answered who may be his; None where that is not known."""
    if values.no_reply_found is None:
        return None
    return max(values.no_reply_found - (values.answered_by_possible_staff or 0) - (values.unproved or 0), 0)


def _post(findings: Iterable[Finding[Answers]]) -> Text | None:
    known = [(_without_reply(f.values), f.values.due, f.values.unsure, _alike_in(f.values)) for f in findings]
    told = [(none, due, unsure) for none, due, unsure, _ in known if none is not None and due is not None]
    n, due = sum(none for none, _, _ in told), sum(due for _, due, _ in told)
    unsure = sum(unsure or 0 for _, _, unsure in told)
    if not due:
        return None
    sentence = N_("no public reply found by the time of the look: to {n} of {due} questions that were due")
    if unsure:
        sentence = N_(
            "no public reply found by the time of the look: to {n} of {due} questions that were due, "
            "with the unsure to {n}–{most} of {total}"
        )
    part = Text(sentence, {"n": n, "due": due, "most": n + unsure, "total": due + unsure})
    alike, read = (sum(pair[n] for _, _, _, pair in known) for n in (0, 1))
    same = Text(N_("answers with the same text: {n} of {total}"), {"n": alike, "total": read})
    return joined("; ", part, *([same] if alike else ()))


_WORTH_TELLING = 3
"""The least number of equal answers that a post mentions: two may be a coincidence."""


def _alike_in(values: Answers) -> tuple[int, int]:
    """Return how many answers have the same text as at least two others of the same person, and of how many."""
    given = values.given
    return (sum(n for n in given.alike if n >= _WORTH_TELLING), given.read) if given is not None else (0, 0)


def _error_of_the_rules() -> Text:
    """Say how well today's rules read, and on what that was measured."""
    shares = {name: round(getattr(MEASURED, name) * 100) for name in ("precision", "recall", "unsure")}
    said = N_(
        "Measured on {rows} comments that this project invented and labelled: {precision} % of what the rules took for "
        "a question was one, {recall} % of the questions were found, {unsure} % of all was left unsure; no real "
        "comment is kept to measure on."
    )
    return Text(said, {"rows": MEASURED.rows, **shares})


def _error_of_the_kinds() -> Text:
    """Say how well the kinds of answers are told, by the worst of them."""
    kinds = [MEASURED_KINDS[kind] for kind in _KINDS if kind in MEASURED_KINDS]
    said = N_(
        "What answers gave was measured on {rows} invented ones: of the kinds that are told the worst is right in "
        "{precision} % of them."
    )
    worst = min(kind.precision for kind in kinds)
    return Text(said, {"rows": sum(kind.rows for kind in kinds), "precision": round(worst * 100)})


def _told(findings: Iterable[Finding[Answers]]) -> Iterator[Text]:
    """Say by which rules the comments of this report were read, how well these read, and how many are unsure."""
    found = [(f.values.rules, f.values.unsure, f.values.comments) for f in findings]
    rules = sorted({rules for rules, _, _ in found if rules is not None})
    if rules:
        yield Text(N_("Version of the rules: {versions}."), {"versions": ", ".join(map(str, rules))})
    if rules == [MEASURED_RULES]:  # the error of other rules was not measured
        yield _error_of_the_rules()
        yield _error_of_the_kinds()
    known = [(unsure, comments or 0) for _, unsure, comments in found if unsure is not None]
    unsure, comments = sum(n for n, _ in known), sum(all_ for _, all_ in known)
    if comments:
        said = N_("Unsure in this report: {n} of {comments} comments ({percent} %).")
        yield Text(said, {"n": unsure, "comments": comments, "percent": round(unsure / comments * 100)})


CHECK = Check(
    name="comments_answered",
    order=7,
    place=Place.PRACTICE,
    title=N_("Questions answered"),
    passed=N_("Every question that was due has a public answer in time"),
    failed=N_("No public answer was found to any question that was due"),
    question=N_("Are citizens' questions answered in public, and in time?"),
    method=N_(
        "Each citizen's comment is read by rules before its words are dropped: it asks, reports a problem, does "
        "neither, or is unsure where two careful readers would differ. First comes whom it speaks to: what answers "
        "another citizen, or begins with his name, asks him. Then, sentence by sentence, requests are told by their "
        "grammar and questions by what is asked. Only what surely asks is in the share; the unsure widen it to an "
        "interval (at the least all of them are questions and none was answered in time, at the most each was) and "
        "block no colour; reports of a problem have a line of their own. Counted are comments written in the week "
        "under its posts or those of the 14 days before. Due are all questions less those that are younger than the "
        "time for a reply and have no answer yet. Who may answer for the holder: every confirmed page of his, the "
        "channel or community itself, its linked group with its administrators, and whom the registry lists. Red only "
        "where at least 5 questions of at least 3 people were due and nobody of them, of the institution, and nobody "
        "who may be theirs answered any citizen, in time, late, or all at once. The median time to reply is a "
        "Kaplan-Meier estimate, in which unanswered questions are not thrown away."
    ),
    values=Answers,
    judge=_judge,
    policy_key="reply_within_hours",
    policy_title=N_("Time to answer a question, hours"),
    threshold=_threshold,
    cell=_cell,
    columns=(
        Column(N_("Questions asked"), 10, lambda finding: finding.values.questions),
        Column(N_("Questions due"), 10, lambda finding: finding.values.due),
        Column(N_("Answered in time"), 10, lambda finding: finding.values.answered_in_time),
        Column(N_("Answered later"), 10, lambda finding: finding.values.answered_late),
        Column(N_("No public reply found by the time of the look"), 16, lambda finding: finding.values.no_reply_found),
        Column(N_("Of them answered by another body"), 14, lambda finding: finding.values.answered_by_other),
        Column(N_("Not yet due"), 10, lambda finding: finding.values.pending),
        Column(N_("Unsure whether they ask"), 12, lambda finding: finding.values.unsure),
        Column(N_("Share in time at the least, %"), 12, lambda finding: _percent(finding, 0)),
        Column(N_("Share in time at the most, %"), 12, lambda finding: _percent(finding, 1)),
        Column(N_("Reports of a problem"), 12, lambda finding: finding.values.problem_reports),
        Column(N_("Answers read"), 10, _in_given(lambda given: given.read)),
        Column(N_("With a date"), 10, _in_given(lambda given: given.dated if given.read else None)),
        Column(N_("With a number"), 10, _in_given(lambda given: given.measured if given.read else None)),
        Column(N_("Naming who or where"), 12, _in_given(lambda given: given.named if given.read else None)),
        Column(N_("With the same text as another answer"), 14, _in_given(_same)),
        Column(N_("What the answers gave"), 34, _kinds_in_words),
        Column(N_("Comments not available, reason not known"), 14, _in_given(lambda given: given.gone)),
    ),
    standing=N_("Answers: in words"),
    standing_width=28,
    chart=N_("Questions and replies"),
    lead=_lead,
    bars=(
        Bar(N_("Questions"), "all", lambda values: values.questions),
        Bar(N_("answered in time"), "solid", lambda values: values.answered_in_time, part=True),
        Bar(N_("answered later"), "pale", lambda values: values.answered_late, part=True),
        Bar(
            N_("no public reply found by the time of the look"),
            "hollow",
            lambda values: values.no_reply_found,
            part=True,
        ),
        Bar(N_("not yet due"), "dotted", lambda values: values.pending, part=True),
        Bar(N_("Unsure whether they ask"), "unsure", lambda values: values.unsure, optional=True),
        Bar(N_("Reports of a problem"), "all", lambda values: values.problem_reports, optional=True),
    ),
    interval=_interval,
    rows=_rows,
    rows_title=N_("What the answers gave"),
    aside=_aside,
    told=_told,
    advice=_advice,
    post=_post,
    unrecognised=EvidenceKind.COMMENTS,
    past=(
        Past("due", N_("Questions due"), lambda finding: finding.values.due),
        Past("in_time", N_("Answered in time"), lambda finding: finding.values.answered_in_time),
    ),
)
