"""Check `comments_answered`: whether citizens' questions are answered in public, and in time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Annotated

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, evidence_ids
from auditor.checks.causes import CAUSES
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, HistoryFigure, ReportSection, ValueMeaning, Values
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person
from auditor.checks.questions import (
    DUE,
    PageThreads,
    Question,
    QuestionStatus,
    WeekQuestions,
    questions_in,
    window_start,
)
from auditor.language.rule_accuracy import MEASURED
from auditor.registry.models import PolicyValue

CLOSED = Sentence("comments_answered.closed", N_("Comments are closed under all posts that were looked at: {all}"))
_NO_QUESTIONS = Sentence(
    "comments_answered.no_questions",
    N_(
        "No question was seen in the week; citizens' comments: {comments}, of them reports of a problem: {reports}, "
        "unsure whether they ask: {unsure}"
    ),
)
_COUNTED = Sentence(
    "comments_answered.counted",
    N_(
        "Questions asked: {questions}. Answered by the owner within {hours} h: {n}, later: {late}; no answer of the "
        "owner seen: {none}, of them answered by another body: {body}; too early to tell: {pending}; not certain: "
        "{uncertain}"
    ),
)
_FEW = Sentence(
    "comments_answered.few",
    N_("{message}. A verdict needs {questions} questions due of {people} people; there are {due} of {askers}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostQuestions:
    """The week's questions under one post."""

    url: str
    at: datetime
    """When the post was published."""
    questions: int
    no_reply_found: int
    """Of the questions due, those without an answer of the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredValues(Values):
    """The week's questions, and their status at the time of the look.

    `questions` counts the same words of one author once; it is the sum of the five statuses of `QuestionStatus`. The
    owner is whoever answers for the holder (`Side.OWNER`).
    """

    comments: Annotated[int | None, ValueMeaning("comments", "citizens' comments with some text")] = None
    questions: Annotated[int | None, ValueMeaning("questions", "comments that ask: the sum of the six kinds below")] = (
        None
    )
    unsure: Annotated[int | None, ValueMeaning("comments", "of which two readers would differ whether they ask")] = None
    problem_reports: Annotated[
        int | None, ValueMeaning("comments", "at least so many tell of a problem and ask nothing")
    ] = None
    askers: Annotated[int | None, ValueMeaning("people", "who asked the questions due: each page's fullest look")] = (
        None
    )
    due: Annotated[
        int | None, ValueMeaning("questions", "in time, late and without a reply: the share is of these")
    ] = None
    answered_in_time: Annotated[
        int | None, ValueMeaning("questions", "first answer of the owner within policy's hours")
    ] = None
    answered_late: Annotated[int | None, ValueMeaning("questions", "first answer of the owner after them")] = None
    no_reply_found: Annotated[int | None, ValueMeaning("questions", "due, and no answer of the owner seen")] = None
    pending: Annotated[int | None, ValueMeaning("questions", "younger than the time for a reply at the look")] = None
    uncertain: Annotated[
        int | None, ValueMeaning("questions", "unanswered, and not shown or not read after the week")
    ] = None
    answered_by_body: Annotated[int | None, ValueMeaning("questions", "of no_reply_found: another body answered")] = (
        None
    )
    answered_by_unknown: Annotated[
        int | None, ValueMeaning("questions", "of no_reply_found: answered by somebody whose side is not known")
    ] = None
    same_text: Annotated[int | None, ValueMeaning("answers", "that share their text with another")] = None
    median_hours: Annotated[
        int | None, ValueMeaning("hours", "whole, by whose end half of those due were answered")
    ] = None
    posts: Annotated[tuple[PostQuestions, ...] | None, ValueMeaning("posts", "with questions of the week")] = None

    @property
    def bounds(self) -> tuple[int, int, int] | None:
        """The share answered in time if the unsure comments are questions too: least, most, and of how many.

        At the least none of the unsure was answered in time, at the most each was. None if the share is not known.
        """
        if self.unsure is None or self.due is None or self.answered_in_time is None:
            return None
        return self.answered_in_time, self.answered_in_time + self.unsure, self.due + self.unsure


# The judgement ---------------------------------------------------------------------------------------------------


def _judge(case: Case) -> Iterator[Finding[AnsweredValues]]:
    threads: dict[str, PageThreads] = {}

    def judge(case: Case, pages: Sequence[ObservedPage]) -> Finding[AnsweredValues]:
        for page in pages:
            if page.account.url.url not in threads:
                threads[page.account.url.url] = PageThreads.of(case, page)
        return _finding(case, pages, questions_in(case, [threads[page.account.url.url] for page in pages]))

    yield from judge_person(CHECK, case, judge)


def _finding(case: Case, pages: Sequence[ObservedPage], questions: WeekQuestions) -> Finding[AnsweredValues]:
    values, evidence = _values(questions), evidence_ids(pages, EvidenceKind.COMMENTS)
    if not questions.questions:
        return _without_questions(case, pages, questions, values)
    outcome, cause = _verdict(case, questions, values)
    if outcome is Outcome.CANT_TELL and cause is not None and cause not in {*COUNTED_UNDER, Cause.UNPROVED_IDENTITY}:
        return CHECK.cant_tell(case, cause, values, evidence=evidence)
    threshold = case.policy_value("reply_within_hours")
    message = _message(case, values, cause)
    return CHECK.finding(case, outcome, message, values, cause=cause, threshold=threshold, evidence=evidence)


def _values(questions: WeekQuestions) -> AnsweredValues:
    counts = Counter(question.status for question in questions.questions)
    unanswered = [question for question in questions.questions if question.status is QuestionStatus.UNANSWERED]
    due = sum(counts[status] for status in DUE)
    return AnsweredValues(
        comments=questions.comments,
        questions=len(questions.questions),
        unsure=questions.unsure,
        problem_reports=questions.problem_reports,
        askers=questions.askers,
        due=due,
        answered_in_time=counts[QuestionStatus.IN_TIME],
        answered_late=counts[QuestionStatus.LATE],
        no_reply_found=len(unanswered),
        pending=counts[QuestionStatus.PENDING],
        uncertain=counts[QuestionStatus.UNCERTAIN],
        answered_by_body=sum(question.answered_by_body for question in unanswered),
        answered_by_unknown=sum(question.answered_by_unknown for question in unanswered),
        same_text=questions.same_text,
        median_hours=_median(questions.questions, due),
        posts=tuple(_under_posts(questions.questions)),
    )


def _median(questions: Iterable[Question], due_count: int) -> int | None:
    """Return the whole hours within which half of the questions due were answered; None if fewer than half were."""
    waits = sorted(q.answered_at - q.at for q in questions if q.answered_at is not None)
    middle = (due_count + 1) // 2
    return ceil(waits[middle - 1] / timedelta(hours=1)) if due_count and len(waits) >= middle else None


def _under_posts(questions: Sequence[Question]) -> Iterator[PostQuestions]:
    for post in {question.post.url: question.post for question in questions}.values():
        statuses = [question.status for question in questions if question.post.url == post.url]
        unanswered = statuses.count(QuestionStatus.UNANSWERED)
        yield PostQuestions(url=post.url, at=post.at, questions=len(statuses), no_reply_found=unanswered)


def _without_questions(
    case: Case, pages: Sequence[ObservedPage], questions: WeekQuestions, values: AnsweredValues
) -> Finding[AnsweredValues]:
    """Return the finding of a week without questions: none was asked, comments are closed, or it is not known."""
    posts = [(page, post) for page in pages for post in case.posts([page], window_start(case))]
    cause = questions.why_incomplete or (
        questions.why_incomplete_for_failed if questions.why_incomplete_for_failed is Cause.SEEN_LATE else None
    )
    evidence = evidence_ids(pages, EvidenceKind.COMMENTS)
    if cause is not None:
        return CHECK.cant_tell(case, cause, values if questions.comments else None, evidence=evidence)
    message = _NO_QUESTIONS.fill(
        comments=questions.comments, reports=questions.problem_reports, unsure=questions.unsure
    )
    if posts and all(case.comments_state(page, post) is CommentsState.CLOSED for page, post in posts):
        message = CLOSED.fill(all=len(posts))
    return CHECK.finding(case, Outcome.INAPPLICABLE, message, values, evidence=evidence)


def _verdict(case: Case, questions: WeekQuestions, values: AnsweredValues) -> tuple[Outcome, Cause | None]:
    """Return the outcome, and its cause if it is `cantTell` (docs/dev/design.md, section 5). In this order:

    1. `passed`: enough questions are due, all were answered in time, none is uncertain, and all was read as `passed`
       needs it.
    2. `failed`: enough are due, none was answered, only citizens wrote, and all was read as both verdicts need it.
    3. `cantTell`, because not all was read as `passed` needs it; or as `failed` needs it, if 2 holds but for that (for
       `SEEN_LATE`, also if some are uncertain).
    4. `cantTell`, because an author whose side is not known answered.
    5. `cantTell`: too little data if too few are due or some are uncertain; else no threshold for a share in between.
    """
    due, uncertain = values.due or 0, values.uncertain or 0
    enough = due >= case.policy_value("least_questions") and (values.askers or 0) >= case.policy_value("least_askers")
    if enough and values.answered_in_time == due and not uncertain and questions.why_incomplete is None:
        return Outcome.PASSED, None
    none_answered = enough and values.no_reply_found == due and not questions.has_other_writers
    if none_answered and questions.why_incomplete is None and questions.why_incomplete_for_failed is None:
        return Outcome.FAILED, None
    cause_for_failed = questions.why_incomplete_for_failed if none_answered or uncertain else None
    cause = questions.why_incomplete or (
        cause_for_failed if none_answered or cause_for_failed is Cause.SEEN_LATE else None
    )
    if cause is not None:
        return Outcome.CANT_TELL, cause
    if values.answered_by_unknown:
        return Outcome.CANT_TELL, Cause.UNPROVED_IDENTITY
    return Outcome.CANT_TELL, Cause.NO_THRESHOLD if enough and not uncertain else Cause.TOO_LITTLE_DATA


COUNTED_UNDER = frozenset({Cause.TOO_LITTLE_DATA, Cause.NO_THRESHOLD})
"""Causes under which the counts are used. `TOO_LITTLE_DATA` may also be the cause of threads that were not read in
full, so that counts under it are not always complete."""


def _message(case: Case, values: AnsweredValues, cause: Cause | None) -> Text:
    counted = _COUNTED.fill(
        questions=values.questions,
        hours=case.policy_value("reply_within_hours"),
        n=values.answered_in_time,
        late=values.answered_late,
        none=values.no_reply_found,
        body=values.answered_by_body,
        pending=values.pending,
        uncertain=values.uncertain,
    )
    if cause is Cause.UNPROVED_IDENTITY:
        return CAUSES[cause].sentence.fill()
    least, people = case.policy_value("least_questions"), case.policy_value("least_askers")
    enough = (values.due or 0) >= least and (values.askers or 0) >= people and not values.uncertain
    if cause is not Cause.TOO_LITTLE_DATA or enough:
        return counted
    return _FEW.fill(message=counted, questions=least, people=people, due=values.due, askers=values.askers)


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int | float)
    return Text(N_("within {hours} hours of the comment; no threshold for the share"), {"hours": value.value})


def is_counted(finding: Finding[AnsweredValues]) -> bool:
    """Return whether a history may use the figures: without a cause, or with one of `COUNTED_UNDER`."""
    return finding.cause is None or finding.cause in COUNTED_UNDER


def _accuracy_notes(findings: Iterable[Finding[AnsweredValues]]) -> Iterator[Text]:
    """Yield how accurately the rules classify comments, and how many comments of this report are unsure."""
    accuracy = N_(
        "Measured on {rows} invented comments that no rule was written from: {precision} % ({precision_between}) of "
        "what the rules took for a question was one, {recall} % ({recall_between}) of the questions were found, "
        "{unsure} % of all was left unsure; in brackets the interval of 95 %. No real comment is kept to measure on."
    )
    yield Text(accuracy, {"rows": MEASURED.rows, **_measured()})
    counts = [(f.values.unsure, f.values.comments or 0) for f in findings if f.values.unsure is not None]
    unsure, comments = sum(n for n, _ in counts), sum(total for _, total in counts)
    if comments:
        percent = round(unsure / comments * 100)
        unsure_share = N_("Unsure in this report: {n} of {comments} comments ({percent} %).")
        yield Text(unsure_share, {"n": unsure, "comments": comments, "percent": percent})


def _measured() -> dict[str, int | str]:
    """Return the measured shares in per cent, and their intervals of 95 % under ``NAME_between``."""
    shares = {name: round(getattr(MEASURED, name) * 100) for name in ("precision", "recall", "unsure")}
    bounds = {name: getattr(MEASURED, f"{name}_interval") for name in ("precision", "recall")}
    intervals = {f"{name}_between": f"{low * 100:.0f}–{high * 100:.0f}" for name, (low, high) in bounds.items()}
    return {**shares, **intervals}


CHECK = Check(
    name="comments_answered",
    order=7,
    section=ReportSection.PRACTICE,
    title=N_("Questions answered"),
    passed=N_("Every question that was due has a public answer of the owner in time"),
    failed=N_("No answer of the owner was seen to any question that was due"),
    question=N_("Are citizens' questions answered in public, and in time?"),
    method=N_(
        "Each citizen's comment is read by rules before its words are dropped: it asks, reports a problem, does "
        "neither, or is unsure where two careful readers would differ. First comes whom it speaks to: what answers "
        "another citizen, or begins with his name, asks him. Then, sentence by sentence, requests are told by their "
        "grammar and questions by what is asked. Only what surely asks is in the share; the unsure widen it to an "
        "interval (at the least all of them are questions and none was answered in time, at the most each was) and "
        "block no colour; reports of a problem have a line of their own. Counted are comments written in the week "
        "under its posts or those of the 14 days before. The same words of one author are one question. Due are all "
        "questions less those that are younger than the time for a reply and have no answer yet, and those of which it "
        "is not certain that none came. Who answers for the holder: every confirmed page of his, the channel or "
        "community itself, its linked group with its administrators, and whom the registry lists. Either colour needs "
        "at least 5 questions due of at least 3 people and all threads read after the week. Red only where, after the "
        "first question under each post, nobody but citizens has written anything at all. Where the number of comments "
        "under an older post has not changed, green does not read it again: an equal number can hide an exchange. The "
        "median is over all questions due, one without an answer counting longer than any."
    ),
    values=AnsweredValues,
    judge=_judge,
    policy_key="reply_within_hours",
    threshold=_threshold,
    report_notes=_accuracy_notes,
    unrecognised=EvidenceKind.COMMENTS,
    history_figures=(
        HistoryFigure("due", lambda finding: finding.values.due if is_counted(finding) else None),
        HistoryFigure(
            "in_time",
            lambda finding: finding.values.answered_in_time if is_counted(finding) else None,
        ),
    ),
)
