"""The command line: parse, call, print. Heavy modules are imported inside the commands, so that help is instant."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from auditor.base.errors import AuditorError, RegistryError, UsageError
from auditor.base.logs import defect, guard_process
from auditor.base.redact import redact

if TYPE_CHECKING:
    from auditor.audit.document import Audit
    from auditor.run.app import Session


class _Commands(TyperGroup):
    """Takes secrets out of what typer says of a mistyped line, which it quotes."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        return _quoting(super().make_context, *args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        return _quoting(super().invoke, ctx)


def _quoting(parse: Callable[..., object], *args: Any, **kwargs: Any) -> object:
    try:
        return parse(*args, **kwargs)
    except Exception as error:
        if isinstance(getattr(error, "message", None), str):
            error.message = redact(error.message)  # type: ignore[attr-defined]  # that of typer's own errors
        raise


app = typer.Typer(
    name="auditor",
    cls=_Commands,
    help="Checks whether heads of municipalities keep personal pages on VK and Telegram, and answer people there.",
    epilog="Exit: 0 nothing failed, 1 something failed, 2 usage or registry error, "
    "3 nothing failed but something could not be told, 4 could not run.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_registry_app = typer.Typer(help="Look into officials.yaml.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(_registry_app, name="registry")
_accounts_app = typer.Typer(
    help="Write a person's decision about an account into officials.yaml.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(_accounts_app, name="accounts")
_evidence_app = typer.Typer(help="Look at what the findings rest on.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(_evidence_app, name="evidence")
_login_app = typer.Typer(help="Sign in for a route that needs it.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(_login_app, name="login")
_logout_app = typer.Typer(help="Sign out.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(_logout_app, name="logout")

_RegistryPath = Annotated[Path | None, typer.Option("--registry", help="The registry, officials.yaml.")]
_DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of the archive.")]
_OutFolder = Annotated[Path | None, typer.Option("--out", help="Folder of the reports.")]
_AsOf = Annotated[str | None, typer.Option("--as-of", help="Judge as of this moment: 2026-11-24T12:00+07:00.")]
Lang = Annotated[str | None, typer.Option("--lang", help="Language of findings and reports: ru or en.")]
WeekName = Annotated[str | None, typer.Option("--week", help="2026-W47; by default the last week that has ended.")]
_Formats = Annotated[
    list[str] | None,
    typer.Option("--format", help="html,json,csv,xlsx,pdf,txt or all; by default all but pdf, which needs chromium."),
]
_Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more on the standard error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]

Who = Annotated[str, typer.Argument(help="An office's id, a municipality or a holder's name, in any case.")]
_Url = Annotated[str, typer.Argument(help="The account's address on VK or Telegram, in any form that people paste.")]
How = Annotated[str | None, typer.Option("--how", help="How that was found out, in a sentence. Required.")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="Where that can be seen; may be repeated.")]
By = Annotated[str | None, typer.Option("--by", help="Who decided: printed in a public file.")]
On = Annotated[str | None, typer.Option("--on", help="The day of it, 2026-11-24; by default today.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Write without asking.")]


def _say(text: str) -> None:
    """Print what may hold words from outside: no character of it is a terminal's to obey."""
    from auditor.base.safe import clean

    typer.echo(clean(text))


def _say_json(text: str) -> None:
    """Print a document; what a terminal would obey or could not print is written by its number, as JSON has it."""
    steering = r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
    shown = re.sub(steering, lambda found: f"\\u{ord(found[0]):04x}", text)
    try:
        shown.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # the output has no such letters: all of them by number
        import json

        shown = json.dumps(json.loads(text), indent=2) + "\n"
    sys.stdout.write(shown)


def _harmless(error: object) -> str:
    from auditor.base.safe import one_line

    return one_line(str(error))


def _session(
    *,
    registry: Path | None = None,
    data: Path | None = None,
    out: Path | None = None,
    as_of: str | None = None,
    lang: str | None = None,
    verbose: bool = False,
    quiet: bool = False,
) -> "Session":
    from auditor.base.logs import set_up_logs
    from auditor.run.app import open_session

    if lang not in {None, "ru", "en"}:
        raise UsageError(f"there is no language {lang!r}; choose ru or en")
    set_up_logs(verbose=verbose, quiet=quiet)
    return open_session(registry=registry, data=data, out=out, as_of=as_of, lang=lang)


@app.command()
def weekly(
    week: WeekName = None,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    out: _OutFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
    verbose: _Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Look at every account, judge the week, write the report. Running it again in a week doubles nothing."""
    session = _session(registry=registry, data=data, out=out, as_of=as_of, lang=lang, verbose=verbose, quiet=quiet)
    from auditor.commands.progress import progress_bar
    from auditor.commands.weekly import run_weekly
    from auditor.run.app import exit_code, pick_week

    chosen = pick_week(session, week)
    with progress_bar(str(chosen), shown=not quiet and sys.stderr.isatty()) as progress:
        audit, path, _ = run_weekly(session, chosen, progress=progress)
    _tell(session, audit, path, quiet=quiet)
    raise typer.Exit(exit_code(audit))


@app.command()
def check(
    who: Annotated[str, typer.Argument(help="An office's id, a municipality or a holder's name, in any case.")],
    form: Annotated[
        str | None, typer.Option("--format", help="text, json (this office's audit document) or html (a page of it).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Judge from the archive, without any network.")] = False,
    week: WeekName = None,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
    verbose: _Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Look at one office's accounts now and print what is found."""
    form = _form_of_check(form, as_json=as_json)
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang, verbose=verbose, quiet=quiet)
    from auditor.archive import Archive
    from auditor.run.app import exit_code, judge_week, look, pick_office, pick_week, remarked

    office, chosen = pick_office(session, who), pick_week(session, week)
    with Archive.read(session.data) if offline else Archive.open(session.data) as archive:
        moment = session.clock()
        if not offline:
            moment = look(session, archive, chosen, command="check", offices=[office]).finished_at
        audit = remarked(session, judge_week(session, archive, chosen, moment, [office]), moment)
    if form == "json":
        _say_json(audit.to_json())
    elif form == "html":
        from auditor.report.page.html import render_html

        page = render_html(audit, catalogue=session.words, template="one.html")
        sys.stdout.buffer.write(page.encode())  # it says itself that it is UTF-8, whatever the terminal's letters are
    elif not quiet:
        from auditor.report.terminal.card import print_card

        print_card(audit.offices[0], audit, session.words, leads=_leads(session, audit))
    raise typer.Exit(exit_code(audit))


def _form_of_check(form: str | None, *, as_json: bool) -> str:
    if form not in {None, "text", "json", "html"}:
        raise UsageError(f"there is no format {form!r}; choose text, json or html")
    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json and --format {form} ask for different things; give one of them")
    return "json" if as_json else form or "text"


def _leads(session: "Session", audit: "Audit") -> list[str]:
    """List the holder's unconfirmed accounts: for the operator's eyes, never in the document."""
    from auditor.base.weeks import Week
    from auditor.registry.offices import holder_on

    office = next(o for o in session.registry.offices if o.id == audit.offices[0].id)
    holder = holder_on(office, Week.parse(audit.week, session.registry.zone).last_day)
    return [a.url.url for a in holder.accounts if a.lead] if holder else []


@app.command()
def report(
    week: WeekName = None,
    formats: _Formats = None,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    out: _OutFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
    verbose: _Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Write a week's report from the archive, without any network. Same archive and --as-of: same bytes."""
    from auditor.archive import Archive
    from auditor.commands.publish import publish
    from auditor.report.write import pick_formats
    from auditor.run.app import exit_code, pick_week, show_week

    kinds = pick_formats(formats or ())
    session = _session(registry=registry, data=data, out=out, as_of=as_of, lang=lang, verbose=verbose, quiet=quiet)
    chosen = pick_week(session, week)
    with Archive.read(session.data) as archive:
        audit = show_week(session, archive, chosen, session.clock())
    _tell(session, audit, publish(session, audit, kinds), quiet=quiet)
    raise typer.Exit(exit_code(audit))


def _tell(session: "Session", audit: "Audit", path: Path, *, quiet: bool) -> None:
    from auditor.report.headline import render_text
    from auditor.report.notices import notices

    if not quiet:
        _say(render_text(audit, session.words).rstrip())
        for notice in notices(audit, session.words):
            _say(f"! {notice}")
        _say(str(path))


@app.command()
def replay(
    week: WeekName = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every difference as JSON.")] = False,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Make a week's audit again from its stored answers, without any network; exit 1 where it differs."""
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang, quiet=quiet)
    from auditor.archive import Archive
    from auditor.commands.replay_text import render_replay, replay_document
    from auditor.run.app import pick_week
    from auditor.run.replay import replay_week

    with Archive.read(session.data) as archive:
        done = replay_week(archive, session.registry, str(pick_week(session, week)), session.words)
    if as_json:
        _say_json(replay_document(done))
    elif not quiet:
        _say(render_replay(done, session.words))
    raise typer.Exit(0 if done.equal else 1)


@app.command()
def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be removed, and remove nothing.")
    ] = False,
    forget_authors: Annotated[
        bool, typer.Option("--forget-authors", help="Make the key of the authors' hashes anew, too.")
    ] = False,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
    verbose: _Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Remove answers and rows of comments older than the settings allow; hashes and sums stay, and it is sealed."""
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang, verbose=verbose, quiet=quiet)
    from auditor.commands.purge import render_purge, run_purge

    done = run_purge(session, dry_run=dry_run, forget_authors=forget_authors)
    if not quiet:
        typer.echo(render_purge(done, session, dry_run=dry_run))


@app.command()
def doctor(
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    lang: Lang = None,
    as_of: _AsOf = None,
    verbose: _Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Say what each key and route can do now: per network and method, controls, clock, disk."""
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang, verbose=verbose, quiet=quiet)
    from auditor.commands.doctor import examine, print_diagnosis

    diagnosis = examine(session)
    if not quiet:
        print_diagnosis(diagnosis, session.words)
    raise typer.Exit(0 if all(line.state == "ok" for line in diagnosis) else 3)


@app.command()
def discover(
    who: Annotated[str | None, typer.Argument(help="An office's id, a municipality or a holder's name.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Look for the holders of all offices.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every lead with every reason as JSON.")] = False,
    names: Annotated[
        int | None,
        typer.Option("--names", min=0, max=1000, help="Names of a person to try on t.me: 150, with --all 50."),
    ] = None,
    requests: Annotated[
        int | None, typer.Option("--requests", min=1, help="At most so many requests on each route.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.0, max=100_000.0, help="At most so many minutes.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Read posts so many days back for links.")] = 182,
    again: Annotated[bool, typer.Option("--again", help="Forget how far earlier searches came.")] = False,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
    verbose: _Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Look for accounts and say why each may be the holder's. Nothing is written into the registry."""
    if (who is None) is not everybody:
        raise UsageError("name one office, or all of them with --all")
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang, verbose=verbose, quiet=quiet)
    from auditor.base.snapshot import Network
    from auditor.commands.discover import search_accounts
    from auditor.commands.progress import progress_bar
    from auditor.run.app import pick_office
    from auditor.search import Budget

    offices = [pick_office(session, who)] if who is not None else session.registry.offices
    telegram = names if names is not None else 150 if who is not None else 50
    budget = Budget(requests, minutes, {Network.VK: 1000, Network.TELEGRAM: telegram})
    with progress_bar("discover", shown=not quiet and sys.stderr.isatty()) as progress:
        found = search_accounts(session, offices, budget=budget, days=days, again=again, progress=progress)
    if as_json:
        from auditor.commands.leads import leads_document

        _say_json(leads_document(found, session.words))
    elif not quiet:
        from auditor.commands.leads import print_leads

        print_leads(found, session.words)
    raise typer.Exit(0 if found.complete else 3)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder of the demonstration.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", help="Seed of the invented world.")] = 2022,
    weeks: Annotated[
        int | None, typer.Option("--weeks", min=1, max=26, help="Weeks to audit, the last included; 5 by default.")
    ] = None,
    search: Annotated[
        bool, typer.Option("--discover", help="Look for the accounts of invented heads instead.")
    ] = False,
    lang: Lang = None,
    verbose: _Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Start an invented world on this machine, run the weekly audit on it, write a report that says it is invented."""
    from auditor.base.logs import set_up_logs
    from auditor.commands.demo import WEEKS, run_demo
    from auditor.commands.progress import progress_bar

    set_up_logs(verbose=verbose, quiet=quiet)
    if search:
        _search_demo(out, seed, lang or "ru", quiet=quiet)
        return
    with progress_bar("demo", shown=not quiet and sys.stderr.isatty()) as progress:
        session, audit, path = run_demo(
            out, seed=seed, lang=lang or "ru", weeks=WEEKS if weeks is None else weeks, progress=progress
        )
    _tell(session, audit, path, quiet=quiet)


def _search_demo(out: Path, seed: int, lang: str, *, quiet: bool) -> None:
    from auditor.base.i18n import Catalogue
    from auditor.commands.demo import search_demo
    from auditor.commands.leads import print_leads
    from auditor.commands.progress import progress_bar

    with progress_bar("discover", shown=not quiet and sys.stderr.isatty()) as progress:
        found = search_demo(out, seed=seed, lang=lang, progress=progress)
    if not quiet:
        print_leads(found, Catalogue(lang))


@_login_app.command("telegram")
def login_telegram(data: _DataFolder = None, registry: _RegistryPath = None, lang: Lang = None) -> None:
    """Sign a Telegram account in at a prompt that does not echo; the session file is for its owner alone."""
    session = _session(data=data, registry=registry, lang=lang)
    from auditor.commands.login import log_in

    _say(log_in(session))


@_logout_app.command("telegram")
def logout_telegram(data: _DataFolder = None, registry: _RegistryPath = None, lang: Lang = None) -> None:
    """End the session at Telegram and remove its file."""
    session = _session(data=data, registry=registry, lang=lang)
    from auditor.commands.login import log_out

    _say(log_out(session))


@_registry_app.command("check")
def registry_check(registry: _RegistryPath = None, quiet: Quiet = False) -> None:
    """Read the registry, statements and corrections, and say every mistake in them with file and line."""
    session = _session(registry=registry)
    if not quiet:
        from auditor.commands.table import registry_summary, remarks_summary

        _say(registry_summary(session.registry_path.name, session.registry, session.words))
        _say(remarks_summary(session.remarks, session.words))


@_registry_app.command("show")
def registry_show(registry: _RegistryPath = None, lang: Lang = None, as_of: _AsOf = None) -> None:
    """Print the offices with their holders and accounts as a table."""
    session = _session(registry=registry, lang=lang, as_of=as_of)
    from auditor.commands.table import print_registry

    print_registry(session.registry, session.clock(), session.words)


@_registry_app.command("schema")
def registry_schema(
    of: Annotated[str, typer.Argument(help="registry, statements or corrections.")] = "registry",
) -> None:
    """Print a file's JSON Schema, for editors."""
    from auditor.registry import schema_text
    from auditor.registry.remarks import remarks_schemas

    texts = {"registry": schema_text()} | remarks_schemas()
    if of not in texts:
        raise UsageError(f"there is no schema {of!r}; choose one of {', '.join(texts)}")
    sys.stdout.write(texts[of])


@_accounts_app.command("confirm")
def accounts_confirm(
    who: Who,
    url: _Url,
    how: How = None,
    source: Sources = None,
    kind: Annotated[str, typer.Option("--kind", help="personal, or institution for a page of the body.")] = "personal",
    number: Annotated[int | None, typer.Option("--id", help="The network's own number; a VK group's has a -.")] = None,
    by: By = None,
    on: On = None,
    yes: _Yes = False,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
) -> None:
    """Record that an account is the holder's, or the body's: shown as a diff, asked for, then written."""
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang)
    from auditor.commands.accounts import Said, carry_out, plan_confirm

    said, named = Said(how, source or (), by, on), _named(session, registry)
    plan = plan_confirm(session, who, url, said, kind=kind, number=number, named=named)
    _say(carry_out(plan, session.words, yes=yes))


@_accounts_app.command("reject")
def accounts_reject(
    who: Who,
    url: _Url,
    how: How = None,
    source: Sources = None,
    by: By = None,
    on: On = None,
    yes: _Yes = False,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
) -> None:
    """Record that an account is not the holder's: it is not shown as a lead again."""
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang)
    from auditor.commands.accounts import Said, carry_out, plan_reject

    plan = plan_reject(session, who, url, Said(how, source or (), by, on), named=_named(session, registry))
    _say(carry_out(plan, session.words, yes=yes))


@_accounts_app.command("searched")
def accounts_searched(
    who: Who,
    how: How = None,
    found: Annotated[str | None, typer.Option("--found", help="nothing, or what was found. Required.")] = None,
    by: By = None,
    on: On = None,
    yes: _Yes = False,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    as_of: _AsOf = None,
    lang: Lang = None,
) -> None:
    """Record a search for the holder's accounts: without one, "not found" is never said. --by is required."""
    session = _session(registry=registry, data=data, as_of=as_of, lang=lang)
    from auditor.commands.accounts import Said, carry_out, plan_searched

    plan = plan_searched(session, who, Said(how, by=by, on=on), found=found, named=_named(session, registry))
    _say(carry_out(plan, session.words, yes=yes))


def _named(session: "Session", registry: Path | None) -> bool:
    """Tell whether the registry was asked for by name and not merely found."""
    return registry is not None or session.settings.registry is not None


@_evidence_app.command("list")
def evidence_list(
    who: Annotated[str | None, typer.Argument(help="An office; without it, the answers of all.")] = None,
    week: Annotated[str | None, typer.Option("--week", help="2026-W47; by default every week.")] = None,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    lang: Lang = None,
) -> None:
    """List the stored answers: id, week, time, status, kind, address."""
    session = _session(registry=registry, data=data, lang=lang)
    from auditor.archive import Archive
    from auditor.commands.evidence import chosen_entries, render_list
    from auditor.run.app import pick_office, pick_week

    office = pick_office(session, who) if who is not None else None
    chosen = str(pick_week(session, week)) if week is not None else None
    with Archive.read(session.data) as archive:
        _say(render_list(chosen_entries(archive, office, chosen), session.words))


@_evidence_app.command("show")
def evidence_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="The answer's id, ev-1a2b3c4d5e6f, or its beginning.")],
    raw: Annotated[bool, typer.Option("--raw", help="Write the stored body alone, byte for byte.")] = False,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    lang: Lang = None,
) -> None:
    """Show one stored answer: where it is, its record's fields, its body; harmless to a terminal."""
    session = _session(registry=registry, data=data, lang=lang)
    from auditor.archive import Archive
    from auditor.commands.evidence import pick_entry, render_record

    with Archive.read(session.data) as archive:
        entry = pick_entry(archive, name)
        record = archive.record(entry)
    if raw:
        sys.stdout.buffer.write(record.body)
    else:
        _say(render_record(entry, record, session.words))


@_evidence_app.command("verify")
def evidence_verify(
    seal: Annotated[str | None, typer.Option("--seal", help="A link's hash that was kept elsewhere.")] = None,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    lang: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Hold all that is stored against its hashes; exit 1 where something is missing or changed, 4 with no archive."""
    session = _session(registry=registry, data=data, lang=lang, quiet=quiet)
    from auditor.archive import Archive
    from auditor.commands.evidence import render_verdict

    with Archive.read(session.data) as archive:
        archive.require_runs(session.data)
        text, sound = render_verdict(archive, archive.verify(), seal, session.words)
    if not quiet:
        _say(text)
    raise typer.Exit(0 if sound else 1)


@_evidence_app.command("export")
def evidence_export(
    who: Annotated[str, typer.Argument(help="An office's id, a municipality or a holder's name, in any case.")],
    week: WeekName = None,
    to: Annotated[Path | None, typer.Option("--to", help="The zip to write; by default WHO-WEEK.zip here.")] = None,
    registry: _RegistryPath = None,
    data: _DataFolder = None,
    lang: Lang = None,
    as_of: _AsOf = None,
    quiet: Quiet = False,
) -> None:
    """Pack what one office's findings of a week rest on: records, findings, the checks' texts, hashes, a page."""
    session = _session(registry=registry, data=data, lang=lang, as_of=as_of, quiet=quiet)
    from auditor.archive import Archive
    from auditor.commands.proof import pack, write_package
    from auditor.run.app import pick_office, pick_week, remarked

    office, chosen, moment = pick_office(session, who), str(pick_week(session, week)), session.clock()
    path = to or Path(f"{office.id}-{chosen}.zip")
    with Archive.read(session.data) as archive:
        package = pack(archive, office, chosen, session.words, shown=lambda audit: remarked(session, audit, moment))
    write_package(package, path)
    if not quiet:
        _say(f"{path}: {session.words.count('{n} answer', '{n} answers', package.answers)}")


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from auditor import __version__

        _say(f"auditor {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line. Every error is one line on the standard error, without a secret in it."""
    guard_process()
    sys.exit(_guarded(app))


def _guarded(command: Callable[[], object]) -> int:
    try:
        command()
    except RegistryError as error:
        sys.stderr.write(redact("".join(f"{_harmless(problem)}\n" for problem in error.problems)))
        return error.exit_code
    except AuditorError as error:
        sys.stderr.write(redact(f"auditor: {_harmless(error)}\n"))
        return error.exit_code
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != 130:  # typer turns an interrupt into 130 without a word
            raise
        sys.stderr.write("auditor: interrupted; what was seen until now is kept\n")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a traceback may quote a citizen or a key
        sys.stderr.write(f"{defect(error)}\n")
        return AuditorError.exit_code
    return 0
