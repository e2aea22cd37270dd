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


def text_of(node: Any) -> str:
    """The words of an element."""
    return " ".join(node.text(separator=" ").split())


def broken_links(files: Files) -> list[tuple[str, str]]:
    """Every link of the pages that leads nowhere, with its page; an id that is given twice."""
    parts = {path: [n.attributes["id"] for n in page(files, path).css("[id]")] for path in files if "html" in path}
    wrong = [(path, "ids") for path, ids in parts.items() if len(ids) != len(set(ids))]
    for path in parts:
        for node in page(files, path).css("[href], [src]"):
            url = node.attributes.get("href") or node.attributes.get("src") or ""
            if node.tag == "use" or re.match(r"https?:|mailto:", url):
                continue
            target, _, fragment = url.partition("#")
            target_path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            if target_path not in files or (fragment and fragment not in parts.get(target_path, [fragment])):
                wrong.append((path, url))
    return wrong
