"""How comments_answered is shown: see `auditor.checks.comments_answered`."""

from collections.abc import Iterable, Iterator

from auditor.audit.document import AuditedPolicy
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, NN_, Text, joined
from auditor.checks.causes import CAUSES
from auditor.checks.comments_answered import CLOSED, Answers
from auditor.checks.finding import Finding
from auditor.report.checks.shown import SIGNS, Advised, Bar, Cell, Column, Interval, Lead, Shown, Sign


def _cell(finding: Finding[Answers]) -> Cell | None:
    """Say how many of the questions that were due were answered in time; too few of them are no share."""
    values = finding.values
    if finding.outcome is Outcome.INAPPLICABLE:
        return Cell(Sign.NOTHING, quiet=_nobody_asked(finding))
    if not values.questions:
        return None
    quiet = Text(N_("not yet due: {n}"), {"n": values.pending}) if values.pending else None
    if finding.cause is Cause.TOO_LITTLE_DATA:
        return Cell(Sign.DOTS, Text(N_("too little data: {n}"), {"n": values.due}), quiet=quiet)
    if not _has_share(finding):  # whose answers they are is not known: 0 of N would say that there is none
        return Cell(Sign.UNKNOWN, Text(CAUSES[finding.cause].short) if finding.cause else None, quiet=quiet)
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
    if finding.message.id == CLOSED.id:
        return Text(N_("comments closed"))
    if finding.without_values:
        return finding.message
    if not (values.problem_reports or values.unsure):
        return Text(N_("no questions seen"))
    told = {"reports": values.problem_reports, "unsure": values.unsure}
    return Text(N_("no questions; reports of a problem: at least {reports}, unsure: {unsure}"), told)


def _with_the_unsure(values: Answers) -> Text | None:
    """Say the bounds of the share where it has any."""
    if not values.unsure or values.bounds is None:
        return None
    least, most, total = values.bounds
    return Text(N_("with the unsure {least}–{most} of {total}"), {"least": least, "most": most, "total": total})


def _has_share(finding: Finding[Answers]) -> bool:
    """Tell whether a share is shown: enough was due, all was read, and it is known who answered."""
    return bool(finding.values.due) and finding.cause in {None, Cause.NO_THRESHOLD}


def _percent(finding: Finding[Answers], end: int) -> float | None:
    """Return a bound of the share, in per cent."""
    bounds = finding.values.bounds
    return round(bounds[end] / bounds[2] * 100, 1) if bounds is not None and _has_share(finding) else None


def _lead(finding: Finding[Answers], policy: AuditedPolicy) -> Lead | None:
    values = finding.values
    if not values.questions:
        return Lead(Text(N_("{message}."), {"message": finding.message}))
    counted = {"comments": values.comments, "questions": values.questions}
    return Lead(Text(N_("Comments: {comments}, of them questions: {questions}."), counted), _share(finding, policy))


def _share(finding: Finding[Answers], policy: AuditedPolicy) -> Text:
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
    rest = {
        N_("Answered by another body only: {n}."): values.answered_by_body,
        N_("Answered by somebody whose side is not known: {n}."): values.answered_by_unknown,
        N_("Not certain: {n}; the question is not shown any more, or was not read after the week."): values.uncertain,
        N_("Answers with the same text as another: {n}."): values.same_text,
        N_("Half of the questions due were answered within {n} h."): values.median_hours,
    }
    yield from (Text(sentence, {"n": n}) for sentence, n in rest.items() if n)


def _advice(advised: Advised[Answers]) -> Iterator[Text]:
    values = advised.finding.values
    if values.no_reply_found:
        yield Text(
            N_("On practice: no answer of the owner was seen to {n} of {due} questions; answer them under the posts."),
            {"n": values.no_reply_found, "due": values.due},
        )


_WORTH_TELLING = 3
"""The least number of equal answers that a post mentions: two may be a coincidence."""


def _post(findings: Iterable[Finding[Answers]]) -> Text | None:
    known = [finding.values for finding in findings if finding.values.due]
    n, due = sum(values.no_reply_found or 0 for values in known), sum(values.due or 0 for values in known)
    unsure, same = sum(values.unsure or 0 for values in known), sum(values.same_text or 0 for values in known)
    if not due:
        return None
    sentence = N_("no answer of the owner seen by the time of the look: to {n} of {due} questions that were due")
    if unsure:
        sentence = N_(
            "no answer of the owner seen by the time of the look: to {n} of {due} questions that were due, "
            "with the unsure to {n}–{most} of {total}"
        )
    part = Text(sentence, {"n": n, "due": due, "most": n + unsure, "total": due + unsure})
    alike = Text(N_("answers with the same text: {n}"), {"n": same})
    return joined("; ", part, *([alike] if same >= _WORTH_TELLING else ()))


SHOWN = Shown(
    cell=_cell,
    columns=(
        Column(N_("Questions asked"), 10, lambda finding: finding.values.questions),
        Column(N_("Questions due"), 10, lambda finding: finding.values.due),
        Column(N_("Answered in time"), 10, lambda finding: finding.values.answered_in_time),
        Column(N_("Answered later"), 10, lambda finding: finding.values.answered_late),
        Column(N_("No answer of the owner seen by the time of the look"), 16, lambda f: f.values.no_reply_found),
        Column(N_("Of them answered by another body"), 14, lambda finding: finding.values.answered_by_body),
        Column(N_("Of them answered by an unknown side"), 14, lambda finding: finding.values.answered_by_unknown),
        Column(N_("Not yet due"), 10, lambda finding: finding.values.pending),
        Column(N_("Not certain"), 10, lambda finding: finding.values.uncertain),
        Column(N_("Unsure whether they ask"), 12, lambda finding: finding.values.unsure),
        Column(N_("Share in time at the least, %"), 12, lambda finding: _percent(finding, 0)),
        Column(N_("Share in time at the most, %"), 12, lambda finding: _percent(finding, 1)),
        Column(N_("Reports of a problem, at least"), 12, lambda finding: finding.values.problem_reports),
        Column(N_("Answers with the same text as another"), 14, lambda finding: finding.values.same_text),
        Column(N_("Median time to an answer, hours"), 12, lambda finding: finding.values.median_hours),
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
            N_("no answer of the owner seen by the time of the look"),
            "hollow",
            lambda values: values.no_reply_found,
            part=True,
        ),
        Bar(N_("not yet due"), "dotted", lambda values: values.pending, part=True),
        Bar(N_("not certain"), "dotted", lambda values: values.uncertain, part=True, optional=True),
        Bar(N_("Unsure whether they ask"), "unsure", lambda values: values.unsure, optional=True),
        Bar(N_("Reports of a problem, at least"), "all", lambda values: values.problem_reports, optional=True),
    ),
    interval=_interval,
    aside=_aside,
    advice=_advice,
    post=_post,
)
