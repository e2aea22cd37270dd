"""Strings, addresses and files that mean harm, by what they try. All names in them are invented."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

from auditor.audit.document import Audit
from tests.audit_samples import remarked, sample_audit
from tests.registry.registry_texts import HEAD

OWNED = "window.owned=1;alert(1);console.log(1);fetch('https://evil.example/')"
OUT_OF = ("", "</script>", "</style>", "</title>", "</textarea></svg></math>", "<!-->", "]]>", '">', "'>")
MARKUP = [
    *(f"{out}<script>{OWNED}</script>" for out in OUT_OF),
    f"<img src=x onerror={OWNED}>x",
    "<base href='https://evil.example/'>x",
    "<meta http-equiv='refresh' content='0;url=https://evil.example/'>x",
    "<p style='position:fixed;inset:0;background:url(https://evil.example/)'>x",
    "<a href='javascript:window.owned=1'>x",
    f'" onmouseover="{OWNED}" x="',
    f"' onfocus='{OWNED}' autofocus='",
    "@import url(https://evil.example/);}*{background:url(https://evil.example/)}",
    "&lt;script&gt;window.owned=1&#60;/script&#62;",
    "\uff1cscript\uff1ewindow.owned=1\uff1c/script\uff1e",
    "{{ 7*7 }}{{ config }}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}{# x #}",
    "${7*7} #{7*7} <%= 7*7 %> {n} {total} {0.__class__} %(n)s %s",
]
"""HTML, script, style and templates."""

LINKS = [
    *(f"{script}window.owned=1" for script in ("javascript:", " javascript:", "java\tscript:", "data:text/html,")),
    *(f"{start}evil.example/" for start in ("ftp://", "//", "https:\\\\", "https://t.me@")),
    *(f"https://{host}" for host in ("t.me/\u202ekcab", "t\u200b.me/x", "т.me/x", "[::1", "")),
    "https:/evil.example/x y",
    'https://evil.example/" onmouseover="window.owned=1',
    "",
]
"""Addresses of which none may be a link."""

STEERING = {
    "a link of the terminal's own (OSC 8)": "\x1b]8;;https://evil.example\x1b\\t.me/x\x1b]8;;\x1b\\",
    "a sequence that clears the screen (CSI)": "\x1b[2J\x1b[H",
    "CSI in one character": "\x9b2J",
    "back to the start of the line": "x\ry",
    "back over what was written": "abc\b\b\bxyz",
    "NUL and DEL": "\x00\x7f",
    "an old kind of line break": "x\x0b\x0c",
    "from right to left": "\u202egnp.exe",
    "a blank that is not seen": "t.\u200bme",
    "letters without a shape": "\u3164\u2800\u115f",
    "marks, tags and notes between the lines": "\ufeff\U000e0041\ufff9x\ufffb",
    "half a character": "\ud800",
    "a pile of marks": "е" + "\u0301" * 400,
    "a pile of marks around": "x\u20dd" * 3 + "\u20dd" * 50,
    "a second line": "x\n✓ Поручение соблюдено",
    "a second line (LINE and PARAGRAPH SEPARATOR)": "x\u2028✓\u2029✓",
    "a second line (NEXT LINE)": "x\x85✓",
    "rich's markup": "[bold red]x[/]",
    "rich's markup, ended and not begun": "[/x]",
    "rich's emoji": ":smile:",
}
"""What a terminal, a reader's eye or rich's own markup would obey: one of each kind."""
HALVES = {STEERING["half a character"]}
"""What no document can hold."""

FORMULAS = [
    *(f"{sign}1+1" for sign in "=+-@|%\uff1d\uff0b\uff0d\uff20\ufe66"),
    *(f"{before}=1+1" for before in ("\t", "\r", "\n", " ", "\u00a0", "\u200b", "\x00", 'x"\n', "x\r", "x\t")),
    '=HYPERLINK("https://evil.example/";"x")',
]
"""What a spreadsheet would compute."""

LONG = ["Ы" * 20_000, "слово " * 4_000, "﷽" * 500, "👨‍👩‍👧‍👦" * 500, "https://t.me/" + "x" * 9_000]
"""Names without an end."""

NAMES = [
    "../up", "..", "/etc/passwd", "C:\\x", "a/b", "a:b", "a b", "", "-rf", ".hidden", "a\0b", "a\nb", "CON", "con",
    "NUL.txt", "com1", "a" * 65, "а", "<b>", "\u202ea", "\ud800",
]  # fmt: skip
"""Ids of offices that would be files, folders, devices or worse."""

OFFICE = "  - {{id: rayon-{n}, municipality: Район {n}, title: глава, group: municipal_head}}\n"
_BODY = HEAD + OFFICE.format(n=1)


_OWNER = OFFICE.replace("}}", ", accounts: [{{url: t.me/abcd, kind: institution}}]}}")
YAML: dict[str, str | bytes] = {
    "aliases that multiply to a billion": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in pairwise("abcdefghij")),
    "a tag with an escape for the terminal": "a: !x%1b%5d0;owned%07 1\n" + _BODY,
    "20,000 tags": "".join(f"k{n}: !!python/object:os.system {{}}\n" for n in range(20_000)),
    "brackets in brackets": "[" * 900_000,
    "dashes in dashes": "- " * 450_000,
    "40,000 unknown keys": _BODY + "".join(f"key{n}: 1\n" for n in range(40_000)),
    "3,000 tenures at once": _BODY.replace("}\n", f", tenures: [{'{name: Имярек, since: 2001},' * 3_000}]}}\n"),
    "4,000 owners of one page": HEAD + "".join(_OWNER.format(n=n) for n in range(4_000)),
    "a quoted value without end": 'a: "' + "x y\n" * 220_000,
    "UTF-16": _BODY.encode("utf-16"),
    "a direction mark in a key": _BODY + "no\u202ete: x\n",
    "a number of 5,000 digits": "expects: {municipal_head: " + "9" * 5_000 + "}\n" + _BODY,
    "half a character": _BODY.replace("title: П", 'title: "\\ud800"'),
    "a day without end": _BODY.replace("2022-06-01", "1e9999"),
    "a far year": _BODY.replace("2022-05-25", "99999-01-01"),
    "NUL in a zone": _BODY.replace("Asia/Tomsk", '"a\\0b"'),
    "a group that steers": _BODY.replace("municipal_head}", '"x\\e[2J\u202e\u2028"}'),
}
"""Registries of which each is told of in plain lines, at once."""

TOML: dict[str, str | bytes] = {
    "tables in tables": "data = " + "{a=" * 20_000,
    "every byte there is": bytes(range(256)),
    "two marks of byte order": '\ufeff\ufeffdata = "x"',
    "NUL in a language": 'lang = "\\u0000"',
    "1e9999 requests": "vk_rps = 1e9999",
    "an address of another scheme": 'vk_api_url = "file:///etc/passwd"',
    "a key that steers": '"\\u001b[2J" = 1',
    "a language that steers": 'lang = "\\u001b[2J"',
}
"""Settings, each told of in one line."""

JSON: dict[str, Callable[[], str]] = {
    "brackets in brackets": lambda: "[" * 100_000,
    "a number of 90,000 digits": lambda: "9" * 90_000,
    "not a number": lambda: "NaN",
    "nothing": lambda: "",
    "null": lambda: "null",
    "a list": lambda: "[]",
    "an object": lambda: "{}",
    "half a character": lambda: '{"a":"\\ud800"}',
}
"""Documents in an archive."""

FREE_TEXT = {
    "municipality", "title", "name", "issuer", "source", "note", "message", "how", "by", "reason", "found", "vantage",
    "predecessor", "question", "method", "threshold", "tool_version", "text", "who", "contact", "holder", "sources",
}  # fmt: skip
ADDRESSES = {"url", "renamed_to", "account"}


def written(folder: Path, name: str, made: str | bytes) -> Path:
    """Write a file; half a character as it is."""
    path = folder / name
    path.write_bytes(made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass"))
    return path


def everywhere(texts: list[str], links: list[str]) -> tuple[Audit, int]:
    """Return the sample week with the next hostile string in each place of free text, and how many places."""
    given, placed = {"text": cycle(texts), "link": cycle(links)}, [0]

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            ours = key == "checks"  # a check's own words come from the program; what it names as its source does not
            return {k: v if ours and k != "source" else walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [walk(v, key) for v in value]
        kind = "link" if key in ADDRESSES else "text" if key in FREE_TEXT else ""
        if kind and isinstance(value, str):
            placed[0] += 1
            return next(given[kind])
        return value

    document = remarked(sample_audit()).model_dump(mode="json", by_alias=True)
    return Audit.model_validate(walk(document)), placed[0]


OURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;id=[0-9]+;https?://[!-~]+\x1b\\|\x1b\]8;;\x1b\\")
"""Colours and links that rich itself writes, and the cursor of its progress bar."""


def steers(shown: str) -> str:
    """Return what of `shown` a terminal would obey, or what cannot be seen, beside our own colours and links."""
    remaining = OURS.sub("", shown).replace("\n", "")
    return "".join(c for c in remaining if unicodedata.category(c) in "Cc Cf Cs Co Zl Zp" or c in "\u3164\u2800\u115f")
