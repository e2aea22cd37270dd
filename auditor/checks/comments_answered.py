"""Check `comments_answered`: whether citizens' questions are answered in public, and in time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from auditor.base.reply_targets import is_countable
from auditor.base.snapshot import Cause, EvidenceKind, Intent, Outcome
from auditor.base.text import N_, Scalar, Sentence, Text, phrase
from auditor.checks.case import Case, evidence_ids
from auditor.checks.comments_state import was_seen_closed
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, HeadlineFigure, HistoryFigure, Measure, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person
from auditor.checks.questions import DUE, LONG_WAIT, PageThreads, Question, QuestionStatus, WeekQuestions
from auditor.language.rule_accuracy import MEASURED
from auditor.registry.models import Basis, Policy, PolicyValue
from auditor.registry.policy import NO_NORM, Threshold


def _in_words(value: PolicyValue) -> Text:
    assert isinstance(value.value, int | float)
    return Text(N_("within {hours} hours of the comment; no threshold for the share"), {"hours": value.value})


_REPLY_TIME = Threshold(
    key="reply_within_hours",
    value=24,
    least=0.1,
    most=8_760,
    wanted=N_("a number of hours, 0.1 to 8760"),
    basis=Basis.ANALOGUE,
    source="Ярославская область, проект: yarnews.net; Сахалин: kinoreef.ru",
    note="отсчёт от комментария; в опубликованных нормах — от его обнаружения",
    label=N_("Time to answer a question, hours"),
    words=_in_words,
)

_LEAST_QUESTIONS = Threshold(
    key="least_questions",
    value=5,
    least=1,
    most=1_000,
    wanted=N_("a whole number of questions, 1 to 1000"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="меньше вопросов — мало данных",
    label=N_("Questions for a verdict, at least"),
)

_LEAST_ASKERS = Threshold(
    key="least_askers",
    value=3,
    least=1,
    most=1_000,
    wanted=N_("a whole number of people, 1 to 1000"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="разных авторов среди вопросов с истёкшим сроком; меньше — мало данных",
    label=N_("People who asked, for a verdict, at least"),
)

CLOSED = Sentence(
    "comments_answered.closed",
    N_("Comments are closed under all posts that were looked at: {all}"),
    rests_on="The network said of each post looked at that it is closed",
    not_said="Why; nor how it was earlier",
)
_NO_QUESTIONS = Sentence(
    "comments_answered.no_questions",
    N_(
        "No question was seen in the week; citizens' comments: {comments}, of them reports of a problem: {reports}, "
        "unsure whether they ask: {unsure}"
    ),
    rests_on="All threads of the window; each comment as the rules read it",
    not_said="That nobody asked in another place, or that nothing was deleted",
)
_ORGANISATIONS = Sentence(
    "comments_answered.organisations",
    N_("No citizen's question was seen in the week; questions of organisations: {organisations}"),
    rests_on="All threads of the window; only organisations asked",
    not_said="That nobody asked in another place, or that nothing was deleted",
)
_COUNTED = Sentence(
    "comments_answered.counted",
    N_(
        "Questions asked: {questions}. Answered by the owner within {hours} h: {n}, later: {late}; no answer of the "
        "owner seen: {none}, of them answered by another body: {body}; too early to tell: {pending}; not certain: "
        "{uncertain}"
    ),
    rests_on=(
        "All threads of the window, up to the look. Red only where as many questions of as many people as the "
        "policy says, on one network, have waited three times the time for a reply, none was answered, and since "
        "the first of them nobody but citizens has written under any post, nobody who asks nothing has replied in"
        " five words, and no post says that the page answers people"
    ),
    not_said="That nobody answered: it may have been in private, by telephone, elsewhere, or be deleted",
    red=True,
)
_FEW = Sentence(
    "comments_answered.few",
    N_("{message}. A verdict needs {questions} questions due of {people} people; there are {due} of {askers}"),
    rests_on="All threads of the window; fewer questions or people than a verdict needs, or one that is not certain",
    not_said="That the rest were answered elsewhere, or were not",
)
_YOUNG = Sentence(
    "comments_answered.young",
    N_(
        "{message}. Unless all are answered in time, a verdict needs {questions} questions of {people} people on one "
        "network that are older than {hours} h"
    ),
    rests_on="All threads of the window; too few of the questions are old enough on one network",
    not_said="That the rest were answered elsewhere, or were not",
)
_RECORD_CHANGED = Sentence(
    "comments_answered.record_changed",
    N_("{message}. Who answers for the owner was changed on record after some threads were read: they are not settled"),
    rests_on="All threads of the window; who answers for the person was changed on record since some were read",
    not_said="That somebody answered, or that nobody did",
)
_WHO_ANSWERED = Sentence(
    "comments_answered.who_answered",
    N_("{message}. It is not known in whose name questions were answered"),
    rests_on="An answer by somebody who is not on record, or by a citizen who asks nothing where all else is silence",
    not_said="That it is, or is not, the person's",
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

    comments: int | None = value_field("comments", "citizens' comments with some text")
    questions: int | None = value_field("questions", "citizens': in time, late, no reply, pending and uncertain")
    unsure: int | None = value_field("comments", "of which it is not certain that they ask")
    problem_reports: int | None = value_field("comments", "at least so many tell of a problem and ask nothing")
    advertisements: int | None = value_field("comments", "left out: advertisements ask nothing", optional=True)
    organisation_questions: int | None = value_field("comments", "of organisations, counted apart", optional=True)
    askers: int | None = value_field("people", "who asked the questions due: each network's fullest look")
    due: int | None = value_field("questions", "in time, late and without a reply: the share is of these")
    answered_in_time: int | None = value_field("questions", "first answer of the owner within policy's hours")
    answered_late: int | None = value_field("questions", "first answer of the owner after them")
    no_reply_found: int | None = value_field("questions", "due, and no answer of the owner seen")
    long_unanswered: int | None = value_field(
        "questions", "of no_reply_found: older than three times the hours", optional=True
    )
    pending: int | None = value_field("questions", "younger than the time for a reply at the look")
    uncertain: int | None = value_field("questions", "unanswered, and not shown or not read after the week")
    answered_by_body: int | None = value_field("questions", "of no_reply_found: another body answered")
    answered_by_unknown: int | None = value_field("questions", "of no_reply_found: an author not known answered")
    same_text: int | None = value_field("answers", "that share their text with another")
    median_hours: int | None = value_field("hours", "whole, by whose end half of those due were answered")
    posts: tuple[PostQuestions, ...] | None = value_field("posts", "with questions of the week")

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
                threads[page.account.url.url] = PageThreads(case, page)
        return _finding(case, WeekQuestions(case, [threads[page.account.url.url] for page in pages]))

    yield from judge_person(CHECK, case, judge)


def _finding(case: Case, week: WeekQuestions) -> Finding[AnsweredValues]:
    values, evidence = _values(week), evidence_ids((threads.page for threads in week.pages), EvidenceKind.COMMENTS)
    outcome, cause, message = (_verdict if values.questions else _without_questions)(case, week, values)
    if message is None and cause is not None:
        return CHECK.cant_tell(case, cause, values if values.comments else None, evidence=evidence)
    message = message or _counted(case, values)
    threshold = case.policy_value("reply_within_hours") if values.questions else None
    return CHECK.finding(case, outcome, message, values, cause=cause, threshold=threshold, evidence=evidence)


def _values(week: WeekQuestions) -> AnsweredValues:
    questions, citizens = week.questions, [comment for comment in week.comments if is_countable(comment)]
    counts, intents = Counter(question.status for question in questions), Counter(c.says for c in citizens)
    unanswered = [question for question in questions if question.status is QuestionStatus.UNANSWERED]
    due = sum(counts[status] for status in DUE)
    return AnsweredValues(
        comments=len(citizens),
        questions=len(questions),
        unsure=intents[Intent.UNSURE],
        problem_reports=intents[Intent.REPORTS],
        advertisements=sum(comment.rule.startswith("advertisement") for comment in citizens) or None,
        organisation_questions=week.organisation_questions or None,
        askers=sum(people for _, people in week.count_and_people(lambda question: question.status in DUE)),
        due=due,
        answered_in_time=counts[QuestionStatus.IN_TIME],
        answered_late=counts[QuestionStatus.LATE],
        no_reply_found=len(unanswered),
        long_unanswered=sum(question.long_waiting for question in unanswered),
        pending=counts[QuestionStatus.PENDING],
        uncertain=counts[QuestionStatus.UNCERTAIN],
        answered_by_body=sum(question.answered_by_body for question in unanswered),
        answered_by_unknown=sum(question.answered_by_unknown for question in unanswered),
        same_text=week.same_text,
        median_hours=_median(questions, due),
        posts=tuple(_under_posts(questions)),
    )


def _median(questions: Iterable[Question], due_count: int) -> int | None:
    """Return the whole hours within which half of the questions due were answered; None if fewer than half were."""
    waits = sorted(max(timedelta(), q.answered_at - q.at) for q in questions if q.answered_at is not None)
    middle = (due_count + 1) // 2
    return ceil(waits[middle - 1] / timedelta(hours=1)) if due_count and len(waits) >= middle else None


def _under_posts(questions: Sequence[Question]) -> Iterator[PostQuestions]:
    posts = {question.post.url: question.post for question in questions}.values()
    for post in sorted(posts, key=lambda post: (post.at, post.url)):
        statuses = [question.status for question in questions if question.post.url == post.url]
        unanswered = statuses.count(QuestionStatus.UNANSWERED)
        yield PostQuestions(url=post.url, at=post.at, questions=len(statuses), no_reply_found=unanswered)


# Outcome, its cause, and the message to tell it with; without one the cause's own, or the counts.
_Verdict = tuple[Outcome, Cause | None, Text | None]


def _without_questions(_: Case, week: WeekQuestions, values: AnsweredValues) -> _Verdict:
    """Return the verdict of a week without questions: none was asked, comments are closed, or it is not known."""
    posts = [(threads.page, post) for threads in week.pages for post in threads.posts.values()]
    for_failed = week.why_incomplete(for_failed=True)
    cause = week.why_incomplete(for_failed=False) or (for_failed if for_failed is Cause.SEEN_LATE else None)
    if cause is not None:
        return Outcome.CANT_TELL, cause, None
    if values.organisation_questions:
        message = _ORGANISATIONS.fill(organisations=values.organisation_questions)
        return Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, message
    if posts and all(was_seen_closed(page, post) for page, post in posts):
        return Outcome.INAPPLICABLE, None, CLOSED.fill(all=len(posts))
    message = _NO_QUESTIONS.fill(comments=values.comments, reports=values.problem_reports, unsure=values.unsure)
    return Outcome.INAPPLICABLE, None, message


def _verdict(case: Case, week: WeekQuestions, values: AnsweredValues) -> _Verdict:
    """Return the verdict of the first condition that holds (docs/dev/design.md, section 5, Comments)."""
    has_enough = _is_enough(case, (values.due or 0, values.askers or 0))
    unread, unread_for_failed = (week.why_incomplete(for_failed=for_failed) for for_failed in (False, True))
    enough_long = _is_enough(case, *week.count_and_people(lambda question: question.long_waiting))
    silent = enough_long and values.due == values.no_reply_found and week.only_citizens_wrote
    helped = silent and week.may_have_helper
    late = unread_for_failed is Cause.SEEN_LATE and bool(values.uncertain)
    cause = unread or (unread_for_failed if silent or late else None)
    was_read = week.why_incomplete(for_failed=False, by_record_of_then=True) is None
    all_in_time = values.answered_in_time == values.due and not values.uncertain
    table: tuple[tuple[bool, tuple[Outcome, Cause | None, Sentence | None]], ...] = (
        (has_enough and all_in_time and unread is None, (Outcome.PASSED, None, None)),
        (silent and not helped and cause is None, (Outcome.FAILED, None, None)),
        (cause is Cause.TOO_LITTLE_DATA and was_read, (Outcome.CANT_TELL, cause, _RECORD_CHANGED)),
        (cause is not None, (Outcome.CANT_TELL, cause, None)),
        (not has_enough or bool(values.uncertain), (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, _FEW)),
        (not enough_long, (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, _YOUNG)),
        (bool(values.answered_by_unknown) or helped, (Outcome.CANT_TELL, Cause.UNPROVED_IDENTITY, _WHO_ANSWERED)),
        (True, (Outcome.CANT_TELL, Cause.NO_THRESHOLD, _COUNTED)),
    )
    outcome, cause, sentence = next(verdict for holds, verdict in table if holds)
    return outcome, cause, _message(case, values, sentence) if sentence is not None else None


def _is_enough(case: Case, *counts_and_people: tuple[int, int]) -> bool:
    """Return whether some network has the questions, and the people who ask, that a verdict needs."""
    least, people = case.policy_value("least_questions"), case.policy_value("least_askers")
    return any(count >= least and askers >= people for count, askers in counts_and_people)


def _counted(case: Case, values: AnsweredValues) -> Text:
    return _COUNTED.fill(
        questions=values.questions,
        hours=case.policy_value("reply_within_hours"),
        n=values.answered_in_time,
        late=values.answered_late,
        none=values.no_reply_found,
        body=values.answered_by_body,
        pending=values.pending,
        uncertain=values.uncertain,
    )


def _message(case: Case, values: AnsweredValues, sentence: Sentence) -> Text:
    counted = _counted(case, values)
    if sentence is _COUNTED:
        return counted
    return sentence.fill(
        message=counted,
        questions=case.policy_value("least_questions"),
        people=case.policy_value("least_askers"),
        due=values.due,
        askers=values.askers,
        hours=LONG_WAIT * case.policy_value("reply_within_hours"),
    )


def is_counted(finding: Finding[AnsweredValues]) -> bool:
    """Return whether a history may use the figures: no cause is told, in whatever sentence, in place of counts."""
    message: Scalar | Text = finding.message
    while isinstance(message, Text) and "message" in message.params:
        message = message.params["message"]
    return isinstance(message, Text) and not message.id.startswith("cause.")


class AnsweredShare(NamedTuple):
    """How many questions are answered, of how many: where none is, of those that have waited long, if any have."""

    answered: int
    total: int
    is_silence: bool


def answered_share(values: AnsweredValues) -> AnsweredShare:
    """Return the share that stands in a cell, whatever the outcome."""
    answered, long_unanswered = (values.answered_in_time or 0) + (values.answered_late or 0), values.long_unanswered
    is_silence = bool(long_unanswered) and not answered
    return AnsweredShare(answered, (is_silence and long_unanswered) or values.due or 0, is_silence)


def _answered(findings: Iterable[Finding[AnsweredValues]], _offices: int) -> Measure:
    """Count the questions with a reply, out of those due an answer where they could be counted."""
    findings = tuple(findings)
    counted = [finding.values for finding in findings if is_counted(finding)]
    in_time, late = (sum(getattr(v, key) or 0 for v in counted) for key in ("answered_in_time", "answered_late"))
    untold = sum(finding.outcome is Outcome.CANT_TELL and not is_counted(finding) for finding in findings)
    return Measure(in_time + late, sum(values.due or 0 for values in counted), late, unknown=untold)


def _accuracy_notes(findings: Iterable[Finding[AnsweredValues]]) -> Iterator[Text]:
    """Yield how accurately the rules classify comments, and how many comments of this report are unsure."""
    yield MEASURED.note
    counts = [(f.values.unsure, f.values.comments or 0) for f in findings if f.values.unsure is not None]
    unsure, comments = sum(n for n, _ in counts), sum(total for _, total in counts)
    if comments:
        percent = round(unsure / comments * 100)
        unsure_share = N_("Unsure in this report: {n} of {comments} comments ({percent} %).")
        yield Text(unsure_share, {"n": unsure, "comments": comments, "percent": percent})


_NEVER_RED = N_(
    "unanswered questions of a week's end can never be a red: they must be older than three times reply_within_hours, "
    "{hours} hours, and no look later than late_look_days, {days} days, counts; lower the one or raise the other"
)


def _never_red(policy: Policy) -> Text | None:
    hours, days = LONG_WAIT * Decimal(str(policy[_REPLY_TIME.key].value)), policy["late_look_days"].number
    return phrase(_NEVER_RED, hours=f"{hours:g}", days=days) if hours > days * 24 else None


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
        "neither, or is unsure: it has the form of a question and names nothing to answer or to do, or says without a"
        " mark what will be done. What answers another citizen, or begins with that citizen's name, asks nobody on "
        "the owner's side; requests are recognised by their grammar, questions by what is asked. Only what surely "
        "asks is in the share; the unsure widen it to an interval and block no colour; reports of a problem, "
        "advertisements and what organisations ask are counted apart. Counted are comments written in the week under "
        "its posts and those of the days before that the policy names. The same words of one author are one question,"
        " and an answer to any copy answers it. Due are all questions less those that are younger than the time for a"
        " reply and have no answer yet, and those of which it is not certain that none came. Who answers for the "
        "holder: every confirmed page of theirs, the channel or community itself, its linked group with its "
        "administrators, and whom the registry lists. Either colour needs as many questions due of as many people as "
        "the policy says, and all threads read after the week. Red only where so many questions on one network have "
        "waited three times the time for a reply, none was answered, and since the first of them nobody but citizens "
        "wrote anything under any post, nobody who asks nothing answered in five words or more, and no post says that"
        " the page answers people. Where the number of comments under an older post has not changed, green does not "
        "read it again: an equal number can hide an exchange. The median is over all questions due, one without an "
        "answer counting longer than any."
    ),
    values=AnsweredValues,
    judge=_judge,
    threshold=_REPLY_TIME,
    never_red=_never_red,
    rests_on_comments=True,
    bar="due",
    headline=HeadlineFigure("answered", N_("Answered"), _answered),
    functions={"is_counted": is_counted, "answered_share": answered_share},
    report_notes=_accuracy_notes,
    unrecognised=EvidenceKind.COMMENTS,
    history_figures=(
        HistoryFigure("due", lambda finding: finding.values.due if is_counted(finding) else None),
        HistoryFigure("in_time", lambda finding: finding.values.answered_in_time if is_counted(finding) else None),
    ),
)
