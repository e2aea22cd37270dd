"""Are citizens' questions answered in public, and in time?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Post
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Sight
from auditor.checks.check import Check, SeenTwice, blocked, found, person_and_pages
from auditor.checks.finding import SIGNS, Advised, Bar, Cell, Column, Finding, Is, Place, Sign
from auditor.checks.replies import Question, WeekReplies, posts_to_read, questions_obstacle, read_week
from auditor.checks.survival import estimate
from auditor.registry.models import PolicyValue

_NOWHERE = Sentence("comments_answered.nowhere", N_("Comments are closed: there was nowhere to ask"))
_NONE = Sentence("comments_answered.none", N_("No questions in the week"))
_COUNTS = Sentence(
    "comments_answered.counts",
    N_(
        "Answered within {hours} h: {n} of {due}; later: {late}; no public reply found by the time of the look: "
        "{none}; not yet due: {pending}"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(SeenTwice):
    """The week's questions, and what became of them by the time of the look."""

    comments: Annotated[int | None, Is("comments", "citizens' comments with some text")] = None
    questions: Annotated[int | None, Is("questions", "comments that ask")] = None
    due: Annotated[int | None, Is("questions", "all less those pending: the share is of these")] = None
    answered_in_time: Annotated[int | None, Is("questions", "first public answer within the policy's hours")] = None
    answered_late: Annotated[int | None, Is("questions", "first public answer after them")] = None
    no_reply_found: Annotated[int | None, Is("questions", "due, and no public answer seen")] = None
    pending: Annotated[int | None, Is("questions", "younger than the time for a reply, not answered yet")] = None
    answered_by_other: Annotated[int | None, Is("questions", "of no_reply_found: another body answered")] = None
    general_answers: Annotated[int | None, Is("comments", "the owner's answers to nobody in particular")] = None
    median_hours: Annotated[float | None, Is("hours", "in which half are answered (Kaplan-Meier)")] = None


def _judge(case: Case) -> Iterator[Finding[Answers]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Answers]:
    obstacle = questions_obstacle(case, sights)
    if obstacle is not None:
        return blocked(CHECK, case, obstacle, sight=about)
    values = _tally(case, read_week(case, sights))
    outcome, cause, message = _verdict(case, values, posts_to_read(case, sights))
    return found(
        CHECK,
        case,
        outcome,
        message,
        values=values,
        threshold=case.choice("reply_share"),
        sights=sights,
        kinds=(EvidenceKind.COMMENTS,),
        about=about,
        cause=cause,
    )


def _tally(case: Case, replies: WeekReplies) -> Answers:
    """Sort the week's questions into what became of them."""
    within = timedelta(hours=case.value("reply_within_hours"))
    kinds = [_kind(question, until, within) for question, until in replies.questions]
    in_time, late, none, pending = (kinds.count(kind) for kind in ("in_time", "late", "none", "pending"))
    rows = zip(replies.questions, kinds, strict=True)
    median = estimate(replies.waits).median
    return Answers(
        comments=replies.comments,
        questions=len(kinds),
        due=in_time + late + none,
        answered_in_time=in_time,
        answered_late=late,
        no_reply_found=none,
        pending=pending,
        answered_by_other=sum(q.other_at is not None and kind == "none" for (q, _), kind in rows),
        general_answers=replies.general_answers,
        median_hours=None if median is None else round(median, 2),
    )


def _kind(question: Question, seen_until: datetime, within: timedelta) -> str:
    """Sort one question. An answered one is judged at once; a younger one without an answer is pending."""
    if question.answered_at is not None:
        return "in_time" if question.answered_at - question.at <= within else "late"
    return "pending" if seen_until - question.at < within else "none"


def _verdict(case: Case, values: Answers, posts: Sequence[Post]) -> tuple[Outcome, Cause | None, Text]:
    """Judge without a threshold unless the policy has one (DESIGN.md section 5)."""
    if values.questions == 0:
        closed = bool(posts) and all(p.comments_state is CommentsState.CLOSED for p in posts)
        return Outcome.INAPPLICABLE, None, (_NOWHERE if closed else _NONE).say()
    due, in_time = values.due or 0, values.answered_in_time or 0
    counts = _COUNTS.say(
        n=in_time,
        due=due,
        none=values.no_reply_found,
        late=values.answered_late,
        hours=case.value("reply_within_hours"),
        pending=values.pending,
    )
    share = case.choice("reply_share")
    if due > 0 and in_time == due:
        return Outcome.PASSED, None, counts
    if due < case.value("least_questions"):
        return Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, counts
    if share is not None:
        return (Outcome.PASSED if in_time >= share * due else Outcome.FAILED), None, counts
    if in_time == 0:
        return Outcome.FAILED, None, counts
    return Outcome.CANT_TELL, Cause.NO_THRESHOLD, counts


# What readers are shown -------------------------------------------------------------------------------------------


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int)
    return Text(N_("within {hours} hours of the comment; no threshold for the share"), {"hours": value.value})


def _cell(finding: Finding[Answers]) -> Cell | None:
    """Say how many of the questions that were due were answered in time; too few of them are no share."""
    values = finding.values
    if finding.outcome is Outcome.INAPPLICABLE:
        return Cell(Sign.NOTHING, quiet=finding.message)
    if values.questions is None:
        return None
    quiet = Text(N_("not yet due: {n}"), {"n": values.pending}) if values.pending else None
    if finding.cause is Cause.TOO_LITTLE_DATA:
        return Cell(Sign.DOTS, Text(N_("too little data: {n}"), {"n": values.due}), quiet=quiet)
    judged = finding.outcome in {Outcome.PASSED, Outcome.FAILED}
    return Cell(
        SIGNS[finding.outcome] if judged else Sign.NONE,
        Text(N_("of {total}"), {"total": values.due}),
        strong=values.answered_in_time,
        quiet=quiet,
        key=values.answered_in_time,
    )


def _aside(finding: Finding[Answers]) -> Iterator[Text]:
    values = finding.values
    if values.general_answers:
        sentence = N_("Answers to nobody in particular: {n}; they are not timed.")
        yield Text(sentence, {"n": values.general_answers})
    if values.answered_by_other:
        yield Text(N_("Answered by another body only: {n}."), {"n": values.answered_by_other})


def _advice(advised: Advised[Answers]) -> Iterator[Text]:
    values = advised.finding.values
    if values.no_reply_found:
        yield Text(
            N_("On practice: no public reply was found to {n} of {due} questions; answer them under the posts."),
            {"n": values.no_reply_found, "due": values.due},
        )


def _post(findings: Sequence[Finding[Answers]]) -> Text | None:
    known = [(f.values.no_reply_found, f.values.due) for f in findings]
    told = [(none, due) for none, due in known if none is not None and due is not None]
    due = sum(due for _, due in told)
    sentence = N_("no public reply found by the time of the look: to {n} of {due} questions that were due")
    return Text(sentence, {"n": sum(none for none, _ in told), "due": due}) if due else None


def _past(finding: Finding[Answers]) -> Mapping[str, int | None]:
    return {"due": finding.values.due, "in_time": finding.values.answered_in_time}


CHECK = Check(
    name="comments_answered",
    order=7,
    place=Place.PRACTICE,
    title=N_("Questions answered"),
    passed=N_("Every question that was due has a public answer in time"),
    failed=N_("No public answer in time was found to any question that was due"),
    question=N_("Are citizens' questions answered in public, and in time?"),
    method=N_(
        "A question is a citizen's comment with a question mark or a request word, written in the week under its posts "
        "or those of the 14 days before. Due are all questions less those that are younger than the time for a reply "
        "and have no answer yet. The median time to reply is a Kaplan-Meier estimate, in which unanswered questions "
        "are not thrown away. Fewer than 5 due is too little data for a verdict."
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
    ),
    standing=N_("Answers: in words"),
    standing_width=28,
    bars=(
        Bar(N_("Questions"), "all", lambda values: values.questions),
        Bar(N_("answered in time"), "solid", lambda values: values.answered_in_time),
        Bar(N_("answered later"), "striped", lambda values: values.answered_late),
        Bar(N_("no public reply found by the time of the look"), "hollow", lambda values: values.no_reply_found),
        Bar(N_("not yet due"), "dotted", lambda values: values.pending),
    ),
    aside=_aside,
    advice=_advice,
    post=_post,
    unrecognised=EvidenceKind.COMMENTS,
    past=_past,
)
