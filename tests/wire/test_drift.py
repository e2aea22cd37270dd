"""Layout drift: a page that no longer reads as it did is noticed and reported to the operator."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import EvidenceKind
from auditor.report.notices import drift_notices, drifts
from auditor.sandbox.ports import Reply
from tests.archive_samples import evidence
from tests.cases import TOMSK
from tests.command import Done
from tests.wire.bent import Bend, Call, said
from tests.wire.town import Town, town

NEW = Reply(f"<!DOCTYPE html><html><body class='tgme_new'>{'<div class=card></div>' * 40}</body></html>")
IDS, DRIFT = re.compile(r"ev-[0-9a-f]{12}"), "in a form that the program does not know"
WHERE: dict[str, Callable[[Call], bool]] = {
    "landings": lambda call: call.name.count("/") == 1 and "sandbox_" not in call.name,
    "discussions": lambda call: "discussion" in call.params or call.name.startswith("/api"),
    "previews": lambda call: call.name.startswith("/s/"),
    "walls": lambda call: call.name == "wall.get",
    "all of t.me": lambda call: call.network == "telegram",
    "nowhere": lambda _call: False,
}


def changed(where: str) -> Bend:
    """Let some pages come in a form that nobody knows."""
    return lambda call: (said({}) if call.network == "vk" else NEW) if WHERE[where](call) else None


def drifted(done: Done) -> list[str]:
    """Return what the operator is told of it."""
    return [line for line in done.out.splitlines() if DRIFT in line]


@pytest.mark.parametrize(
    ("where", "named", "kind"),
    [
        ("landings", "t.me/primer_rayon_14_byl", EvidenceKind.PROFILE),
        ("discussions", "t.me/primer_rayon_01_glava", EvidenceKind.COMMENTS),
    ],
)
def test_an_unknown_layout_is_told_at_the_end_of_the_run(
    where: str, named: str, kind: EvidenceKind, tmp_path: Path
) -> None:
    """With how many pages, and the answers to look at: of what could not be read the digest is kept, not the page."""
    with town(tmp_path, changed(where)) as served:
        (line,) = drifted(served.run("weekly"))
    assert named in line
    with Archive.read(tmp_path / "data") as archive:
        kept = [evidence(archive, name) for name in IDS.findall(line)]
    assert {found[0].kind for found in kept if found is not None} == {kind}
    assert {found[0].sha256 for found in kept if found is not None} == {hashlib.sha256(NEW.body.encode()).hexdigest()}
    assert all(found is not None and b"unrecognised_page" in found[1] for found in kept)


@pytest.mark.parametrize(
    ("where", "named"), [("previews", "t.me/sandbox_control"), ("walls", "vk.com/sandbox_control")]
)
def test_a_control_whose_posts_cannot_be_read_tells_it(where: str, named: str, tmp_path: Path) -> None:
    """What changed for the control too changed for all pages, and none of them is judged by it."""
    with town(tmp_path, changed(where)) as served:
        (line,) = drifted(served.run("weekly"))
        assert named in line
        audit = Audit.model_validate(served.audit())
        (control,) = [control for control in audit.controls if control.url == f"https://{named}"]
        assert (control.outcome, control.cause) == ("cantTell", "unrecognised_page")
        (drift,) = drifts(audit)
        assert (drift.pages, drift.controls) == ([], [f"https://{named}"])
        (said_in_russian,) = drift_notices(audit, Catalogue("ru", TOMSK))
    assert "незнакомом программе виде" in said_in_russian


@pytest.mark.parametrize(("where", "lines"), [("all of t.me", ["t.me/sandbox_control", "pages"]), ("nowhere", [])])
def test_a_layout_that_changed_everywhere_is_told_by_the_control(where: str, lines: list[str], tmp_path: Path) -> None:
    """Then it is hardly one page's matter. A week without drift says nothing of it."""
    with town(tmp_path, changed(where)) as served:
        told = drifted(served.run("weekly"))
    assert [words in line for words, line in zip(lines, told, strict=True)] == [True] * len(lines)


def test_check_tells_it_too_and_the_doctor_remembers_the_last_look(tmp_path: Path) -> None:
    """Until the pages were seen as they should be; a route that was never used has no line."""

    def layout(served: Town) -> dict[str, str]:
        rows = [line.split(maxsplit=2) for line in served.run("doctor").out.splitlines() if "layout:" in line]
        return {route: rest for _, route, rest in rows}

    with town(tmp_path, changed("previews")) as served:
        assert DRIFT in " ".join(served.run("check", "rayon-01").out.split())
        assert layout(served).keys() == {"telegram_preview"}
        assert layout(served)["telegram_preview"].startswith("to mend")
        served.run("weekly")
        assert "3 of 4 pages" in layout(served)["telegram_preview"]
        assert IDS.search(served.run("doctor").out)
        served.sandbox.bends.clear()
        served.run("weekly")
        assert {rest.split()[0] for rest in layout(served).values()} == {"ok"}
        assert layout(served).keys() == {"telegram_preview", "vk"}
