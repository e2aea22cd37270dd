"""How posts_per_week is shown: see `auditor.checks.posts_per_week`."""

from collections.abc import Iterable, Iterator

from auditor.base.snapshot import Outcome
from auditor.base.text import N_, NN_, Text
from auditor.checks.finding import Finding
from auditor.checks.posts_per_week import Posts
from auditor.report.checks.shown import SIGNS, Advised, Cell, Column, Shown, cause_words


def _cell(finding: Finding[Posts]) -> Cell | None:
    distinct, reposts = finding.values.distinct, finding.values.reposts
    if distinct is None:
        return None
    one, many = NN_("{n} repost", "{n} reposts")
    beside = Text(one, {"n": reposts}, many, reposts) if reposts else None
    if finding.values.at_least:
        beside = Text(N_("there may be more"))
    return Cell(SIGNS[finding.outcome], strong=distinct, quiet=cause_words(finding) or beside, key=distinct)


def _advice(advised: Advised[Posts]) -> Iterator[Text]:
    finding = advised.finding
    if finding.outcome is Outcome.FAILED:
        few = N_("On practice: {n} posts in the week, the benchmark is at least {least}.")
        none = N_("On practice: no posts in the week, the benchmark is at least {least}.")
        n = finding.values.distinct
        yield Text(few if n else none, {"n": n, "least": _least(finding)})


def _post(findings: Iterable[Finding[Posts]]) -> Text | None:
    told = [(f.outcome, _least(f)) for f in findings if f.outcome in {Outcome.PASSED, Outcome.FAILED}]
    least = told[0][1] if told else None
    if least is None:
        return None
    few = sum(outcome is Outcome.FAILED for outcome, _ in told)
    sentence = N_("fewer than {least} posts in the week: {n} of {total} whose pages could be seen")
    return Text(sentence, {"least": least, "n": few, "total": len(told)})


def _least(finding: Finding[Posts]) -> int | None:
    return finding.threshold if isinstance(finding.threshold, int) else None


SHOWN = Shown(
    cell=_cell,
    share=13,
    columns=(
        Column(N_("Own posts"), 12, lambda finding: finding.values.distinct),
        Column(N_("Reposts"), 10, lambda finding: finding.values.reposts),
    ),
    standing=N_("Posts: in words"),
    advice=_advice,
    post=_post,
)
