"""The folder of reports as a site: where each page lies, and how one leads to another by relative links alone.

    index.html              the latest answer
    weeks.html, feed.xml    all weeks
    trends.html             posts and answers, over the weeks
    look/NAME-HASH.css      what all pages look like, named by its content: an older page keeps its own
    data/index.html         all weeks as tables for programs, with the schema of a week's document
    o/ID/index.html         an office for good, as the newest week that has it tells
    2026-W47/index.html     a week: heading, changes, two tables
    2026-W47/o/ID.html      what the week says of one office
    2026-W47/method.html    how the week was judged
    2026-W47/proof/ID.html  what an office's contested findings rest on, record by record
    en/                     all of it in the other language, where it is made in both

A path is written from the folder of reports, with slashes. The folder works on any web server and from a disk.
"""

import posixpath
import re
from dataclasses import dataclass
from hashlib import sha256

PAGE = "index.html"
HOME, WEEKS, TRENDS, FEED, METHOD = PAGE, "weeks.html", "trends.html", "feed.xml", "method.html"
OFFICES, LOOK, PROOFS, DATA = "o", "look", "proof", "data"
DATA_PAGE, SCHEMA = f"{DATA}/{PAGE}", f"{DATA}/audit.schema.json"
_LONG = 120
"""Characters of an office's name in a path; a disk allows 255 for the whole of it."""
MANY = 100
"""With more offices than this a week's tables are in parts of so many, the page of all weeks has no line for each
office, and there is no map."""


def office_name(office: str) -> str:
    """Return an office's name in a path: small ASCII letters, digits, dots, hyphens; no two offices have one name.

    Not even on a disk that takes large letters for small ones; and none is longer than a disk allows.
    """
    name = re.sub(r"[^a-z0-9._-]|^\.|\.$", lambda found: f"~{ord(found[0]):x}~", office)
    return name if len(name) <= _LONG else f"{name[:_LONG]}~{sha256(office.encode()).hexdigest()[:16]}"


def anchor(office: str) -> str:
    """Name an office's place within a page; no two offices have one name."""
    return "o-" + re.sub(r"[^\w.-]", lambda found: f"~{ord(found[0]):x}~", office)


def office_page(office: str) -> str:
    """Return the path of an office's lasting page."""
    return f"{OFFICES}/{office_name(office)}/{PAGE}"


def week_page(week: str) -> str:
    """Return the path of a week's page."""
    return f"{week}/{PAGE}"


def part_page(week: str, number: int) -> str:
    """Return the path of a part of a week's tables, from 1; a week with few offices has none."""
    return f"{week}/part-{number}.html"


def card_page(week: str, office: str) -> str:
    """Return the path of what a week says of one office."""
    return f"{week}/{OFFICES}/{office_name(office)}.html"


def proof_page(week: str, office: str) -> str:
    """Return the path of what an office's contested findings rest on; each check has a place of its name there."""
    return f"{week}/{PROOFS}/{office_name(office)}.html"


def method_page(week: str) -> str:
    """Return the path of the page on how a week was judged."""
    return f"{week}/{METHOD}"


@dataclass(frozen=True, slots=True)
class Twin:
    """The same reports in another language: their folder lies within this one, or this one within theirs."""

    lang: str
    here: str
    """This folder, from the outer of the two; empty where this is the outer one."""
    there: str
    """The other's folder, from the outer of the two."""
    weeks: frozenset[str] = frozenset()
    """The weeks that lie in both."""

    def link(self, spot: "Spot") -> str:
        """Return the link from a page to its twin; empty where it has none."""
        if not self.weeks or not spot.path or (spot.week and spot.week not in self.weeks):
            return ""
        own, other = (posixpath.join(folder, spot.path) for folder in (self.here, self.there))
        return posixpath.relpath(other, posixpath.dirname(own) or ".")


@dataclass(frozen=True, slots=True)
class Public:
    """What the folder is to those who meet it on the web."""

    address: str = ""
    """Where everybody can read it, without a slash at the end; empty where it has no address."""
    licence: str = "CC BY 4.0"
    """Under which the data may be used."""
    listed: bool = False
    """Whether search engines may list its pages. They never may list a demonstration."""
    twin: Twin | None = None
    """The same reports in another language; None where they are made in one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page lies, and of which week it is. A page without a path stands alone and holds all in itself."""

    path: str = ""
    week: str = ""

    def to(self, target: str, part: str = "") -> str:
        """Return the link to the page at `target`, or to a part of it, relative to this page."""
        place = f"#{part}" if part else ""
        if target == self.path:
            return place or "#"
        return posixpath.relpath(target, posixpath.dirname(self.path) or ".") + place

    def card(self, office: str, part: str = "") -> str:
        """Return the link to an office: from within a week to what the week says of it, else to its lasting page."""
        if not self.path:
            return f"#{part or anchor(office)}"
        within = self.path.startswith(f"{self.week}/")
        return self.to(card_page(self.week, office) if within else office_page(office), part)

    def method(self, part: str = "") -> str:
        """Return the link to the week's method, or to a part of it."""
        return self.to(method_page(self.week), part) if self.path else f"#{part or 'method'}"
