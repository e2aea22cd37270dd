"""The feed of weeks, Atom (RFC 4287): an entry a week with the week in a few lines."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from markupsafe import escape

from auditor import __version__
from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line
from auditor.base.text import N_, write_time
from auditor.base.weeks import day_start
from auditor.report import words
from auditor.report.headline import render_text

LONGEST = 26
"""Entries: half a year. Readers keep the older ones themselves."""

_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, however they are written."""


def render_feed(audits: Sequence[Audit], *, catalogue: Catalogue, address: str = "", folder: str = "") -> str:
    """Return the feed of `audits`, newest first and at least one. The same audits give the same bytes.

    `address` is where the folder of reports can be read by everybody; without it the links are relative to the feed.
    Ids are made of the directive and the week, so they survive a move of the feed and a correction of the week.
    The same reports in another language, in a `folder` within the first, have other ids.
    """
    shown = audits[:LONGEST]
    base = f"{address}/" if address else ""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": catalogue.lang})
    _put(feed, "id", _feed_id(shown[0], folder).urn)
    _put(feed, "title", catalogue.gettext(N_("Pages of heads in social networks")))
    _put(feed, "subtitle", one_line(shown[0].directive.title))
    _put(feed, "updated", write_time(max(map(_updated, shown))))
    _put(ET.SubElement(feed, "author"), "name", "auditor")
    _put(feed, "generator", "auditor", version=__version__)
    _link(feed, "self", f"{base}feed.xml", "application/atom+xml")
    _link(feed, "alternate", f"{base}index.html", "text/html")
    for audit in shown:
        _entry(feed, audit, catalogue, base, folder)
    ET.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _entry(feed: ET.Element, audit: Audit, catalogue: Catalogue, base: str, folder: str) -> None:
    said = catalogue.at(ZoneInfo(audit.timezone))
    title = said.say(N_("Week {n}, {span}"), n=words.week_number(audit.week), span=words.week_span(audit, said))
    mark = f" ({said.gettext(N_('demonstration'))})" if audit.synthetic else ""
    entry = ET.SubElement(feed, "entry")
    _put(entry, "id", uuid5(_feed_id(audit, folder), audit.week).urn)
    _put(entry, "title", title + mark)
    _put(entry, "updated", write_time(_updated(audit)))
    _put(entry, "published", write_time(audit.first_as_of or audit.as_of))
    _link(entry, "alternate", f"{base}{audit.week}/index.html", "text/html")
    lines = [*render_text(audit, catalogue).splitlines(), *words.seal_line(audit, catalogue)]
    _put(entry, "content", "".join(f"<p>{escape(line)}</p>" for line in lines), type="html")


def _feed_id(audit: Audit, folder: str) -> UUID:
    """Name the feed by the directive that it follows; an invented one is another feed."""
    act = audit.directive
    name = f"{act.issuer} {act.issued} {act.title}{' (invented)' * audit.synthetic}"
    return uuid5(NAMESPACE_URL, f"urn:auditor:{name}{f' {folder}' if folder else ''}")


def _updated(audit: Audit) -> datetime:
    """Return when the report last changed: with the audit, or on the day of its last correction."""
    zone = ZoneInfo(audit.timezone)
    return max([audit.as_of, *(day_start(correction.on, zone) for correction in audit.corrections)])


def _put(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "href": href, "type": kind})
