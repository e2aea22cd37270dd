"""Five invented heads, and what a search found for them."""

from datetime import UTC, datetime
from pathlib import Path

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.registry import load_registry
from auditor.registry.holders import holder_on
from auditor.search.scoring.candidate import Candidate
from auditor.search.scoring.lead import Person, Provenance, Reason
from auditor.search.scoring.person_names import FullName
from auditor.search.scoring.score import Lead
from auditor.search.search_cache import SearchCache
from tests.archive_samples import begun
from tests.registry.registry_texts import HEAD

NOW = ("--as-of", "2026-11-25T12:00+07:00", "--lang", "en")
MOMENT = datetime(2026, 11, 25, 5, tzinfo=UTC)
SITE = "https://example.org/glava"
OFFICE = """\
  - id: rayon-{n}
    municipality: Район {n}
    title: глава
    group: municipal_head
    tenures: [{{name: Имярек{n} Анна Андреевна, since: 2025, sources: ['https://example.org/glava']}}]
"""


def lead(url: str, provenance: Provenance, *places: str) -> Lead:
    """A page that a search found, given by these places."""
    reason = Reason("given", {"n": len(places), "pages": ", ".join(places)}, places)
    return Lead(Candidate(Address.parse(url)), provenance, (reason,))


FOREIGN = lead("t.me/chuzhoy", Provenance.CLAIMED)
FOUND = {
    1: [lead("t.me/pravda_1", Provenance.GIVEN, SITE), FOREIGN],
    2: [lead("t.me/pravda_2", Provenance.GIVEN, SITE)],
    3: [lead("t.me/pravda_3", Provenance.GUESSED), FOREIGN],
    4: [],
}
"""By the number of the office what a search found; of the fifth nothing was searched."""


def heads(place: Path) -> Path:
    """Write the five heads down, and what was found into the archive."""
    (place / "officials.yaml").write_text(HEAD + "".join(OFFICE.format(n=n) for n in range(1, 6)), encoding="utf-8")
    offices = load_registry(place / "officials.yaml").offices
    with Archive.open(place / "data") as archive:
        run = begun(archive, MOMENT)
        for number, leads in FOUND.items():
            holder = holder_on(offices[number - 1], MOMENT.date())
            name = FullName.parse(holder.tenure.name)
            person = Person(offices[number - 1], holder, name, None, MOMENT.date())
            SearchCache(archive, run).save_leads(person, leads, MOMENT)
        archive.finish_run(run, MOMENT)
    return place
