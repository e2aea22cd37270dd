"""The week as a messenger post of at most 1,000 characters: it is forwarded without the report.

What is too long loses its lightest line first: its names from the last on, saying how many are left out, then the line.
The order is the same in every language, and each loses no more than it must. The head count is always there.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line, safe_url
from auditor.base.text import N_
from auditor.checks.finding import Place
from auditor.report import headline, words
from auditor.report.checks import shown
from auditor.report.checks_shown import checks_at
from auditor.report.headline import still_open
from auditor.report.words import CHANGES

LONGEST = 1000
"""Characters, the line ends among them."""
_NAMED = 5
"""So many offices are named whose outcome is another than the one published first; the report names them all."""
_MARKS = {"verdict": "•", "improvement": "▲", "regression": "▼"}
_WEIGHT = {
    "failed": 2,
    "cantTell": 3,
    "verdict": 4,
    "regression": 5,
    "improvement": 5,
    "untested": 6,
    "inapplicable": 7,
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the post: its weight (the heaviest goes first), its words, and names with what parts them.

    Where not all of them fit the line says how many are left out, unless they are `parts` of it.
    """

    weight: int
    said: str
    names: tuple[str, ...] = ()
    parts: bool = False
    more: int = 0
    """How many there are besides these."""


def render_post(audit: Audit, *, catalogue: Catalogue, address: str = "") -> str:
    """Return the post, ending with a newline. `address` is where the folder of reports can be read by everybody."""
    said = catalogue.at(ZoneInfo(audit.timezone))
    lines = list(_lines(audit, said, address))
    steps = _steps(lines)

    def written(taken: int) -> str:
        return _written(lines, Counter(steps[:taken]), said)

    return written(bisect_left(range(len(steps)), True, key=lambda taken: len(written(taken)) <= LONGEST))


def _lines(audit: Audit, said: Catalogue, address: str) -> Iterator[_Line]:
    yield from (*_head(audit, said), *_outcomes(audit, said), *_changes(audit, said), *_practice(audit, said))
    yield from _link(audit, said, address)


def _steps(lines: Sequence[_Line]) -> list[int]:
    """Return the lines by number in the order in which they are cut, each as often as it has names, and once itself."""
    order = sorted(range(len(lines)), key=lambda number: (lines[number].weight, number), reverse=True)
    return [number for number in order if lines[number].weight for _ in (*lines[number].names, "")]


def _written(lines: Sequence[_Line], taken: Mapping[int, int], said: Catalogue) -> str:
    """Return the lines less what was taken of each: so many names, and with one more the line."""
    kept = ((line, len(line.names) - taken.get(number, 0)) for number, line in enumerate(lines))
    texts = (_with_names(line, count, said) for line, count in kept if count >= 0)
    return "".join(f"{text}\n" for text in texts if text)


def _with_names(line: _Line, count: int, said: Catalogue) -> str:
    """Return the line with its first `count` names."""
    names, left = "".join(line.names[:count]), len(line.names) - count + line.more
    if line.parts:
        return one_line(f"{line.said}: {names}.") if count else ""
    more = " " + said.say(N_("and {n} more"), n=left) if left else ""
    return one_line(f"{line.said}: {names}{more}" if count else line.said)


def _head(audit: Audit, said: Catalogue) -> Iterator[_Line]:
    title = N_("Pages of heads in social networks: week {week}, {span}")
    yield _Line(0, said.say(title, week=str(words.week_number(audit.week)), span=words.week_span(audit, said)))
    if audit.synthetic:
        yield _Line(0, said.gettext(N_("Demonstration. Names, districts, dates and figures are invented.")))
    for alarm in (*headline.alarms(audit, said, _NAMED), *still_open(audit, said)):
        yield _Line(1, f"! {alarm}")
    yield _Line(0, ", ".join(clause for _, clause in headline.clauses(audit, said)) + ".")
    doubt = headline.old_word(audit, said)
    if doubt:
        yield _Line(2, doubt)


def _outcomes(audit: Audit, said: Catalogue) -> Iterator[_Line]:
    """Name who did not meet the directive and who could not be judged; who met it are the others."""
    for row in headline.who(audit, said):
        word = f"{words.SIGNS[row.key]} {words.say(words.OUTCOMES, row.key, said)} — {row.count}"
        if row.key == "passed":
            yield _Line(5, word)
        else:
            yield _Line(_WEIGHT[row.key], word, _names(row), more=row.more)


def _changes(audit: Audit, said: Catalogue) -> Iterator[_Line]:
    if audit.previous_week is None:
        return
    since = said.say(N_("Since week {n}"), n=str(words.week_number(audit.previous_week)))
    rows = [row for row in headline.changes(audit, said) if row.count and row.key in _MARKS]
    if not rows:
        yield _Line(4, said.say(N_("{since}: no change seen"), since=since))
    for row in rows:
        word = f"{_MARKS[row.key]} {since}: {words.say(CHANGES, row.key, said)} — {row.count}"
        yield _Line(_WEIGHT[row.key], word, _names(row), more=row.more)


def _names(row: headline.Row) -> tuple[str, ...]:
    """Return the names, each with the sign before it; a note that many share is said once before them."""
    pieces: list[str] = []
    for note, names in row.groups:
        first, *others = [named.name for named in names]
        pieces += ["; " * bool(pieces) + (f"{note}: {first}" if note else first), *(f", {name}" for name in others)]
    for named in () if row.groups else row.names:
        pieces.append(", " * bool(pieces) + (f"{named.name} ({named.note})" if named.note else named.name))
    return tuple(pieces)


def _practice(audit: Audit, said: Catalogue) -> Iterator[_Line]:
    """Say what the checks of the practice have to say, and that they are benchmarks and no duty."""
    parts = []
    for check in checks_at(Place.PRACTICE, audit):
        found = (office.read(check) for office in audit.offices if office.bound)
        part = shown(check).post(finding for finding in found if finding is not None)
        parts += [said.text(part)] if part is not None else []
    if parts:
        first, *others = parts
        pieces = (first, *(f"; {part}" for part in others))
        yield _Line(5, said.gettext(N_("Practice (benchmarks, no duty)")), pieces, parts=True)


def _link(audit: Audit, said: Catalogue, address: str) -> Iterator[_Line]:
    url = safe_url(f"{address}/{audit.week}/index.html") if address else None
    if url is not None:
        yield _Line(1, said.say(N_("The report with proof: {url}"), url=url))
    yield from (_Line(1, line) for line in words.seal_line(audit, said))
    yield _Line(9, said.gettext(N_("The directive is no law; replies in private and by telephone are not visible.")))
