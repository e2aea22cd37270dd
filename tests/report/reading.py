"""How tests read a folder of reports back."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from auditor.base.i18n import Translator
from tests.cases import TOMSK

Files = Mapping[str, bytes]
RU, EN = Translator("ru", TOMSK), Translator("en", TOMSK)


def page(files: Files, path: str) -> LexborHTMLParser:
    """A page as a program reads it."""
    return LexborHTMLParser(files[path].decode())


def said(node: Any) -> str:
    """The words of an element."""
    return " ".join(node.text(separator=" ").split())


def astray(files: Files) -> list[tuple[str, str]]:
    """Every link of the pages that leads nowhere, with its page; an id that is given twice."""
    parts = {path: [n.attributes["id"] for n in page(files, path).css("[id]")] for path in files if "html" in path}
    wrong = [(path, "ids") for path, ids in parts.items() if len(ids) != len(set(ids))]
    for path in parts:
        for node in page(files, path).css("[href], [src]"):
            url = node.attributes.get("href") or node.attributes.get("src") or ""
            if node.tag == "use" or re.match(r"https?:|mailto:", url):
                continue
            target, _, part = url.partition("#")
            at = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            if at not in files or (part and part not in parts.get(at, [part])):
                wrong.append((path, url))
    return wrong
