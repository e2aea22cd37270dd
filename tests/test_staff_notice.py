"""Possible staff: the operator is told where to look, and nobody is told who it is (DESIGN.md section 5)."""

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.notices import notices
from auditor.report.page.html import render_html
from tests.audit_samples import sample_audit
from tests.cases import TOMSK

RU = Catalogue("ru", TOMSK)
POST = {"url": "https://t.me/rayon01_glava/1", "questions": 18, "no_reply_found": 9, "answered_by_possible_staff": 7}


def helped(audit: Audit) -> Audit:
    """The sample, where seven questions of the first office were answered by somebody who may be the staff."""
    first = audit.offices[0]
    findings = [
        f.model_copy(update={"values": f.values | {"posts": [POST]}})
        if f.check == "comments_answered" and not f.account
        else f
        for f in first.findings
    ]
    return audit.model_copy(update={"offices": [first.model_copy(update={"findings": findings}), *audit.offices[1:]]})


def test_the_notice_names_the_post_the_number_and_the_command_and_nothing_more() -> None:
    """The operator opens the post, reads there whose account it is, and types its number."""
    (line,) = [line for line in notices(helped(sample_audit()), RU) if "сотрудников" in line]
    assert "Первый: под t.me/rayon01_glava/1 есть ответы, возможно, сотрудников: 7" in line.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert line.endswith("auditor accounts staff rayon-01 ID")


def test_the_page_names_the_post_without_a_command() -> None:
    """What the operator has to do is no reader's business."""
    page = render_html(helped(sample_audit()), catalogue=RU).replace("\N{NO-BREAK SPACE}", " ")
    assert "ответов, возможно, сотрудников: 7" in page
    assert "accounts staff" not in page
