"""A search over the sandbox's world of hidden accounts, and how well it did against what the world knows."""

from dataclasses import dataclass, field
from pathlib import Path

from auditor.commands.leads import search_accounts
from auditor.registry import Office
from auditor.run.session import Session
from auditor.sandbox import Sandbox
from auditor.search.asking import Budget
from auditor.search.search import SearchResult
from auditor.search.weighing.lead import Provenance
from tests.pipeline import session_of
from tests.worlds import HiddenWorld


def seeker(sandbox: Sandbox, folder: Path, **environ: str) -> Session:
    """A session on the running sandbox's registry, whose official sites are served here."""
    return session_of(sandbox, folder, sandbox.settings() | environ, sandbox.world.now)


def seek(session: Session, offices: list[Office] | None = None, names: int = 50, days: int = 400) -> SearchResult:
    """Search as the command does."""
    budget = Budget(one_by_one=names)
    return search_accounts(session, offices or session.registry.offices, budget=budget, days=days)


@dataclass
class Score:
    """What a search did with the accounts that it could have found, and what it put above the line."""

    right: list[str] = field(default_factory=list)
    """Right pages that are their person's first lead on the network, given or claimed."""
    given: list[str] = field(default_factory=list)
    """Right pages above the line."""
    missed: list[str] = field(default_factory=list)
    """Right pages that the open ways could have led to and did not, or not first."""
    wrong: list[str] = field(default_factory=list)
    """Pages above the line that are not their person's."""

    @property
    def share(self) -> float:
        """Share of the findable pages that came first, given or claimed."""
        return len(self.right) / (len(self.right) + len(self.missed))


def scored(world: HiddenWorld, result: SearchResult, ways: frozenset[str] = frozenset({"names", "link"})) -> Score:
    """Compare with the world's own truth. `ways`: what was open; a page that none of them leads to is not counted."""
    score = Score()
    for one in result.people:
        for network, right in world.owners.get(one.person.office.id, {}).items():
            leads = [lead for lead in one.leads if lead.network == network]
            score.wrong += [lead.url for lead in leads if lead.above and lead.url != right]
            score.given += [lead.url for lead in leads if lead.above and lead.url == right]
            first = {lead.url for lead in leads[:1] if lead.provenance is not Provenance.GUESSED}
            if right in first:
                score.right.append(right)
            elif right is not None and world.ways[right] & ways:
                score.missed.append(right)
    return score
