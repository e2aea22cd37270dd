"""Strings, addresses and files that mean harm, by what they try. All names in them are invented."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any

from auditor.audit.document import Audit
from tests.audit_samples import remarked, sample_audit

OWNED = "window.owned=1;alert(1);console.log(1);fetch('https://evil.example/')"

MARKUP = [
    f"<script>{OWNED}</script>",
    f"</script><script>{OWNED}</script>",
    f"</style><script>{OWNED}</script>",
    f"</title><script>{OWNED}</script>",
    f"</textarea></svg></math><script>{OWNED}</script>",
    f"<!--><script>{OWNED}</script>-->",
    f"]]><script>{OWNED}</script>",
    f'"><script>{OWNED}</script>',
    f"'><script>{OWNED}</script>",
    f"<img src=x onerror={OWNED}>",
    f'" onmouseover="{OWNED}" x="',
    f"' onfocus='{OWNED}' autofocus='",
    f"x onload={OWNED} y",
    f"` onerror=`{OWNED}`",
    f"<svg onload={OWNED}>",
    f"<svg><script>{OWNED}</script></svg>",
    f"<svg><animate onbegin={OWNED} attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml;base64,PHN2Zz4='></svg>",
    "<svg><foreignObject><iframe src='https://evil.example/'></iframe></foreignObject></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={OWNED}>",
    "<math href='javascript:window.owned=1'>x</math>",
    "<iframe src='javascript:window.owned=1'></iframe>",
    "<iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "<object data='https://evil.example/'></object>",
    "<embed src='https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv='refresh' content='0;url=https://evil.example/'>",
    "<meta http-equiv='Content-Security-Policy' content=\"default-src *\">",
    "<link rel='stylesheet' href='https://evil.example/x.css'>",
    "<link rel='prefetch' href='https://evil.example/x'>",
    "<form action='https://evil.example/'><button autofocus>x</button></form>",
    "<style>*{background:url(https://evil.example/)}</style>",
    "<p style='position:fixed;inset:0;background:url(https://evil.example/)'>x</p>",
    '" style="position:fixed;inset:0;background:url(https://evil.example/)" x="',
    "}*{background:url(https://evil.example/)}",
    "@import url(https://evil.example/);",
    "\\3c/style\\3e<script>window.owned=1</script>",
    "<video autoplay onloadstart=window.owned=1><source></video>",
    "<details open ontoggle=window.owned=1>x</details>",
    "<marquee onstart=window.owned=1>x</marquee>",
    "<a href='javascript:window.owned=1'>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=window.owned=1>'>",
    "<template><script>window.owned=1</script></template>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "&#60;script&#62;window.owned=1&#60;/script&#62;",
    "\uff1cscript\uff1ewindow.owned=1\uff1c/script\uff1e",
    "+ADw-script+AD4-window.owned=1+ADw-/script+AD4-",
    "{{ 7*7 }}{{ config }}{{ ''.__class__.__mro__ }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}{# x #}",
    "${7*7} #{7*7} <%= 7*7 %> {n} {total} {0.__class__} %(n)s %s",
]
"""HTML, script, style and templates."""

LINKS = [
    "javascript:window.owned=1",
    "JaVaScRiPt:window.owned=1",
    "\x01javascript:window.owned=1",
    " javascript:window.owned=1",
    "java\tscript:window.owned=1",
    "javascript\n:window.owned=1",
    "javascript&colon;window.owned=1",
    "data:text/html,<script>window.owned=1</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://evil.example/1",
    "view-source:https://evil.example/",
    "tg://resolve?domain=x",
    "mailto:x@evil.example",
    "ftp://evil.example/",
    "//evil.example/",
    "\\\\evil.example\\x",
    "https:\\\\evil.example/",
    "https:/evil.example/x y",
    "https://t.me@evil.example/",
    "https://t.me:x@evil.example/",
    "https://t.me\\@evil.example/",
    'https://evil.example/" onmouseover="window.owned=1',
    "https://evil.example/'><script>window.owned=1</script>",
    "https://t.me/\u202ekcab",
    "https://t\u200b.me/x",
    "https://т.me/x",
    "https://ｔ.ｍｅ/x",
    "https://t。me/x",
    "https://[::1",
    "https://",
    "",
]
"""Addresses of which none may be a link."""

STEERING = {
    "a link of the terminal's own (OSC 8)": "\x1b]8;;https://evil.example\x1b\\t.me/x\x1b]8;;\x1b\\",
    "a title for the window (OSC, ended by BEL)": "\x1b]0;owned\x07",
    "a sequence that clears the screen (CSI)": "\x1b[2J\x1b[H",
    "a sequence of two characters": "\x1bc",
    "a string for the device (DCS)": "\x1bP$q\x1b\\",
    "CSI in one character": "\x9b2J",
    "OSC in one character": "\x9d0;owned\x9c",
    "another set of characters": "\x0e\x0f",
    "back to the start of the line": "x\ry",
    "back over what was written": "abc\b\b\bxyz",
    "NUL": "\x00",
    "DEL": "\x7f",
    "an old kind of line break": "\x0b\x0c",
    "from right to left": "\u202egnp.exe",
    "a direction of its own": "\u2066x\u2069",
    "a blank that is not seen": "t.\u200bme",
    "a mark of byte order": "\ufeff",
    "letters without a shape": "\u3164\u2800\u115f",
    "letters of a tag": "\U000e0041\U000e0042",
    "notes between the lines": "\ufff9x\ufffb",
    "half a character": "\ud800",
    "a pile of marks": "е" + "\u0301" * 400,
    "a pile of marks around": "x\u20dd" * 3 + "\u20dd" * 50,
    "a second line": "x\n✓ Поручение соблюдено",
    "a second line (CR LF)": "x\r\n✓ Поручение соблюдено",
    "a second line (LINE SEPARATOR)": "x\u2028✓",
    "a second line (PARAGRAPH SEPARATOR)": "x\u2029✓",
    "a second line (NEXT LINE)": "x\x85✓",
    "rich's markup": "[bold red]x[/]",
    "rich's markup, ended and not begun": "[/x]",
    "rich's link": "[link=https://evil.example]x[/link]",
    "rich's emoji": ":smile:",
}
"""What a terminal, a reader's eye or rich's own markup would obey: one of each kind."""
HALVES = {STEERING["half a character"]}
"""What no document can hold."""

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/";"x")',
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "\ufe66" + "1",
    "|calc",
    "%0A=1",
    'x"\n=1+1',
    "x\r=1+1",
    "x\t=1+1",
]
"""What a spreadsheet would compute."""

LONG = [
    "Ы" * 20_000,
    "W" * 20_000,
    "слово " * 4_000,
    "﷽" * 500,
    "👨‍👩‍👧‍👦" * 500,
    "a-" * 5_000,
    "https://t.me/" + "x" * 9_000,
]
"""Names without an end."""

NAMES = [
    "../up", "..", ".", "/etc/passwd", "..\\up", "C:\\x", "a/b", "a:b", "a b", "", "-rf", ".hidden", "~", "a\0b",
    "a\nb", "CON", "con", "NUL.txt", "com1", "a" * 65, "a" * 1_000_000, "а", "ａ", "a?b", 'a"b', "a#b", "a%2fb", "<b>",
    "\u202ea", "a\u200b", "$(x)", "`x`", "{n}", "\ud800",
]  # fmt: skip
"""Ids of offices that would be files, folders, devices or worse."""

HEAD = """timezone: Asia/Tomsk
directive: {title: Т, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: С}
"""
OFFICE = "  - {{id: rayon-{n}, municipality: Район {n}, title: глава, group: municipal_head}}\n"
_BODY = HEAD + "offices:\n" + OFFICE.format(n=1)


def _billion() -> str:
    rows = [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)]
    return "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(rows)


def _tenures(entry: str, count: int) -> str:
    office = OFFICE.format(n=1).rstrip("}\n") + ", tenures: [" + ",".join([entry] * count) + "]}\n"
    return HEAD + "offices:\n" + office


YAML: dict[str, Callable[[], str | bytes]] = {
    "aliases that multiply to a billion": _billion,
    "an alias to itself": lambda: "a: &a [*a]\n" + _BODY,
    "an anchor as long as the file": lambda: "a: &" + "k" * 900_000 + " 1",
    "!!python/object": lambda: "a: !!python/object/apply:os.system ['true']\n" + _BODY,
    "!!binary": lambda: _BODY.replace("title: Т", "title: !!binary aGVsbG8="),
    "a tag of its own": lambda: "%TAG ! tag:evil.example,2000:\n---\na: !x 1\n" + _BODY,
    "a tag with an escape for the terminal": lambda: "a: !x%1b%5d0;owned%07 1\n" + _BODY,
    "20,000 tags": lambda: "".join(f"k{n}: !!python/object:os.system {{}}\n" for n in range(20_000)),
    "a merge key": lambda: _BODY.replace("title: Т", "<<: {title: Т}"),
    "brackets in brackets": lambda: "[" * 900_000,
    "dashes in dashes": lambda: "- " * 450_000,
    "keys in keys": lambda: "? " * 450_000,
    "indented without end": lambda: "".join(" " * n + "a:\n" for n in range(1_300)),
    "200,000 numbers": lambda: HEAD + "offices: [" + "1," * 200_000 + "]\n",
    "40,000 unknown keys": lambda: _BODY + "".join(f"key{n}: 1\n" for n in range(40_000)),
    "40,000 times one key": lambda: "a: 1\n" * 40_000,
    "3,000 tenures at once": lambda: _tenures("{name: Имярек, since: 2001}", 3_000),
    "4,000 offices with one account": lambda: HEAD + "offices:\n" + "".join(
        OFFICE.format(n=n).rstrip("}\n") + ", accounts: [{url: t.me/abcd, kind: institution}]}\n" for n in range(4_000)
    ),
    "a name of a megabyte": lambda: _tenures("{name: " + "Ы" * 1_000_000 + "}", 1),
    "a plain value of many lines": lambda: "a: " + "x y\n " * 180_000,
    "a quoted value without end": lambda: 'a: "' + "x y\n" * 220_000,
    "a folded value of many lines": lambda: "a: >\n" + "  x\n\n" * 140_000,
    "a key as long as the file": lambda: "k" * 900_000 + ": 1",
    "blanks alone": lambda: " " * 900_000 + "a: 1",
    "remarks alone": lambda: "# x\n" * 220_000,
    "five megabytes": lambda: "# x\n" * 1_250_000,
    "another version of YAML": lambda: "%YAML 9.9\n---\n" + _BODY,
    "an unknown directive twice": lambda: "%YAML 1.2\n%YAML 1.2\n---\n" + _BODY,
    "UTF-16": lambda: _BODY.encode("utf-16"),
    "every byte there is": lambda: bytes(range(256)) * 3_000,
    "zeros": lambda: bytes(900_000),
    "gzip": lambda: b"\x1f\x8b\x08\x00" + bytes(range(200)) * 100,
    "NUL": lambda: _BODY.replace("title: Т", "title: Т\0"),
    "NUL written as an escape": lambda: _BODY.replace("title: Т", 'title: "Т\\0"'),
    "half a character": lambda: _BODY.replace("title: Т", 'title: "\\ud800"'),
    "half a character in UTF-8": lambda: _BODY.encode() + b"note: \xed\xa0\x80\n",
    "a direction mark in a key": lambda: _BODY + "no\u202ete: x\n",
    "1e9999": lambda: _BODY.replace("2022-06-01", "1e9999"),
    "not a number": lambda: _BODY.replace("2022-06-01", ".nan"),
    "a number of 5,000 digits": lambda: "expects: {municipal_head: " + "9" * 5_000 + "}\n" + _BODY,
    "a sexagesimal number": lambda: _BODY.replace("2022-05-25", "12:30:45"),
    "the year 99999": lambda: _BODY.replace("2022-05-25", "99999-01-01"),
    "the year 0": lambda: _BODY.replace("2022-05-25", "0000-01-01"),
    "keys that are no text": lambda: "~: 1\n? [a]\n: 2\n? {a: b}\n: 1\n" + _BODY,
    "a zone with NUL": lambda: _BODY.replace("Asia/Tomsk", '"a\\0b"'),
}  # fmt: skip
"""Registries of which each is told of in plain lines, exit 2, at once and in little memory."""

TOML: dict[str, Callable[[], str | bytes]] = {
    "tables in tables": lambda: "data = " + "{a=" * 20_000,
    "dots in dots": lambda: ".".join("a" * 5_000) + " = 1",
    "UTF-16": lambda: 'data = "x"'.encode("utf-16"),
    "every byte there is": lambda: bytes(range(256)),
    "zeros": lambda: bytes(50_000),
    "a mark of byte order": lambda: '\ufeffdata = "x"',
    "NUL in a language": lambda: 'lang = "\\u0000"',
    "1e9999 requests": lambda: "vk_rps = 1e9999",
    "an address of another scheme": lambda: 'vk_api_url = "file:///etc/passwd"',
    "an address that is script": lambda: 'telegram_web_url = "javascript:1"',
    "a key twice": lambda: 'lang = "ru"\nlang = "en"',
    "a key that steers": lambda: '"\\u001b[2J" = 1',
    "a language that steers": lambda: 'lang = "\\u001b[2J"',
}
"""Settings, each told of in one line."""

JSON: dict[str, Callable[[], str]] = {
    "brackets in brackets": lambda: "[" * 100_000,
    "braces in braces": lambda: '{"a":' * 100_000,
    "a number of 90,000 digits": lambda: "9" * 90_000,
    "not a number": lambda: "NaN",
    "nothing": lambda: "",
    "null": lambda: "null",
    "a list": lambda: "[]",
    "an object": lambda: "{}",
    "a text": lambda: '"x"',
    "a text of five megabytes": lambda: '"' + "x" * 5_000_000 + '"',
    "half a character": lambda: '{"a":"\\ud800"}',
    "NUL": lambda: "\0",
    "script": lambda: "<script>alert(1)</script>",
}
"""Documents in an archive."""

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "localhost", "LOCALHOST.", "0.0.0.0",
    "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]",
    "10.0.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "224.0.0.1",
    "255.255.255.255", "①②⑦.⓪.⓪.①", "127。0。0。1",
]  # fmt: skip
"""Hosts of this machine and its network, in every form that resolvers take."""

ELSEWHERE = [
    "http://{trap}/s/{name}",
    "//{trap}/{name}",
    "http:\\\\{trap}\\x",
    "/\\{trap}/x",
    "http://t.me@{trap}/{name}",
    "http://{trap}#@t.me/{name}",
    "http://[::1]:{port}/{name}",
    "http://localhost:{port}/{name}",
    "gopher://{trap}/_x",
    "ftp://{trap}/x",
    "file:///etc/passwd",
    "https://t.me.evil.example/x",
    "https://evil.example/x",
    "javascript:1",
    "data:text/html,x",
    "http://169.254.169.254/latest/meta-data/",
]
"""Where answers of sites, of t.me and of VK lead: `trap` is a listener on loopback, as host and port."""

CURSORS = [
    "5",
    "-1",
    "0",
    "9" * 400,
    "１２",
    "1e9",
    "0x10",
    "5/../../x",
    "5&embed=0",
    "5?x",
    "5#x",
    "5\r\nX: y",
    "5%0d%0aX:y",
    "NaN",
]
"""Cursors to older messages, of which the first is one."""

HANDLES = [
    "../../etc",
    "x/../y",
    "t.me/x",
    "//evil.example",
    "?a=b",
    "#",
    "x%2f..%2fy",
    "a" * 65,
    "\r\nX: y",
    "joinchat/x",
    "т",
    "x y",
]
"""User names of those who comment."""

SITES = [
    "file:///etc/passwd", "gopher://127.0.0.1:70/_x", "ftp://rayon.example/", "javascript:1", "data:text/html,x",
    "http://user:secret@127.0.0.1/", "http://t.me@127.0.0.1/", "//127.0.0.1/", "/etc/passwd", "http://", "http:/x",
    "http://rayon.example:99999/", "http://[::1", "http://rayon.example/\x00", "dict://127.0.0.1:11211/stat",
]  # fmt: skip
"""Official sites that are none."""

FREE_TEXT = {
    "municipality", "title", "name", "issuer", "source", "note", "message", "how", "by", "reason", "found", "vantage",
    "predecessor", "question", "method", "threshold", "tool_version", "text", "who", "contact", "holder",
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
        kind = "link" if key in ADDRESSES else "text" if key in FREE_TEXT or key == "sources" else ""
        if kind and isinstance(value, str):
            placed[0] += 1
            return next(given[kind])
        return value

    document = remarked(sample_audit()).model_dump(mode="json", by_alias=True)
    return Audit.model_validate(walk(document)), placed[0]


OURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;id=[0-9]+;https?://[!-~]+\x1b\\|\x1b\]8;;\x1b\\")
"""Colours and links that rich itself writes, and the cursor of its progress bar."""
_HARMFUL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def steers(shown: str) -> str:
    """Return what of `shown` a terminal would obey, or what cannot be seen, beside our own colours and links."""
    rest = OURS.sub("", shown)
    return "".join(c for c in rest if c != "\n" and (unicodedata.category(c) in _HARMFUL or c in "\u3164\u2800\u115f"))
