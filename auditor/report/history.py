"""An office's posts week by week: as paths for the page, and as one letter a week for the terminal.

Zero, unknown and another holder are told apart in both. Paths are drawn in a box `HEIGHT` units high, `STEP` a week,
that is stretched to its place: one drawing serves the card and the table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from auditor.audit.document import Audit, AuditedOffice, AuditedPast
from auditor.base.i18n import Catalogue, short_name
from auditor.base.text import N_, NN_
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.report.words import coordinate, policy_number, week_number

HEIGHT = 96
STEP, _BAR = 10, 8
"""Units from one week to the next, and of a week's bar."""
_LEAST_TOP = 4
"""The scale ends no lower: a week of two posts is not to look like many."""
_APART = 15
"""Pixels that two numbers of the scale need between them."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Weeks of which nothing is drawn: ``unknown``, of an ``other`` holder, or ``closed`` comments.

    Places are in per cent of the width.
    """

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class PostWeeks:
    """An office's weeks, ready to be laid out. An empty path draws nothing."""

    seen: str
    """How many of the weeks are in sight, unknown, another holder's."""
    numbers: str
    """The same as the picture, week by week."""
    notes: tuple[str, ...]
    known: bool
    """Whether any of the holder's weeks is in sight."""
    drawn: bool = False
    """False: all is unknown, and there is nothing but words."""
    own: str = ""
    reposted: str = ""
    zeros: str = ""
    blanks: tuple[Blank, ...] = ()
    turns: tuple[str, ...] = ()
    """Where the office changed hands, in per cent."""
    benchmark: int | None = None
    """The line of the benchmark, in pixels from the top."""
    marks: tuple[tuple[int, int], ...] = ()
    """The numbers of the scale with their places from the top."""
    first: str = ""
    last: str = ""


def strip_of(office: AuditedOffice, audit: Audit, words: Catalogue) -> PostWeeks | None:
    """Draw an office's weeks; None without a holder, or if there never was a page to look at."""
    known = [past for past in office.history if _kind(past, office) == "known"]
    if office.holder is None or not (known or any(a.kind == "personal" for a in office.accounts)):
        return None
    told = PostWeeks(_seen(office, words), _numbers(office, words), tuple(_notes(office, words)), known=bool(known))
    if not known and all(_kind(past, office) == "unknown" for past in office.history):
        return told
    top = max([_LEAST_TOP, *(_total(past) for past in known)])
    value = policy_number(audit, POSTS.policy_key or "", None)
    line = _down(value, top) if value is not None and value <= top else None
    return replace(
        told,
        drawn=True,
        own=_own(office, top),
        reposted=_reposted(office, top),
        zeros=_zeros(office),
        blanks=tuple(_blanks(office)),
        turns=tuple(_turns(office)),
        benchmark=line,
        marks=tuple(_marks(top, value, line)),
        first=_span(office.history[:1], years=_over_years(office)),
        last=_span(office.history[-1:], years=_over_years(office)),
    )


def _kind(past: AuditedPast, office: AuditedOffice) -> str:
    if past.holder != (office.holder.name if office.holder else None):
        return "other"
    return "unknown" if past.posts is None else "known"


def _total(past: AuditedPast) -> int:
    return (past.posts or 0) + (past.reposts or 0)


# The picture ---------------------------------------------------------------------------------------------------------


def _high(count: int, top: int) -> int:
    """Return a bar's height: one post among many is never drawn as none."""
    return max(round(count * HEIGHT / top), 2) if count else 0


def _down(count: int, top: int) -> int:
    return HEIGHT - _high(count, top)


def _own(office: AuditedOffice, top: int) -> str:
    """Return one path along the ground that rises for each week of own posts."""
    path, here = "", 0
    for place, past in enumerate(office.history):
        high = _high(past.posts or 0, top) if _kind(past, office) == "known" else 0
        if high:
            start = place * STEP + 1
            path += (f"h{start - here}" if path else f"M{start} {HEIGHT}") + f"v-{high}h{_BAR}v{high}"
            here = start + _BAR
    return path


def _reposted(office: AuditedOffice, top: int) -> str:
    """Return the reposts, each week's on top of its own posts."""
    path = ""
    for place, past in enumerate(office.history):
        if past.reposts and _kind(past, office) == "known":
            foot = _down(past.posts or 0, top)
            path += f"M{place * STEP + 1} {foot}v-{max(foot - _down(_total(past), top), 2)}h{_BAR}V{foot}z"
    return path


def _zeros(office: AuditedOffice) -> str:
    weeks = enumerate(office.history)
    quiet = [n for n, past in weeks if _kind(past, office) == "known" and not _total(past)]
    return "".join(f"M{n * STEP + 1} {HEIGHT - 1}h{_BAR}v-3h-{_BAR}z" for n in quiet)


def _runs(office: AuditedOffice) -> Iterator[tuple[str, int, list[AuditedPast]]]:
    """Yield the weeks in runs of one kind and one holder, each with its place."""
    place = 0
    for (kind, _), run in groupby(office.history, key=lambda past: (_kind(past, office), past.holder)):
        weeks = list(run)
        yield kind, place, weeks
        place += len(weeks)


def _blanks(office: AuditedOffice) -> Iterator[Blank]:
    whole = len(office.history)
    for kind, place, weeks in _runs(office):
        if kind != "known":
            yield Blank(kind, share(place, whole), share(len(weeks), whole))


def _turns(office: AuditedOffice) -> Iterator[str]:
    place = 0
    for _, run in groupby(office.history, key=lambda past: past.holder):
        if place:
            yield share(place, len(office.history))
        place += len(list(run))


def share(part: int, whole: int) -> str:
    """Return a part in per cent, as a drawing has it."""
    return coordinate(part / whole * 100, 1)


def _marks(top: int, value: int | None, line: int | None) -> Iterator[tuple[int, int]]:
    yield top, 0
    if value is not None and line is not None and _APART <= line <= HEIGHT - _APART:
        yield value, line
    yield 0, HEIGHT


# The words -----------------------------------------------------------------------------------------------------------


def _seen(office: AuditedOffice, words: Catalogue) -> str:
    kinds = [_kind(past, office) for past in office.history]
    forms = NN_("{n} week of {total} is in sight", "{n} weeks of {total} are in sight")
    parts = [words.count(*forms, kinds.count("known"), total=len(kinds))]
    if unknown := kinds.count("unknown"):
        parts.append(words.say(N_("unknown: {n}"), n=unknown))
    if other := kinds.count("other"):
        parts.append(words.say(N_("under another holder: {n}"), n=other))
    return ", ".join(parts)


def _numbers(office: AuditedOffice, words: Catalogue) -> str:
    """Write each week's posts, reposts after a plus; runs without numbers in words."""
    years = _over_years(office)
    return "; ".join(f"{_span(weeks, years=years)}: {_said(kind, weeks, words)}" for kind, _, weeks in _runs(office))


def _over_years(office: AuditedOffice) -> bool:
    return len({past.week[:4] for past in office.history}) > 1


def _span(weeks: list[AuditedPast], *, years: bool) -> str:
    """Name the first and the last of `weeks` by their numbers; with `years` of which year they are."""
    (year, first), (until, last) = ((past.week[:4], str(week_number(past.week))) for past in (weeks[0], weeks[-1]))
    span = first if len(weeks) == 1 else f"{first}–{last}"
    if not years:
        return span
    return f"{span} ({year})" if year == until else f"{first} ({year}) – {last} ({until})"


def _said(kind: str, weeks: list[AuditedPast], words: Catalogue) -> str:
    if kind == "known":
        return ", ".join(f"{p.posts}+{p.reposts}" if p.reposts else str(p.posts) for p in weeks)
    if kind == "unknown":
        return words.gettext(N_("unknown"))
    name = weeks[0].holder
    if name is None:
        return words.gettext(N_("no holder on record"))
    return words.say(N_("another holder, {name}"), name=short_name(name))


def _notes(office: AuditedOffice, words: Catalogue) -> Iterator[str]:
    mine = [past for past in office.history if _kind(past, office) == "known"]
    if any(past.reposts for past in mine):
        yield words.gettext(N_("After the plus: reposts."))
    if later := sum(past.from_look for past in mine):
        forms = NN_(
            "{n} week was not audited and is counted from a later look.",
            "{n} weeks were not audited and are counted from a later look.",
        )
        yield words.count(*forms, later)


@dataclass(frozen=True, slots=True)
class Ramp:
    """The letters: `levels` rise from the least to the most that was posted in a week."""

    zero: str
    levels: str
    unknown: str
    other: str

    @property
    def letters(self) -> str:
        """All of them, to be tried at an encoding."""
        return self.zero + self.levels + self.unknown + self.other


BLOCKS = Ramp(zero="▁", levels="▂▃▄▅▆▇█", unknown="░", other="·")
PLAIN = Ramp(zero="_", levels=".:-=+*#", unknown="?", other="/")
"""For outputs whose encoding has no blocks."""


@dataclass(frozen=True, slots=True)
class WeekOfPosts:
    """One week of an office. `count` None is "not known"; of an `other` holder's week nothing is drawn."""

    count: int | None
    other: bool = False


def ramp_for(encoding: str) -> Ramp:
    """Return the blocks where `encoding` has every one of them, and else plain letters."""
    try:
        BLOCKS.letters.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


def weeks_of(office: AuditedOffice) -> list[WeekOfPosts]:
    """Return posts and reposts of the office's weeks, oldest first; those not of today's holder are marked."""
    now = office.holder.name if office.holder is not None else None
    return [WeekOfPosts(_posted(past), other=past.holder != now) for past in office.history]


def _posted(past: AuditedPast) -> int | None:
    return None if past.posts is None else past.posts + (past.reposts or 0)


def sparkline(weeks: Sequence[WeekOfPosts], ramp: Ramp) -> str:
    """Return one letter a week. The scale begins at zero and ends at the most of this holder's known weeks."""
    most = max((week.count for week in weeks if week.count is not None and not week.other), default=0)
    return "".join(_letter(week, most, ramp) for week in weeks)


def _letter(week: WeekOfPosts, most: int, ramp: Ramp) -> str:
    if week.other:
        return ramp.other
    if week.count is None:
        return ramp.unknown
    # Rounded up: one post among many is never drawn as none.
    return ramp.levels[-(-week.count * len(ramp.levels) // most) - 1] if week.count else ramp.zero
