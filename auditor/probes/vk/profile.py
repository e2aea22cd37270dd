"""What a page's own description says about the state register."""

import re

from auditor.probes.vk.answers import Owner

# Federal law 303-FZ: a page with more than 10,000 subscribers links its entry in the register (norms.md).
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED = re.compile(
    r"\b(?:vk\.cc|clck\.ru|bit\.ly|goo\.su|goo\.gl|t\.co|tinyurl\.com|u\.to|is\.gd|qps\.ru|clc\.li|cutt\.ly|ow\.ly)/\w",
    re.IGNORECASE,
)


def tells_of_register(text: str) -> bool:
    """Tell whether a text has the register's link, or a shortened one that may be it."""
    return bool(_REGISTER.search(text) or _SHORTENED.search(text))


def register_link(owner: Owner) -> bool | None:
    """Tell whether the page carries the register's link.

    None where that cannot be told: no text was sent, a community's description was not, or a shortened link may be it.
    """
    told = [*owner.texts.values(), *owner.links]
    if any(_REGISTER.search(text) for text in told):
        return True
    unseen = not owner.texts or (owner.kind != "profile" and "description" not in owner.texts)
    return None if unseen or any(_SHORTENED.search(text) for text in told) else False
