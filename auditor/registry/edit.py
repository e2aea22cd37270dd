"""Write a person's decisions into the registry's text and leave every other comment, key and line as it is.

A `Draft` returns a file's whole text with a decision in it. The text is read back before it is returned: it must load,
and must differ from the old one by the decision alone.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from auditor.base.address import Address
from auditor.base.errors import Problem, RegistryError, UsageError
from auditor.base.files import replacing
from auditor.registry.include import Read
from auditor.registry.loader import parse_registry
from auditor.registry.models import (
    Account,
    AccountKind,
    Confirmation,
    Office,
    Registry,
    Rejection,
    Search,
    Tenure,
    keys_of,
)
from auditor.registry.source import Line, Node, parse_source, read_text
from auditor.registry.splice import SpliceError, Step, add_item, set_key

_BOM = "\ufeff"
_CANNOT = "the registry is written in a way that cannot be edited here"
_BY_HAND = "write it into the file by hand and check it with `auditor registry check`"


Check = Callable[[str], object]
"""Raises `RegistryError` if the registry with this text in its place has a mistake."""
Pending = Mapping[Path, str]
"""Texts of files that are decided and not written yet, by the resolved path."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A file of the registry as it was read, to be edited: its bytes, its text, and what the registry says.

    `text` may differ from `raw` by decisions that are not written yet.
    """

    path: Path
    raw: bytes
    text: str
    registry: Registry
    check: Check

    def file_of(self, office: Office, pending: Pending) -> "Draft":
        """Return the draft of the file that holds `office`: this one, or one that the registry includes."""
        line = self.registry.line_of(office)
        if not isinstance(line, Line):
            return self
        path = Path(line.file)
        raw, text = _read(path, pending)
        return Draft(path, raw, text, self.registry, _checked_with(self.path, path, pending))

    def decide(
        self,
        office: Office,
        tenure: Tenure | None,
        address: Address,
        decision: Confirmation | Rejection,
        *,
        kind: AccountKind = AccountKind.PERSONAL,
        number: int | None = None,
    ) -> str:
        """Return the text in which an account is confirmed or rejected: the lead that is on record, or a new entry.

        `office` and `tenure` are those of the registry in the text; without a tenure the account is the office's own.
        `number` is the network's own. An older confirmation is replaced. Raises `UsageError` if the text cannot be
        edited.
        """
        owner: Office | Tenure = office if tenure is None else tenure
        place = self._place(office, tenure)
        keys: dict[str, Any] = {
            "confirmed" if isinstance(decision, Confirmation) else "rejected": _decision(decision),
            **({} if number is None else {"id": number}),
        }
        for position, known in enumerate(owner.listed):
            if isinstance(known, Account) and known.url == address:
                if known.id is not None:
                    keys.pop("id", None)
                at = (*place, "accounts", position)
                return self._edited([_Addition(at, Account, key, value, put=True) for key, value in keys.items()])
        item = {"url": _written(address), "kind": str(kind), **keys}
        return self._edited([_Addition(place, type(owner), "accounts", item)])

    def searched(self, office: Office, tenure: Tenure, search: Search) -> str:
        """Return the text in which a search for a person's accounts is on record. As `decide` otherwise."""
        networks = {"networks": list(map(str, search.networks))} if search.networks else {}
        item = {"on": search.on, "by": search.by, "how": search.how, **networks, "found": search.found}
        return self._edited([_Addition(self._place(office, tenure), Tenure, "searches", item)])

    def with_staff(self, office: Office, tenure: Tenure, page: Account, who: int | str) -> str:
        """Return the text in which `who` answers on the owner's behalf on a page of the tenure. As `decide`."""
        position = next(n for n, one in enumerate(tenure.listed) if one is page)
        return self._edited([_Addition((*self._place(office, tenure), "accounts", position), Account, "staff", who)])

    def with_keys(
        self, office: Office, tenure: Tenure | None, keys: Mapping[str, Any], sources: Sequence[str] = ()
    ) -> str:
        """Return the text in which keys of an office, or of a tenure, have these values.

        `sources` are added to a tenure's. As `decide` otherwise.
        """
        place, model = self._place(office, tenure), Office if tenure is None else Tenure
        changes = [_Addition(place, model, key, value, put=True) for key, value in keys.items()]
        return self._edited([*changes, *(_Addition(place, Tenure, "sources", one) for one in sources)])

    def with_tenure(self, office: Office, tenure: Mapping[str, Any]) -> str:
        """Return the text in which somebody else holds the office. As `decide` otherwise."""
        return self._edited([_Addition(self._place(office, None), Office, "tenures", tenure)])

    def _place(self, office: Office, tenure: Tenure | None) -> tuple[Step, ...]:
        root = _tree(self.text.removeprefix(_BOM))
        offices = root.children("offices") if root is not None else []
        number = next((n for n, node in enumerate(offices) if node.text("id") == office.id.strip()), None)
        if number is None:
            raise UsageError(f"the office {office.id} is not in the text")
        if tenure is None:
            return "offices", number
        held = next((n for n, one in enumerate(office.tenures) if one is tenure), None)
        if held is None:
            raise UsageError(f"the tenure of {tenure.name} is not in the office {office.id}")
        return "offices", number, "tenures", held

    def _edited(self, additions: Sequence["_Addition"]) -> str:
        """Splice, and read the result back: it must load and hold what was there and what was added."""
        mark = _BOM if self.text.startswith(_BOM) else ""
        new = old = self.text.removeprefix(_BOM)
        try:
            for addition in additions:
                new = addition.splice(new)
        except SpliceError as error:
            raise UsageError(f"{_CANNOT} ({error}); {_BY_HAND}") from None
        root, read = _tree(old), _tree(new)
        wanted = copy.deepcopy(root.plain()) if root is not None else None
        for addition in additions if root is not None else ():
            addition.apply(wanted)
        if root is None or read is None or read.plain() != wanted:
            raise UsageError(f"{_CANNOT}; {_BY_HAND}")
        try:
            self.check(mark + new)
        except RegistryError as error:
            wrong = error.problems[0]
            raise UsageError(f"the edit would be a mistake: {wrong.what}; {wrong.mend}") from None
        return mark + new


def read_draft(path: Path, pending: Pending | None = None) -> Draft:
    """Read a registry to edit it. Raises `UsageError` if it cannot be read, `RegistryError` for its mistakes."""
    pending = pending or {}
    raw, text = _read(path, pending)
    registry = _registry(text, path, frozenset(pending.items()))
    return Draft(path, raw, text, registry, _checked_with(path, path, pending))


def _read(path: Path, pending: Pending) -> tuple[bytes, str]:
    try:
        raw = path.read_bytes()
        return raw, pending.get(path.resolve()) or raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path}: cannot be read as text any more; check it") from None


def _reader(pending: Pending) -> Read:
    def read(path: Path) -> tuple[str | None, list[Problem]]:
        decided = pending.get(path.resolve())
        return (decided, []) if decided is not None else read_text(path)

    return read


@lru_cache(maxsize=2)
def _registry(text: str, path: Path, pending: frozenset[tuple[Path, str]]) -> Registry:
    """Read a registry; what was checked as an edit is not read again for the next one."""
    return parse_registry(text, str(path), read=_reader(dict(pending)))


@lru_cache(maxsize=2)
def _tree(text: str) -> Node | None:
    """Read a text's nodes; None if there is a mistake in its form. They are not to be changed."""
    root, problems = parse_source(text, "")
    return None if problems else root


def forget_read() -> None:
    """Forget what was read of files: somebody else may have changed them."""
    _registry.cache_clear()


def _checked_with(main: Path, edited: Path, pending: Pending) -> Check:
    def check(text: str) -> Registry:
        texts = {**pending, edited.resolve(): text}
        whole = texts.get(main.resolve()) or _read(main, texts)[1]
        return _registry(whole, main, frozenset(texts.items()))

    return check


def _decision(decision: Confirmation | Rejection) -> dict[str, Any]:
    """Return a decision's keys as they are written; what is empty is left out."""
    of = decision.of if isinstance(decision, Confirmation) else None
    dated = {"on": decision.on, "of": str(of) if of else ""}
    keys = {**dated, "how": decision.how, "by": decision.by, "sources": decision.sources}
    return {key: value for key, value in keys.items() if value not in ("", [])}


def _written(address: Address) -> str:
    """Return the address in normal form, but with the case of letters that people know it by."""
    return address.url.removesuffix(address.name) + address.asked


@dataclass(frozen=True, slots=True)
class _Addition:
    """One thing to add: an item to a list, or a value at a key, in the place of what stood there."""

    place: tuple[Step, ...]
    model: type[Office] | type[Tenure] | type[Account]
    """What the place holds."""
    key: str
    value: Any
    put: bool = False

    def splice(self, text: str) -> str:
        way, keys = set_key if self.put else add_item, keys_of(self.model)
        return way(text, self.place, self.key, self.value, keys[: keys.index(self.key)])

    def apply(self, data: Any) -> None:
        """Do the same to plain data."""
        for step in self.place:
            data = data[step]
        value = _plain(self.value)
        if self.put:
            data[self.key] = value
        else:
            data[self.key] = [*(data.get(self.key) or []), value]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def write_draft(draft: Draft, text: str) -> None:
    """Put `text` in the place of the registry, whole or not at all, with the file's own mode.

    Raises `UsageError` if the file was changed since it was read, or cannot be written.
    """
    path = draft.path.resolve()  # a symbolic link stays one
    try:
        with replacing(path, mode=path.stat().st_mode & 0o7777) as (part,):
            part.write_bytes(text.encode("utf-8"))
            require_same(draft)
        forget_read()
    except OSError as error:
        raise UsageError(f"{draft.path}: cannot be written ({error.strerror}); nothing was changed") from None


def require_same(draft: Draft) -> None:
    """Raise `UsageError` if the file was changed since it was read."""
    if draft.path.read_bytes() != draft.raw:
        raise UsageError(f"{draft.path}: was changed by somebody else in the meantime; run the command again")
