"""The stored verdicts of a demonstration's weeks, one a line, and the text of its last week's reports.

``python -m tests.golden`` writes both anew: only after a change of meaning, with each difference in CHANGELOG.md.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.commands.demo import run_demo

VERDICTS = Path(__file__).parent / "verdicts.jsonl"
SEED = 2022


def demonstration(folder: Path) -> Path:
    """Make a demonstration of five weeks; return its reports."""
    run_demo(folder, seed=SEED)
    return folder / "reports"


def verdicts(reports: Path) -> Iterator[str]:
    """Yield each verdict of the weeks as JSON, in order: those about an office's pages of the last week alone."""
    weeks = sorted(reports.glob("*/audit.json"))
    for path in weeks:
        document = json.loads(path.read_text(encoding="utf-8"))
        yield _line(week=document["week"], summary=document["summary"])
        for office in sorted(document["offices"], key=lambda office: office["id"]):
            yield _line(week=document["week"], office=office["id"], **_of_office(office))
            published = [f for f in office["findings"] if f.get("account") is None or path == weeks[-1]]
            for finding in sorted(published, key=lambda finding: (finding["check"], finding.get("account") or "")):
                yield _line(week=document["week"], office=office["id"], **_of_finding(finding))


def _of_office(office: dict[str, Any]) -> dict[str, Any]:
    past = [tuple(map(week.get, ("verdict", "posts", "due", "in_time"))) for week in office.get("history", ())]
    verdict = {name: office.get(name) for name in ("verdict", "verdict_reason", "verdict_change", "change")}
    moves = {move["check"]: move["change"] for move in office.get("moves", ()) if "change" in move}
    return {
        **verdict,
        "moves": moves,
        "history": [figures for figures in past if any(value is not None for value in figures)],
    }


def _of_finding(finding: dict[str, Any]) -> dict[str, Any]:
    values = {name: value if not isinstance(value, list) else len(value) for name, value in finding["values"].items()}
    summary = {name: finding.get(name) for name in ("check", "account", "outcome", "cause", "message_id")}
    return {**summary, "values": {name: value for name, value in values.items() if value is not None}}


def _line(**fields: Any) -> str:
    return json.dumps(
        {name: value for name, value in fields.items() if value not in (None, {}, [])}, ensure_ascii=False
    )
