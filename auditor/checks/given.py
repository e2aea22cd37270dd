"""What the owner's side's answers give, and what changed between looks: counts that make no verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.base.snapshot import ReplyKind
from auditor.checks.case import Case, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The owner's side's answers under the window's posts, each once, whatever look saw it.

    They are those to citizens' comments of the week that ask, report or are unsure.
    """

    answers: int
    """With words."""
    wordless: int
    read: int
    """Of `answers`, those whose row says what it gives; all counts below are of these."""
    kinds: Mapping[ReplyKind, int]
    """Only kinds that the rules tell well enough to be shown."""
    untold: int
    dated: int
    measured: int
    named: int
    alike: tuple[int, ...]
    """The sizes, two and more, of the groups of answers with nearly the same text, the largest first."""
    promised: int
    """Interim answers with a term."""
    overdue: int
    """Of these: the term is over at the look, and no later answer to the same comment was seen."""
    gone: int | None
    """Citizens' comments that a later look which read the thread whole did not show; None: no thread was read twice."""
    threads_closed: int | None
    threads_opened: int | None
    """Posts whose comments were closed, or opened, between two looks; None: no thread's state was seen twice."""
    closing_posts: tuple[str, ...]
    """Addresses of the page's own posts that say that comments are closed."""


def given_in(case: Case, sights: Sequence[Sight]) -> Given | None:  # noqa: ARG001 - not read yet
    """Read the answers of the week; None where their rows do not say what they give."""
    return None
