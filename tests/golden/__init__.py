"""Audit documents kept as they were before a change, to hold those after it against.

``python -m tests.golden`` writes them anew: only after a change of meaning, with each difference in CHANGELOG.md.
"""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.archive import Archive
from auditor.commands.demo import run_demo
from auditor.run.session import open_session
from auditor.run.week import show_week

FOLDER = Path(__file__).parent
SEEDS = (2022, 7, 41)
FIRST_WEEK, FIRST_LOOK = "2022-W22", "2022-06-07T12:00+07:00"


def demonstration(folder: Path, seed: int) -> dict[str, Any]:
    """Return the five weeks of a demonstration, by week, as they were published."""
    run_demo(folder, seed=seed)
    found = sorted((folder / "reports").glob("*/audit.json"))
    return {path.parent.name: normal(json.loads(path.read_text())) for path in found}


def first_week(registry: Path, data: Path) -> dict[str, Any]:
    """Return the week of the directive's deadline, judged by the shipped registry with an empty archive."""
    with Archive.open(data):
        pass
    session = open_session(registry=registry, data=data, as_of=FIRST_LOOK, lang="ru")
    with Archive.read(data) as archive:
        audit = show_week(session, archive, session.week(FIRST_WEEK), datetime.fromisoformat(FIRST_LOOK))
    return {FIRST_WEEK: normal(json.loads(audit.to_json()))}


def normal(audit: dict[str, Any]) -> dict[str, Any]:
    """Return a document without what differs by run: ids, hashes and proofs of evidence, the seal, ports."""
    audit.pop("seal", None)
    for office in audit["offices"]:
        named = {name: f"{e['kind']} {e['url']} {e['at']}" for name, e in office["evidence"].items()}
        for finding in office["findings"]:
            finding["evidence"] = sorted(named[name] for name in finding["evidence"])
        rows = [{k: v for k, v in e.items() if k not in {"sha256", "proof"}} for e in office["evidence"].values()]
        office["evidence"] = sorted(rows, key=lambda e: (e["at"], e["kind"], e["url"]))
    plain = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", json.dumps(audit, ensure_ascii=False))
    return dict(json.loads(plain))


def load(name: str) -> dict[str, Any]:
    """Return the golden documents called `name`."""
    return dict(json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())))


def gaps(golden: Any, found: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield where `found` differs from `golden`; keys that were added are no difference."""
    if isinstance(golden, dict) and isinstance(found, dict):
        for key, value in golden.items():
            yield from gaps(value, found.get(key, "(absent)"), f"{path}.{key}")
    elif isinstance(golden, list) and isinstance(found, list) and len(golden) == len(found):
        for number, (one, other) in enumerate(zip(golden, found, strict=True)):
            yield from gaps(one, other, f"{path}[{number}]")
    elif golden != found:
        yield path, golden, found


def write(name: str, documents: dict[str, Any]) -> None:
    """Keep `documents` under `name`; the same documents give the same bytes."""
    text = json.dumps(documents, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
