"""Search for accounts, and write the result as text or JSON: leads with their reasons, and the closed routes.

Leads are shown only to the operator; reports do not contain them.
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
from auditor.search.scoring.record_pages import people_of, record_pages_for
from auditor.search.scoring.score import Lead, LeadKind
from auditor.search.scout_runner import Budget
from auditor.search.scouts import open_scouts
from auditor.search.scouts.scout import Capability, Task
from auditor.search.search import AccountSearch, PersonSearch, SearchResult, addresses_on_record, since_of

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
_BELOW = 3
"""How many weak leads are printed for each holder; the JSON has all of them."""


def search_accounts(
    workspace: Workspace,
    offices: Sequence[Office],
    *,
    budget: Budget,
    days: int,
    again: bool = False,
    progress: Progress | None = None,
) -> SearchResult:
    """Search for accounts of the present holders of `offices`; known pages are read `days` back for links.

    `again`: forget how far earlier searches came. Raises `UsageError` if none of the offices has a holder on record.
    """
    started, registry = workspace.clock(), workspace.registry
    day = started.astimezone(registry.zone).date()
    people = people_of(registry, offices, day)
    if not people:
        raise UsageError(
            phrase(
                "nobody is on record as holding {id} on {day}; there is no one to look for", id=offices[0].id, day=day
            )
        )
    workspace.require_own_time(sites=[office.website for office in offices if office.website])
    # A separate lock: a search takes long, and the weekly run must not wait for it.
    with hold_lock(workspace.data / "search"), Archive.open(workspace.data) as archive:
        plugin_context = PluginContext(
            workspace.settings, workspace.clock, workspace.data, archive.searches.login(), archive.searches.logins()
        )
        scouts = open_scouts(plugin_context, addresses_on_record(registry))
        run = archive.start_run(
            week="",
            command="discover",
            started_at=started,
            vantage=workspace.settings.vantage,
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
                workspace.clock,
                budget=budget,
                since=since_of(registry, started, days),
                again=again,
                progress=progress,
            )
            result = search.run(record_pages_for(registry, people))
        finally:
            for scout in scouts:
                if scout.login is not None:
                    archive.searches.save_login(run, scout.login, workspace.clock())
                scout.close()
        archive.finish_run(run, result.finished_at)
    return result


def leads_document(result: SearchResult, translator: Translator) -> str:
    """Return the search as JSON, every lead with every reason. Do not publish it: it may name other people's pages."""
    body = {
        "schema": "auditor/leads/2",
        "as_of": result.finished_at.isoformat().replace("+00:00", "Z"),
        "complete": result.complete,
        "people": [_person(person_search, translator) for person_search in result.searches],
        "unread": dict(result.unread),
        "moved": result.moved,
        "goes_on": result.spent,
        "routes": [_route(name, result) for name in result.capabilities],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _person(person_search: PersonSearch, translator: Translator) -> dict[str, Any]:
    return {
        "office": person_search.person.office.id,
        "municipality": person_search.person.municipality,
        "name": str(person_search.person.name),
        "on_record": [a.url.url for a in person_search.person.holder.judged_accounts],
        "names_tried": dict(person_search.tried),
        "leads": [_lead(lead, translator) for lead in person_search.leads],
    }


def _lead(lead: Lead, translator: Translator) -> dict[str, Any]:
    return {
        "url": lead.address.url,
        "network": lead.network,
        "id": lead.sight.id,
        "kind": lead.kind,
        "provenance": lead.provenance,
        "above": lead.is_strong,
        "found_by": list(lead.sight.origins),
        "reasons": [_reason(reason, translator) for reason in lead.reasons],
        "doubts": [_reason(reason, translator) for reason in lead.doubts],
        "evidence": list(lead.evidence),
    }


def _reason(reason: Reason, translator: Translator) -> dict[str, Any]:
    return {
        "code": reason.code,
        "text": translator.text(reason.text),
        "places": list(reason.places),
        "evidence": list(reason.evidence),
    }


def _route(name: str, result: SearchResult) -> dict[str, Any]:
    return {
        "name": name,
        "requests": result.requests[name],
        "cause": result.causes.get(name),
        "doors": [
            {
                "task": capability.task,
                "open": capability.open,
                "cause": capability.cause,
                "key": _missing_key(name, capability, result) or None,
            }
            for capability in result.capabilities[name]
        ],
    }


def render_leads(result: SearchResult, translator: Translator) -> str:
    """Return the search as text: leads with their reasons, then the routes."""
    people = (line for person_search in result.searches for line in _person_lines(person_search, result, translator))
    return "\n".join(one_line(line) for line in (*people, *_route_lines(result, translator)))


def _person_lines(person_search: PersonSearch, result: SearchResult, translator: Translator) -> Iterator[str]:
    yield f"{person_search.person.municipality} — {person_search.person.name}"
    on_record = [a.url.url for a in person_search.person.holder.judged_accounts]
    if on_record:
        yield translator.translate(N_("On record: {pages}"), pages=", ".join(map(show_url, on_record)))
    strong = [lead for lead in person_search.leads if lead.is_strong]
    weak = [lead for lead in person_search.leads if not lead.is_strong]
    for lead in strong:
        yield from _lead_lines(lead, translator)
    if not strong:
        yield translator.gettext(_no_lead_sentence(person_search, result))
    if weak:
        yield translator.count(*_BELOW_LINE, len(weak))
    for lead in weak[:_BELOW]:
        yield from _lead_lines(lead, translator)
    yield ""


def _no_lead_sentence(person_search: PersonSearch, result: SearchResult) -> str:
    """Return the sentence for a holder without a strong lead; it claims absence only as far as the search succeeded."""
    if result.complete:
        return N_("On the open routes no official place gives a page.")
    if any(person_search.tried.values()) or person_search.leads:
        return N_("No official place gives a page so far; not everything could be asked, see the routes.")
    return N_("Nothing could be asked: that says nothing about pages.")


_BELOW_LINE = NN_("Below the line, {n} page:", "Below the line, {n} pages:")


def _lead_lines(lead: Lead, translator: Translator) -> Iterator[str]:
    origins = ", ".join(translator.gettext(_ORIGINS[origin]) for origin in lead.sight.origins)
    found_by = translator.translate(N_("found by: {how}"), how=origins)
    title = f" «{lead.sight.title}»" if lead.sight.title else ""
    kind = f"{translator.gettext(_PROVENANCE[lead.provenance])} · {translator.gettext(_KINDS[lead.kind])}"
    yield f"  {show_url(lead.address.url)}{title} · {kind} · {found_by}"
    yield from (f"    + {translator.text(reason.text)}" for reason in lead.reasons)
    yield from (f"    ! {translator.text(reason.text)}" for reason in lead.doubts)


def _route_lines(result: SearchResult, translator: Translator) -> Iterator[str]:
    yield translator.gettext(N_("Routes"))
    for name in result.capabilities:
        requests = translator.count(*_REQUESTS, result.requests[name])
        yield f"  {translator.gettext(_ROUTES.get(name, name))}: {requests}"
        if name in result.causes:
            yield "    " + translator.translate(N_("stopped: {why}"), why=cause_phrase(result.causes[name], translator))
        yield from (f"    {line}" for line in _closed_lines(name, result, translator))
    for page, cause in result.unread.items():
        note = translator.translate(
            N_("not read for links: {page} ({why})"), page=show_url(page), why=cause_phrase(cause, translator)
        )
        yield f"  {note}"
    for site, new_url in result.moved.items():
        note = translator.translate(N_("website moved to {new}: {page}"), page=show_url(site), new=show_url(new_url))
        yield f"  {note}"
    if result.spent:
        yield translator.gettext(
            N_("The budget ran out; run it again to go on from here, or give more with --requests.")
        )
    has_strong_lead = any(lead.is_strong for person_search in result.searches for lead in person_search.leads)
    yield translator.gettext(_FOUND if has_strong_lead else _NOT_FOUND)


_FOUND = N_("Next: open each page and decide about it: auditor review")
_NOT_FOUND = N_("Next: look for yourself by the links of auditor next, and record it: auditor accounts searched WHO …")


_REQUESTS = NN_("{n} request", "{n} requests")


def _missing_key(route: str, capability: Capability, result: SearchResult) -> str:
    """Return the setting that would open a capability; empty if the network's signed-in route was used for it."""
    facts = {name: facts for name, facts in routes().items() if name in result.capabilities}
    signed_in = {facts[name].network for name in facts if facts[name].signed_in and name != route}
    return "" if route in facts and facts[route].network in signed_in else capability.key


def _closed_lines(route: str, result: SearchResult, translator: Translator) -> Iterator[str]:
    """Yield a line for each closed capability of a route, with the setting that would open it, if there is one.

    A capability whose key is already given is left out.
    """
    capabilities = result.capabilities[route]
    has_key = any(item.open for item in capabilities)
    for capability in capabilities:
        if capability.cause is None or capability.key != _missing_key(route, capability, result):
            continue
        why = cause_phrase(capability.cause, translator)
        task = translator.gettext(_TASKS[capability.task])
        if capability.key:
            # The service key is set; a user's key may allow methods that it does not.
            key = (
                translator.translate(N_("a user's key in {key}"), key=capability.key)
                if has_key and route in routes() and routes()[route].many_keys
                else capability.key
            )
            yield translator.translate(
                N_("closed: {task} ({why}); it would open with {key}"), task=task, why=why, key=key
            )
        else:
            yield translator.translate(N_("closed: {task} ({why})"), task=task, why=why)
