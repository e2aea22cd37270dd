"""`auditor letter`: what an office is told, of the same findings as its card, from the archive alone."""

import re
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from auditor.audit.document import Audit
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.commands.cli import run
from auditor.commands.letter import letter_to
from auditor.run.session import Session, open_session

NOW = "2026-11-24T12:00+07:00"


@pytest.fixture(scope="module")
def session(five_weeks: Path) -> Session:
    """The demonstration's folder, as of its last moment."""
    paths = {"registry": five_weeks / "officials.yaml", "data": five_weeks / "data", "out": five_weeks / "reports"}
    return open_session(**paths, as_of=NOW, publishes=True)


@pytest.fixture(scope="module")
def audit(five_weeks: Path) -> Audit:
    return Audit.from_json((five_weeks / "reports/2026-W47/audit.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", [0, 3, 8, 14])
def test_a_letter_says_what_the_audit_says(number: int, session: Session, audit: Audit) -> None:
    """The verdict's sentence, the day to answer by, the seal, and no unfilled place or markup."""
    found = [office for office in audit.offices if office.bound][number]
    text = letter_to(session, session.office(found.id), session.week(None))
    verdict = next(one for one in found.findings if one.check == "opened_by_deadline" and one.account is None)
    plain, until = re.sub(r"\s+", " ", text), Catalogue("ru").date(date(2026, 11, 30))
    told = (re.sub(r"\s+", " ", verdict.message), found.title, until, audit.seal)
    assert [words for words in told if words not in plain] == []
    assert not re.search(r"<\w|&\w+;|\{\w", text)


def test_questions_without_an_answer_are_linked(session: Session, audit: Audit) -> None:
    """Whoever is to answer them finds each post by its address."""
    found = [
        (office.id, [post["url"] for post in one.values.get("posts") or () if post["no_reply_found"]])
        for office in audit.offices
        for one in office.findings
        if one.check == "comments_answered" and one.account is None and office.bound
    ]
    name, posts = next((name, posts) for name, posts in found if posts)
    text = letter_to(session, session.office(name), session.week(None))
    assert [url for url in posts if url.removeprefix("https://") not in text] == []


def test_who_met_everything_is_asked_for_nothing(session: Session) -> None:
    """The first district keeps to everything. A group that no audit has is no letter."""
    office = session.office("rayon-01")
    assert session.words.gettext("Nothing is needed.") in letter_to(session, office, session.week(None))
    with pytest.raises(UsageError):
        letter_to(session, office.model_copy(update={"id": "nobody"}), session.week(None))


@pytest.mark.parametrize("name", ["letter.txt", "letter.docx"])
def test_it_is_written_as_text_or_for_word(name: str, session: Session, five_weeks: Path, tmp_path: Path) -> None:
    """Both hold the same lines; a folder that is not there is exit 4 and one line."""
    where = ["--registry", str(five_weeks / "officials.yaml"), "--data", str(five_weeks / "data"), "--as-of", NOW]
    to = tmp_path / name
    assert run(["letter", "rayon-04", "--to", str(to), *where]) == 0
    lines = [p.text for p in Document(str(to)).paragraphs] if to.suffix == ".docx" else to.read_text().splitlines()
    text = letter_to(session, session.office("rayon-04"), session.week(None))
    assert [line for line in lines if line] == [line for line in text.splitlines() if line]
    assert run(["letter", "rayon-04", "--to", str(tmp_path / "no" / name), *where]) == 4
