"""A table of what is missing, an office a row: written for a spreadsheet, and taken in again.

Each filled row is checked as if it were typed into the registry, and nothing is written unless every row is right. An
empty cell changes nothing; nothing is ever taken away.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from typing import Any

from auditor.base.address import web_address
from auditor.base.errors import Problem, RegistryError, UsageError, typed
from auditor.base.i18n import Catalogue
from auditor.base.safe import cell
from auditor.base.text import N_, Text
from auditor.base.weeks import PartialDate
from auditor.registry.decisions import Plan, Said, plan_confirm, plan_searched
from auditor.registry.edit import Draft
from auditor.registry.gaps import OfficeGaps
from auditor.registry.models import Tenure, holder_on
from auditor.registry.objections import OnRecord, RegistryFile
from auditor.registry.rules import person_key

_SHOWN = ("office", "municipality", "title", "missing")
_HELD = ("name", "acting", "since", "known_as_of", "sources")
_PAGE = ("page", "page_how", "page_sources", "page_of")
_SEARCH = ("search_how", "search_networks", "search_found")
COLUMNS = (*_SHOWN, *_HELD, "website", *_PAGE, *_SEARCH, "by")
"""The first four say what a row is about; `by` is who found the page or searched."""
_YES, _NO = {"true", "yes", "1", "да", "врио"}, {"", "false", "no", "0", "нет"}
_MOST = 20_000
"""Rows. No region has as many offices."""


def form_of(found: Sequence[OfficeGaps], today: date, words: Catalogue) -> bytes:
    """Return the table for `found` as a spreadsheet opens it, with what is on record filled in."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if words.lang == "ru" else ",", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in found:
        known = _known(one, today, words)
        writer.writerow([cell(known.get(column, "")) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def _known(one: OfficeGaps, today: date, words: Catalogue) -> dict[str, str]:
    office, holder = one.office, holder_on(one.office, today)
    known = {
        "office": office.id,
        "municipality": office.municipality,
        "title": office.title,
        "missing": "; ".join(words.text(gap.text) for gap in one.gaps),
        "website": office.website or "",
    }
    return known | (_known_of(holder.tenure) if holder else {})


def _known_of(tenure: Tenure) -> dict[str, str]:
    dates = {"since": str(tenure.since or ""), "known_as_of": str(tenure.known_as_of or "")}
    return {"name": tenure.name, "acting": "true" if tenure.acting else "", **dates}


def plan_fill(file: RegistryFile, raw: bytes, name: str) -> list[Plan]:
    """Plan all that a filled table says: a plan for each file that changes, none if it says nothing new.

    `name` is what mistakes call the table. Raises `RegistryError` with a line for each row that is wrong.
    """
    problems: list[Problem] = []
    first: dict[str, int] = {}
    drafts: dict[str, Draft] = {}
    for line, row in _rows(raw, name):
        before = dict(file.pending)
        try:
            _once(row["office"], first, line)
            for draft in _Row(file, row).decide():
                drafts.setdefault(str(draft.path), draft)
        except UsageError as error:
            file.pending.clear()
            file.pending.update(before)
            what, _, mend = str(error).partition("; ")
            problems.append(Problem(name, line, what, mend or "mend the row, or leave its cells empty"))
    if problems:
        raise RegistryError(problems)
    return [_whole(draft, file) for draft in drafts.values()]


def _once(office: str, first: dict[str, int], line: int) -> None:
    if office in first:
        raise UsageError(f"the office {office} stands twice, first on line {first[office]}; join the rows")
    first[office] = line


def _whole(draft: Draft, file: RegistryFile) -> Plan:
    """Return one change of a file out of all that was decided for it."""
    done = Text(N_("{path}: the rows are in the registry now."), {"path": str(draft.path)})
    return Plan(replace(draft, text=draft.raw.decode("utf-8")), file.pending[draft.path.resolve()], done)


def _rows(raw: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with its line. Raises `RegistryError` for a file that is no such table."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_table(name, 1, "the text is not UTF-8", "save it as CSV in UTF-8") from None
    head = text.split("\n", 1)[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(";,\t", key=head.count), strict=True)
    try:
        columns = [one.strip().lower() for one in next(reader, [])]
        _require_columns(columns, name)
        for values in reader:
            if reader.line_num > _MOST:
                raise _no_table(name, reader.line_num, f"more than {_MOST:,} rows", "check that it is the right file")
            if any(value.strip() for value in values):
                if len(values) > len(columns):
                    raise _no_table(name, reader.line_num, "more cells than columns", "check the separators")
                yield (
                    reader.line_num,
                    dict.fromkeys(COLUMNS, "") | dict(zip(columns, map(_plain, values), strict=False)),
                )
    except csv.Error as error:
        raise _no_table(name, reader.line_num, f"this is no CSV ({error})", "check the quotes") from None


def _require_columns(columns: Sequence[str], name: str) -> None:
    unknown = [one for one in columns if one not in COLUMNS]
    if unknown or "office" not in columns:
        what = f"there is no column {unknown[0]!r}" if unknown else "there is no column 'office'"
        raise _no_table(name, 1, what, "`auditor next --csv FILE` writes the columns that are known")
    if len(set(columns)) < len(columns):
        raise _no_table(name, 1, "a column stands twice", "keep one of the two")


def _no_table(name: str, line: int, what: str, mend: str) -> RegistryError:
    return RegistryError([Problem(name, line, what, mend)])


def _plain(value: str) -> str:
    """Return a cell without the mark that keeps spreadsheets from taking it for a formula."""
    return re.sub(r"^'(?=[=+\-@])", "", value.strip())


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, and the file that it is decided for."""

    file: RegistryFile
    row: Mapping[str, str]

    def decide(self) -> Iterator[Draft]:
        """Decide all that the row says, one thing after the other; yield the drafts that were changed."""
        record = OnRecord.open(self.file, self.row["office"])
        if record.office.id != self.row["office"]:
            raise UsageError(f"{self.row['office']!r} is no office's id; write {record.office.id}")
        place = self.row["municipality"]
        if place and place != record.office.municipality:
            raise UsageError(f"{record.office.id} is of {record.office.municipality}, not of {place}; were rows moved?")
        for step in (self.website, self.holder, self.page, self.search):
            yield from step()

    def keep(self, draft: Draft, text: str) -> Iterator[Draft]:
        if text != draft.text:
            self.file.pending[draft.path.resolve()] = text
            yield draft

    def record(self) -> OnRecord:
        return OnRecord.open(self.file, self.row["office"])

    def website(self) -> Iterator[Draft]:
        record, site = self.record(), self.row["website"]
        if not site or site == record.office.website:
            return
        keys = {"website": typed(web_address, site, option="website:")}
        yield from self.keep(record.draft, _with(record, None, keys))

    def holder(self) -> Iterator[Draft]:
        """Decide who holds the office: the one on record, the same by a fuller name, or somebody else."""
        record, name = self.record(), " ".join(self.row["name"].split())
        held = holder_on(record.office, record.today)
        if not name:
            if any(self.row[key] for key in _HELD):
                raise UsageError("name is empty; write whose dates and sources these are")
            return
        known = held.tenure if held else None
        if known is None or not (person_key(name) == person_key(known.name) or _fuller(name, known.name)):
            yield from self.keep(record.draft, self.somebody(record, name))
            return
        sources = [one for one in self.sources if one not in known.sources]
        keys = self.keys(record, known, name)
        if keys or sources:
            self.require_source()
            yield from self.keep(record.draft, _with(record, known, keys, sources))

    def keys(self, record: OnRecord, known: Tenure, name: str) -> dict[str, Any]:
        """Return the keys that the row changes for the holder on record."""
        keys: dict[str, Any] = {} if person_key(name) == person_key(known.name) else {"name": name}
        since, seen = self.date("since", record), self.date("known_as_of", record)
        if since is not None and since != known.since:
            if known.since is not None:
                raise UsageError(f"since is {known.since} on record, not {since}; mend it in the registry by hand")
            keys["since"] = _written(since)
        if seen is not None and seen != known.known_as_of:
            if known.known_as_of is not None and seen.last < known.known_as_of.first:
                raise UsageError(f"known_as_of is {known.known_as_of} on record, later than {seen}; leave it")
            keys["known_as_of"] = _written(seen)
        return keys

    def somebody(self, record: OnRecord, name: str) -> str:
        """Return the text with a new tenure."""
        self.require_source()
        if len(name.split()) < 2:
            raise UsageError(f"{name!r} is no whole name; write the family name first, then the given name")
        held = holder_on(record.office, record.today)
        dates = {key: self.date(key, record) for key in ("since", "known_as_of")}
        if held:  # what the table was written with are the dates of the one before
            dates = {key: day for key, day in dates.items() if day != getattr(held.tenure, key)}
        if not any(dates.values()):
            raise UsageError(f"no date says when {name} held the office; write since or known_as_of")
        acting = {"acting": True} if self.acting() else {}
        written = {key: _written(day) for key, day in dates.items() if day is not None}
        tenure = {"name": name, **written, **acting, "sources": self.sources}
        return record.draft.with_tenure(record.office, tenure)

    def page(self) -> Iterator[Draft]:
        if not self.row["page"]:
            if any(self.row[key] for key in _PAGE):
                raise UsageError("page is empty; write its address")
            return
        said = Said(
            self.row["page_how"] or None, self.row["page_sources"].split(), self.by, of=self.row["page_of"] or None
        )
        names = {"--how": "page_how", "--source": "page_sources", "--of": "page_of", "--by": "by"}
        plan = _named(names, lambda: plan_confirm(self.file, self.row["office"], self.row["page"], said))
        yield from self.keep(plan.draft, plan.text)

    def search(self) -> Iterator[Draft]:
        if not any(self.row[key] for key in _SEARCH):
            return
        said = Said(self.row["search_how"] or None, by=self.by)
        found, networks = self.row["search_found"] or None, re.split(r"[\s,;]+", self.row["search_networks"])
        names = {"--how": "search_how", "--found": "search_found", "--network": "search_networks", "--by": "by"}
        plan = _named(
            names,
            lambda: plan_searched(self.file, self.row["office"], said, found=found, networks=[*filter(None, networks)]),
        )
        yield from self.keep(plan.draft, plan.text)

    @property
    def by(self) -> str | None:
        return self.row["by"] or None

    @property
    def sources(self) -> list[str]:
        return [typed(web_address, one, option="sources:") for one in self.row["sources"].split()]

    def require_source(self) -> None:
        if not self.sources:
            raise UsageError("sources is empty; nothing is put on record without the address of a publication")

    def acting(self) -> bool:
        said = self.row["acting"].casefold()
        if said not in _YES | _NO:
            raise UsageError(f"acting cannot be {said!r}; write true, or leave it empty")
        return said in _YES

    def date(self, key: str, record: OnRecord) -> PartialDate | None:
        """Return a date as the registry or a Russian spreadsheet writes it."""
        text = self.row[key]
        if not text:
            return None
        russian = re.fullmatch(r"(?:(\d\d)\.)?(\d\d)\.(\d{4})", text)
        try:
            found = PartialDate.parse("-".join(filter(None, (russian[3], russian[2], russian[1]))) if russian else text)
        except ValueError:
            raise UsageError(f"{key} {text!r} is not a date; write it like 2025, 2025-07 or 2025-07-31") from None
        if found.first > record.today:
            raise UsageError(f"{key} {found} is in the future; it is {record.today}")
        return found


def _with(record: OnRecord, tenure: Tenure | None, keys: Mapping[str, Any], sources: Sequence[str] = ()) -> str:
    return record.draft.with_keys(record.office, tenure, keys, sources)


def _fuller(name: str, known: str) -> bool:
    """Tell whether a name is the one on record with more of it: a given name, a patronymic."""
    more, less = person_key(name).split(), person_key(known).split()
    return len(more) > len(less) and more[: len(less)] == less


def _written(day: PartialDate) -> date | int | str:
    """Return a date as the registry writes it, without quotes where it can be."""
    text = str(day)
    return day.first if day.exact else int(text) if len(text) == 4 else text


def _named(names: Mapping[str, str], plan: Callable[[], Plan]) -> Plan:
    """Make a plan; a mistake names the column and not the option of the command line."""
    try:
        return plan()
    except UsageError as error:
        said = str(error)
        for option, column in names.items():
            said = re.sub(rf"{option}\b", column, said)
        raise UsageError(said) from None
