"""Addresses of pages on the web, as sources and official sites name them."""

from urllib.parse import urlsplit


def web_address(text: str) -> str:
    """Return an ``http(s)://`` address without surrounding blanks.

    Raises `ValueError`, as ``what; how to mend it``, where it has another scheme or no host, carries a login, or
    cannot be an address at all. What may be a password is not repeated.
    """
    bare = text.strip()
    try:
        parts = urlsplit(bare)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if "@" in parts.netloc:
        raise ValueError("the address holds a login; leave out what stands before the @")
    plain = bare.isprintable() and not any(letter.isspace() for letter in bare)
    if parts.scheme not in {"http", "https"} or not host or not plain:
        raise ValueError(f"{_shown(bare)} is not an address of a page; write it whole, like https://example.org/page")
    return bare


def _shown(text: str) -> str:
    one_line = " ".join(text.split())
    if "@" in one_line:
        return "this"
    return repr(one_line if len(one_line) <= 60 else one_line[:57] + "…")
