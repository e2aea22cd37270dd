"""A search for accounts, and its result in words: leads with their reasons, and which routes were closed.

Leads are shown to the operator alone: no report holds one.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from auditor import __version__
from auditor.archive import Archive
from auditor.audit.localise import cause_phrase
from auditor.base.archive_lock import hold_lock
from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.base.logs import Progress
from auditor.base.networks import routes
from auditor.base.safe import one_line, show_url
from auditor.base.text import N_, NN_, phrase
from auditor.probes.plugins import PluginContext
from auditor.registry import Office
from auditor.run.workspace import Workspace
from auditor.search.scoring.lead import Origin, Provenance, Reason
from auditor.search.scoring.record_pages import people_of, sources_for
from auditor.search.scoring.score import Lead, LeadKind
from auditor.search.scout_runner import Budget
from auditor.search.scouts import open_scouts
from auditor.search.scouts.scout import Capability, Task
from auditor.search.search import AccountSearch, PersonSearch, SearchResult, records, since_of

_KINDS = {
    LeadKind.PERSONAL: N_("personal page"),
    LeadKind.INSTITUTION: N_("a body's page"),
    LeadKind.FAN: N_("a page about the person"),
    LeadKind.NAMESAKE: N_("somebody else of the name"),
    LeadKind.UNKNOWN: N_("not known whose"),
}
_PROVENANCE = {
    Provenance.GIVEN: N_("given by an official place"),
    Provenance.CLAIMED: N_("claims it itself, unconfirmed"),
    Provenance.GUESSED: N_("a name that fits"),
}
_ORIGINS = {
    Origin.NAMES: N_("a name that was tried"),
    Origin.LINK: N_("a link"),
    Origin.SEARCH: N_("the network's search"),
    Origin.REGISTRY: N_("the registry"),
}
_ROUTES = {
    **{facts.key: facts.name for facts in routes().values()},
    "website": N_("Official sites"),
}
_TASKS = {Task.NAMES: N_("names"), Task.SEARCH: N_("search"), Task.READ: N_("reading pages")}
_SESSION, _SIGNED_IN = "AUDITOR_TELEGRAM_SESSION", "telegram_client"
_BELOW = 3
"""How many leads below the line are printed; the JSON has all."""


def search_accounts(
    session: Workspace,
    offices: Sequence[Office],
    *,
    budget: Budget,
    days: int,
    again: bool = False,
    progress: Progress | None = None,
) -> SearchResult:
    """Look for accounts of the present holders of `offices`; posts on record are read `days` back for links.

    Raises `UsageError` where none of the offices has a holder on record.
    """
    started, registry = session.clock(), session.registry
    day = started.astimezone(registry.zone).date()
    people = people_of(registry, offices, day)
    if not people:
        raise UsageError(
            phrase(
                "nobody is on record as holding {id} on {day}; there is no one to look for", id=offices[0].id, day=day
            )
        )
    session.require_own_time(sites=[office.website for office in offices if office.website])
    # A lock of its own: a search takes long, and the week's run must not wait for it.
    with hold_lock(session.data / "search"), Archive.open(session.data) as archive:
        wiring = PluginContext(
            session.settings, session.clock, session.data, archive.searches.login(), archive.searches.logins()
        )
        scouts = open_scouts(wiring, records(registry))
        run = archive.start_run(
            week="",
            command="discover",
            started_at=started,
            vantage=session.settings.vantage,
            tool_version=__version__,
        )
        try:
            search = AccountSearch(
                archive,
                run,
                registry,
                people,
                people_of(registry, registry.offices, day),
                scouts,
                session.clock,
                budget=budget,
                since=since_of(registry, started, days),
                again=again,
                progress=progress,
            )
            found = search.run(sources_for(registry, people))
        finally:
            for scout in scouts:
                if scout.login is not None:
                    archive.searches.save_login(run, scout.login, session.clock())
                scout.close()
        archive.finish_run(run, found.finished_at)
    return found


def leads_document(result: SearchResult, words: Translator) -> str:
    """Return the search as JSON, every lead with every reason. It may name strangers' pages: not for publishing."""
    body = {
        "schema": "auditor/leads/2",
        "as_of": result.finished_at.isoformat().replace("+00:00", "Z"),
        "complete": result.complete,
        "people": [_person(one, words) for one in result.people],
        "unread": dict(result.unread),
        "moved": result.moved,
        "goes_on": result.spent,
        "routes": [_route(name, result) for name in result.doors],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _person(one: PersonSearch, words: Translator) -> dict[str, Any]:
    return {
        "office": one.person.office.id,
        "municipality": one.person.municipality,
        "name": str(one.person.name),
        "on_record": [a.url.url for a in one.person.holder.judged_accounts],
        "names_tried": dict(one.tried),
        "leads": [_lead(lead, words) for lead in one.leads],
    }


def _lead(lead: Lead, words: Translator) -> dict[str, Any]:
    return {
        "url": lead.address.url,
        "network": lead.network,
        "id": lead.sight.id,
        "kind": lead.kind,
        "provenance": lead.provenance,
        "above": lead.is_strong,
        "found_by": list(lead.sight.origins),
        "reasons": [_reason(reason, words) for reason in lead.reasons],
        "doubts": [_reason(reason, words) for reason in lead.doubts],
        "evidence": list(lead.evidence),
    }


def _reason(reason: Reason, words: Translator) -> dict[str, Any]:
    return {
        "code": reason.code,
        "text": words.text(reason.text),
        "places": list(reason.places),
        "evidence": list(reason.evidence),
    }


def _route(name: str, result: SearchResult) -> dict[str, Any]:
    return {
        "name": name,
        "requests": result.requests[name],
        "cause": result.causes.get(name),
        "doors": [
            {"task": d.task, "open": d.open, "cause": d.cause, "key": _key(d, result) or None}
            for d in result.doors[name]
        ],
    }


def render_leads(result: SearchResult, words: Translator) -> str:
    """Return the search as text: leads with their reasons, then the routes."""
    people = (line for one in result.people for line in _person_lines(one, result, words))
    return "\n".join(one_line(line) for line in (*people, *_route_lines(result, words)))


def _person_lines(one: PersonSearch, result: SearchResult, words: Translator) -> Iterator[str]:
    yield f"{one.person.municipality} — {one.person.name}"
    on_record = [a.url.url for a in one.person.holder.judged_accounts]
    if on_record:
        yield words.translate(N_("On record: {pages}"), pages=", ".join(map(show_url, on_record)))
    above = [lead for lead in one.leads if lead.is_strong]
    below = [lead for lead in one.leads if not lead.is_strong]
    for lead in above:
        yield from _lead_lines(lead, words)
    if not above:
        yield words.gettext(_nothing(one, result))
    if below:
        yield words.count(*_BELOW_LINE, len(below))
    for lead in below[:_BELOW]:
        yield from _lead_lines(lead, words)
    yield ""


def _nothing(one: PersonSearch, result: SearchResult) -> str:
    """Say that there is no lead, and no more than was asked: an error is not absence."""
    if result.complete:
        return N_("On the open routes no official place gives a page.")
    if any(one.tried.values()) or one.leads:
        return N_("No official place gives a page so far; not everything could be asked, see the routes.")
    return N_("Nothing could be asked: that says nothing about pages.")


_BELOW_LINE = NN_("Below the line, {n} page:", "Below the line, {n} pages:")


def _lead_lines(lead: Lead, words: Translator) -> Iterator[str]:
    how = ", ".join(words.gettext(_ORIGINS[origin]) for origin in lead.sight.origins)
    found = words.translate(N_("found by: {how}"), how=how)
    title = f" «{lead.sight.title}»" if lead.sight.title else ""
    kind = f"{words.gettext(_PROVENANCE[lead.provenance])} · {words.gettext(_KINDS[lead.kind])}"
    yield f"  {show_url(lead.address.url)}{title} · {kind} · {found}"
    yield from (f"    + {words.text(reason.text)}" for reason in lead.reasons)
    yield from (f"    ! {words.text(reason.text)}" for reason in lead.doubts)


def _route_lines(result: SearchResult, words: Translator) -> Iterator[str]:
    yield words.gettext(N_("Routes"))
    for name in result.doors:
        asked = words.count(*_REQUESTS, result.requests[name])
        yield f"  {words.gettext(_ROUTES.get(name, name))}: {asked}"
        if name in result.causes:
            yield "    " + words.translate(N_("stopped: {why}"), why=cause_phrase(result.causes[name], words))
        yield from (f"    {line}" for line in _closed(name, result, words))
    for page, cause in result.unread.items():
        said = words.translate(
            N_("not read for links: {page} ({why})"), page=show_url(page), why=cause_phrase(cause, words)
        )
        yield f"  {said}"
    for site, now in result.moved.items():
        said = words.translate(N_("website moved to {new}: {page}"), page=show_url(site), new=show_url(now))
        yield f"  {said}"
    if result.spent:
        yield words.gettext(N_("The budget ran out; run it again to go on from here, or give more with --requests."))
    found = any(lead.is_strong for one in result.people for lead in one.leads)
    yield words.gettext(_FOUND if found else _NOT_FOUND)


_FOUND = N_("Next: open each page and decide about it: auditor review")
_NOT_FOUND = N_("Next: look for yourself by the links of auditor next, and record it: auditor accounts searched WHO …")


_REQUESTS = NN_("{n} request", "{n} requests")


def _key(door: Capability, result: SearchResult) -> str:
    """Return the setting that would open a door; empty if it is given: a signed-in search is a route of its own."""
    return "" if door.key == _SESSION and _SIGNED_IN in result.doors else door.key


def _closed(route: str, result: SearchResult, words: Translator) -> Iterator[str]:
    """Say which doors are closed, and which setting would open them. A door that no key opens any more is left out."""
    doors = result.doors[route]
    keyed = any(door.open for door in doors)
    for door in doors:
        if door.cause is None or door.key != _key(door, result):
            continue
        why = cause_phrase(door.cause, words)
        task = words.gettext(_TASKS[door.task])
        if door.key:
            # There is a service key; a user's key may do what it may not.
            key = words.translate(N_("a user's key in {key}"), key=door.key) if keyed and route == "vk" else door.key
            yield words.translate(N_("closed: {task} ({why}); it would open with {key}"), task=task, why=why, key=key)
        else:
            yield words.translate(N_("closed: {task} ({why})"), task=task, why=why)
