"""Links in a text: whether one leads to the register of large pages, and whether one marks an advertisement."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from auditor.base.networks import networks

_FINAL_HOSTS = (
    *("vk.ru", "telegram.me", "ok.ru", "max.ru", "dzen.ru", "rutube.ru", "youtube.com", "youtu.be"),
    *("gov.ru", "gosuslugi.ru"),
)
"""Besides the networks' own, hosts whose addresses, and those of their subdomains, lead nowhere else. No list of
shorteners would be complete: a link to any other host may be one."""
# Federal law 303-FZ: a page with more than 10,000 subscribers links its entry in the register (docs/dev/sources.md).
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_HOST = re.compile(
    r"//(?:[^\s/?#@]*@)?(?P<linked>[^\s/?#@:]+)"
    r"|(?<![\w/.@-])(?P<bare>[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,}|xn--[\w-]+|[а-яёқ]{2,}(?=/\w)|"
    r"рф|рус|москва|дети|сайт|онлайн|орг|ком|бел|укр|срб|мкд|мон|қаз|бг|ею|католик))(?![\w@-])",
    re.IGNORECASE,
)
"""A host after ``//``, or a name in a text that a network makes a link of: any before a path, and each under a Cyrillic
top-level domain of IANA's list (https://data.iana.org/TLD/tlds-alpha-by-domain.txt)."""
_ERID = re.compile(r"(?<![^\W_])erid(?![^\W\d_])", re.IGNORECASE)


def leads_to_register(texts: Iterable[str], website: str = "") -> bool | None:
    """Return whether a text has a link to the register of large pages.

    None if it has one to a host that may lead on to anywhere: any but a network's, `_FINAL_HOSTS` and that of the
    office's official `website`. A redirect in a link's own address (``…?to=https://…``) counts as a link.
    """
    readable = [unquote(unquote(text)) for text in texts]
    if any(map(_REGISTER.search, readable)):
        return True
    final = (*_FINAL_HOSTS, *(facts.host for facts in networks().values()), *_hosts(website))
    hosts = (host for text in readable for host in _hosts(text))
    return None if any(not f".{host}".endswith(tuple(f".{end}" for end in final)) for host in hosts) else False


def _hosts(text: str) -> Iterator[str]:
    """Yield the hosts of a text's links, in lower case and without ``www.``."""
    for match in _HOST.finditer(text):
        yield (match["linked"] or match["bare"]).casefold().rstrip(".").removeprefix("www.")


def is_advertisement(text: str, links: Iterable[str] = ()) -> bool:
    """Return whether a post carries «erid», the token that the law on advertising requires (38-FZ, 18.1)."""
    return any(_ERID.search(words) for words in (text, *links))
