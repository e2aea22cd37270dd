"""What an office is asked for: what the registry lacks of it, and which of its answers are awaited.

Pure but for `plan_sent`, which prepares the edit of the registry's file. Writing a letter is not sending it: a person
says when it was sent, and only then is an answer due.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.base.errors import parse_option
from auditor.base.text import N_, Scalar, Text
from auditor.registry.answer_sheet import ANSWERED_NETWORKS
from auditor.registry.decisions import refuse_read_only
from auditor.registry.gaps import Gap, GapKind, gaps_of
from auditor.registry.holders import Holder, holder_on, is_undated, known_by, vacancy_on
from auditor.registry.model_reader import refusal
from auditor.registry.models import Account, AccountKind, AnyNetworkKey, Office, OfficeRequest, OtherAccount, Registry
from auditor.registry.registry_file import Draft, FileEdit, RegistryFile
from auditor.registry.typed_text import read_date

TERM = timedelta(days=30)
"""The term of an answer: 8-ФЗ, article 18."""


# Requests on record ---------------------------------------------------------------------------------------------------


def open_request(office: Office) -> OfficeRequest | None:
    """Return the newest request that is not answered; None if there is none, or a later one is answered."""
    newest = max(office.requests, key=lambda request: request.sent, default=None)
    return newest if newest is not None and newest.answered is None else None


def is_awaited(office: Office, today: date) -> bool:
    """Return whether an answer may still come in time."""
    request = open_request(office)
    return request is not None and today <= request.due


def is_late(office: Office, today: date) -> bool:
    """Return whether the term of a request has passed without an answer on record."""
    request = open_request(office)
    return request is not None and request.due < today


def sent_day(text: str, today: date) -> date | None:
    """Return the day on which letters were sent, as typed; None if they were not.

    Raises `UsageError` for what is no day, for a day to come, and for one so long ago that no answer is awaited.
    """
    if text.strip().casefold() in _NOT_SENT:
        return None
    day = parse_option(read_date, text, option="--sent")
    if not day.exact:
        raise refusal("--sent {text} is not a day; write it whole, like 2026-12-03", text=repr(text))
    if day.first > today:
        raise refusal("--sent {day} is after today, {today}; write the day on which it was sent", day=day, today=today)
    if today - day.first > _LONGEST_AGO:
        raise refusal("--sent {day} is more than {days} days ago; check the year", day=day, days=_LONGEST_AGO.days)
    return day.first


_NOT_SENT = ("нет", "no")
_LONGEST_AGO = timedelta(days=60)
"""Twice the term: whoever was asked before that is asked anew."""


def plan_sent(file: RegistryFile, offices: Sequence[Office], day: date | None) -> FileEdit:
    """Plan the record that requests were sent to offices of one file on a day; None takes back those that are open.

    Within the term of a request another day is the mended one of that request. Raises `UsageError` if nothing is to be
    changed, or the file cannot be.
    """
    refuse_read_only(file.path, named=file.named)
    registry = file.registry()
    draft = file.draft_of(registry, offices[0])
    refuse_read_only(draft.path, named=file.named)
    count = 0
    for office in offices:
        draft.number = file.draft_of(registry, office).number
        count += _take_back(draft, office) if day is None else _record(draft, office, day)
    places: dict[str, Scalar | Text] = {"path": str(draft.path), "n": count}
    if day is None:
        return draft.change(Text(_TAKEN_BACK, places))
    if not count:
        raise refusal("requests of {day} to these offices are on record already", day=day)
    return draft.change(Text(_RECORDED, {**places, "sent": day, "due": day + TERM}))


def _take_back(draft: Draft, office: Office) -> bool:
    """Take back the open request to an office, and return True. Raises `UsageError` if there is none."""
    request = open_request(office)
    if request is None:
        raise refusal("{office}: no answer is awaited from it, so nothing is taken back", office=office.id)
    draft.remove(("requests", office.requests.index(request)))
    return True


def _record(draft: Draft, office: Office, day: date) -> bool:
    """Record that a request was sent, or mend its day; return False if that is on record already."""
    request = open_request(office)
    if any(earlier.sent == day for earlier in office.requests):
        return False
    if request is None or day > request.due:
        draft.add((), "requests", {"sent": day, "due": day + TERM})
        return True
    path = ("requests", office.requests.index(request))
    draft.set(path, "sent", day)
    draft.set(path, "due", day + TERM)
    return True


_TAKEN_BACK = N_("{path}: requests taken back, offices: {n}; no answer is awaited from them.")
_RECORDED = N_("{path}: sent {sent}, to offices: {n}; answers are due by {due}. `auditor next` shows who is late.")


def by_file(file: RegistryFile, registry: Registry, offices: Iterable[Office]) -> list[list[Office]]:
    """Return offices in groups, one for each file that lists them."""
    groups: dict[object, list[Office]] = {}
    for office in offices:
        groups.setdefault(file.draft_of(registry, office).path, []).append(office)
    return list(groups.values())


def progress(registry: Registry, today: date) -> Iterator[Text]:
    """Yield how far the registry of the counted offices is, in parts of a line."""
    known = [known_by(office, today) for office in registry.offices if registry.counted(office)]
    offices = [office for office in known if office.exists_on(today)]
    holders = [holder for office in offices if (holder := holder_on(office, today)) is not None]
    yield Text(_HEADS, {"heads": len(holders), "offices": len(offices)})
    if vacancies := sum(vacancy_on(office, today) is not None for office in offices):
        yield Text(_VACANCIES, {"count": vacancies})
    yield Text(_PAGES_KNOWN, {"count": sum(len(holder.judged_accounts) for holder in holders)})
    yield from _request_progress([office for office in offices if office.requests], today)


def _request_progress(asked: Sequence[Office], today: date) -> Iterator[Text]:
    """Yield how many of the offices that were asked have answered, how many are late, and when the last is due."""
    if asked:
        answered = sum(open_request(office) is None for office in asked)
        yield Text(_ANSWERS, {"answers": answered, "requests": len(asked)})
    if late := sum(is_late(office, today) for office in asked):
        yield Text(_OVERDUE, {"count": late})
    pending = [request.due for office in asked if (request := open_request(office)) and today <= request.due]
    if pending:
        yield Text(_AWAITED_UNTIL, {"date": max(pending)})


_HEADS, _PAGES_KNOWN = N_("Heads known: {heads} of {offices}"), N_("confirmed pages of theirs: {count}")
_VACANCIES, _OVERDUE = N_("vacant offices among them: {count}"), N_("answers that are overdue: {count}")
_ANSWERS = N_("answers to requests: {answers} of {requests}")
_AWAITED_UNTIL = N_("the last is due by {date}")


# What is asked --------------------------------------------------------------------------------------------------------


def lacking_offices(registry: Registry, today: date, offices: Iterable[Office] | None = None) -> list[Office]:
    """Return the offices of which something is missing; those of all that the directive binds if none are named."""
    chosen = filter(registry.counted, registry.offices) if offices is None else offices
    return [office for office in chosen if questions_to(registry, office, today)]


def lacking_unasked(registry: Registry, today: date) -> list[Office]:
    """Return the offices that the directive binds of which something is missing, without those still waited for."""
    return [office for office in lacking_offices(registry, today) if not is_awaited(office, today)]


def questions_to(registry: Registry, office: Office, today: date) -> tuple[Text, ...]:
    """Return what is missing of an office on a day, as parts of one sentence that asks for it."""
    known = known_by(office, today)
    gaps = [gap for entry in gaps_of(registry, today, [office]) for gap in entry.gaps]
    if not office.exists_on(today):
        return ()
    asker = _Asker(registry, office, today, gaps, holder_on(known, today), vacancy_on(known, today) is not None)
    return tuple(asker.iter_questions())


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks for what is missing of one office on one day."""

    registry: Registry
    office: Office
    today: date
    gaps: Sequence[Gap]
    holder: Holder | None
    is_vacant: bool

    def iter_questions(self) -> Iterator[Text]:
        yield from self.ask_holder()
        if not (self.is_vacant and not self.has_gap(GapKind.HOLDER)):
            yield from self.ask_pages()
        if not self.is_answered:
            yield from self.ask_institution()

    def has_gap(self, kind: GapKind) -> bool:
        return any(gap.kind is kind for gap in self.gaps)

    @property
    def pages(self) -> list[Account | OtherAccount]:
        """The holder's pages that count, on whatever network."""
        return [*self.holder.judged_accounts, *self.holder.accounts_elsewhere] if self.holder else []

    @property
    def is_answered(self) -> bool:
        """Whether the office answered for this holder and not too long ago: what it left out is not asked again."""
        days = self.registry.policy["search_valid_days"].number
        since = self.holder.judged_from if self.holder else None
        answers = (request.answered for request in self.office.requests if request.answered is not None)
        return any((self.today - day).days <= days and (since is None or since <= day) for day in answers)

    def ask_holder(self) -> Iterator[Text]:
        """Yield what is missing of who holds the office, since when, and of the name."""
        holder = self.holder
        if holder is None:
            if self.has_gap(GapKind.HOLDER):
                yield Text(_VACANT_STILL if self.is_vacant else _WHO)
            return
        name: dict[str, Scalar | Text] = {"name": holder.tenure.name}
        if self.has_gap(GapKind.HOLDER):
            yield Text(_WHO_NOW, name)
        elif self.has_gap(GapKind.PATRONYMIC):
            yield Text(_WHOLE_NAME, name)
        if holder.chain[0].since is None:
            yield Text(_SINCE, name)

    def ask_pages(self) -> Iterator[Text]:
        """Yield what is missing of the holder's pages: addresses, whose they are, since when, who answers there."""
        yield from (Text(_WHOSE, {"url": url}) for url in self.doubtful_pages())
        networks = self.missing_networks()
        if networks:
            yield Text(_PAGES, {"networks": ", ".join(ANSWERED_NETWORKS[network] for network in networks)})
        if not self.is_answered:
            yield from (Text(_PAGE_SINCE, {"url": url}) for url in self.undated_pages())
            has_staff = any(page.staff for page in (self.holder.accounts if self.holder else ()))
            if (networks or self.pages) and not has_staff:  # else there is nowhere to answer
                yield Text(_STAFF)

    def doubtful_pages(self) -> Iterator[str]:
        """Yield the addresses that may be the holder's, and those that were confirmed too long ago."""
        for tenure in self.holder.chain if self.holder else ():
            yield from (str(page.url) for page in tenure.listed if page.lead and page.kind is AccountKind.PERSONAL)
        for gap in self.gaps:
            if gap.kind is GapKind.CONFIRMATION:
                yield str(gap.text.params["url"])

    def missing_networks(self) -> list[AnyNetworkKey]:
        """Return the networks on which no page of the holder is on record, nor that there is none."""
        pages = self.pages
        days = self.registry.policy["search_valid_days"].number
        searches = [search for search in (self.holder.searches if self.holder else ()) if search.found_nothing]
        fresh = [search for search in searches if (self.today - search.on).days <= days]
        covered = {page.network for page in pages} | {network for search in fresh for network in search.networks}
        if pages and self.is_answered:
            return []
        return [network for network in ANSWERED_NETWORKS if network not in covered]

    def undated_pages(self) -> Iterator[str]:
        """Yield the holder's pages of which no source says since when they are the holder's."""
        yield from (str(page.url) for page in self.pages if is_undated(page, self.holder))

    def ask_institution(self) -> Iterator[Text]:
        """Yield what is missing of the administration: its pages and its site."""
        listed = self.holder.institution_accounts if self.holder else ()
        if not listed and not any(page.judged for page in self.office.listed):
            yield Text(_INSTITUTION)
        if self.has_gap(GapKind.WEBSITE):
            yield Text(_WEBSITE)


_WHO = N_(
    "who holds the office and since what day (family name, given name and patronymic; if somebody stands in or the "
    "office is vacant, since what day)"
)
_WHO_NOW = N_("whether {name} holds the office now; if not, who does and since what day (the full name)")
_VACANT_STILL = N_("whether the office is still vacant; if not, who holds it and since what day (the full name)")
_WHOLE_NAME = N_("the full name of the head with the patronymic ({name})")
_SINCE = N_("since what day {name} holds the office")
_WHOSE = N_("whether {url} is the personal page of the head")
_PAGES = N_(
    "the addresses of the head's personal pages ({networks}) and since what day each is the head's; where there is "
    "none, that there is none"
)
_PAGE_SINCE = N_("since what day {url} is the head's personal page")
_STAFF = N_("who answers comments in the head's name there, if not the head alone (addresses of their pages)")
_INSTITUTION = N_("which pages in social networks are the administration's own")
_WEBSITE = N_("the address of the administration's official site")


# What is awaited ------------------------------------------------------------------------------------------------------


def awaited_answers(offices: Iterable[Office], today: date) -> Iterator[Text]:
    """Yield who must answer by when, who is late, and what one may do then; nothing if no answer is awaited."""
    pairs = [(request, office) for office in offices if (request := open_request(office)) is not None]
    pairs.sort(key=lambda row: (row[0].due, row[1].municipality))
    for request, office in pairs:
        place: dict[str, Scalar | Text] = {"place": office.municipality, "sent": request.sent, "due": request.due}
        days = (today - request.due).days
        yield Text(_LATE, {**place, "days": days}) if days > 0 else Text(_AWAITED, place)
    if any(request.due < today for request, _ in pairs):
        yield Text(_REMIND)


_AWAITED = N_("{place}: asked {sent}, the answer is due by {due}")
_LATE = N_("{place}: asked {sent}, the answer was due by {due}, days late: {days}")
_REMIND = N_(
    "Who is late: ask whether and when the letter was registered; remind by `auditor letter --ask WHO`; an answer that "
    "came is taken in by `auditor registry fill WHO`"
)
