"""Five invented heads, and what a search found for them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.registry import load_registry
from auditor.registry.holders import holder_on
from auditor.search.asked import Asked
from auditor.search.weighing.judge import Lead
from auditor.search.weighing.lead import Person, Provenance, Reason
from auditor.search.weighing.names import FullName
from auditor.search.weighing.sights import Sight

NOW = ("--as-of", "2026-11-25T12:00+07:00", "--lang", "en")
MOMENT = datetime(2026, 11, 25, 5, tzinfo=UTC)
SITE = "https://example.org/glava"
HEAD = """\
# Invented: nobody here is anybody.
timezone: Asia/Tomsk
directive: {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
  source: 'https://example.org/directive'}
offices:
"""
OFFICE = """\
  - id: rayon-{n}
    municipality: Район {n}
    title: глава
    group: municipal_head
    tenures: [{{name: Имярек{n} Анна Андреевна, since: 2025, sources: ['https://example.org/glava']}}]
"""


def lead(url: str, provenance: Provenance, *places: str, code: str = "given") -> Lead:
    """A page that a search found, given by these places."""
    reason = Reason(code, {"n": len(places), "pages": ", ".join(places)}, places)
    return Lead(Sight(Address.parse(url)), provenance, (reason,))


GIVEN, NAMED, FOREIGN = (
    lead("t.me/pravda_1", Provenance.GIVEN, SITE),
    lead("t.me/pravda_3", Provenance.GUESSED),
    lead("t.me/chuzhoy", Provenance.CLAIMED),
)
FOUND = {1: [GIVEN, FOREIGN], 2: [lead("t.me/pravda_2", Provenance.GIVEN, SITE)], 3: [NAMED, FOREIGN], 4: []}
"""By the number of the office what a search found; of the fifth nothing was searched."""


def find(place: Path, number: int, leads: Sequence[Lead]) -> None:
    """Put into the archive what a search found for an office."""
    office = load_registry(place / "officials.yaml").offices[number - 1]
    holder = holder_on(office, MOMENT.date())
    assert holder is not None
    person = Person(office, holder, FullName.parse(holder.tenure.name), None, MOMENT.date())
    with Archive.open(place / "data") as archive:
        run = archive.start_run(week="", command="discover", started_at=MOMENT, vantage="t", tool_version="0")
        Asked(archive, run).keep_leads(person, leads, MOMENT)
        archive.finish_run(run, MOMENT)


def heads(place: Path) -> Path:
    """Write the five heads down, and what was found into the archive."""
    (place / "officials.yaml").write_text(HEAD + "".join(OFFICE.format(n=n) for n in range(1, 6)), encoding="utf-8")
    for number, leads in FOUND.items():
        find(place, number, leads)
    return place
