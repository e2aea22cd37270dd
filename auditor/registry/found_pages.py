"""Whether somebody has decided about the pages that recorded searches found."""

import re
from collections.abc import Iterator, Sequence

from auditor.base.address import Address
from auditor.registry.holders import Holder
from auditor.registry.models import Account, Office, OtherAccount, Tenure, other_network

_AROUND = "\"'«»“”()[]<>,.;:"
_PREFIX = re.compile(r"^(?:https?://)?(?:www\.|m\.|web\.)?")


def has_undecided_find(office: Office, holder: Holder) -> bool:
    """Return whether the newest search that found something found a page that nobody has decided about.

    Decided are pages that the holder's tenures or the office list as confirmed or rejected; a later search that found
    nothing decides nothing. What was found without an address counts as decided once a page is confirmed.
    """
    searches = [search for search in holder.searches if not search.found_nothing]
    newest_day = max((search.on for search in searches), default=None)
    listers: list[Office | Tenure] = [office, *holder.chain, *holder.later]
    listed = [page for lister in listers for page in lister.listed if not page.lead]
    has_page = bool(holder.judged_accounts or holder.accounts_elsewhere)
    return any(not _is_decided(search.found, listed, has_page) for search in searches if search.on == newest_day)


def _is_decided(found: str, listed: Sequence[Account | OtherAccount], has_page: bool) -> bool:
    addresses = list(_addresses_in(found))
    return all(any(_is_at(page, address) for page in listed) for address in addresses) if addresses else has_page


def _addresses_in(text: str) -> Iterator[Address | str]:
    """Yield the addresses of pages that a text names; of networks that the program does not look at as `_plain`."""
    for word in text.split():
        bare = word.strip(_AROUND)
        address = Address.read(bare)
        if address is not None:
            yield address
        elif other_network(bare) is not None:
            yield _plain(bare)


def _is_at(page: Account | OtherAccount, address: Address | str) -> bool:
    if isinstance(page, OtherAccount) or isinstance(address, str):
        return _plain(str(page.url)) == address
    return page.is_at(address)


def _plain(url: str) -> str:
    """Return a web address without scheme, prefix, query and last slash, for comparison."""
    return re.split(r"[?#]", _PREFIX.sub("", url.strip().lower()))[0].rstrip("/")
