"""Write a person's decisions into the registry's text and leave every other comment, key and line as it is.

Each function takes the registry's whole text and returns the new one. It is read back before it is returned: it must
load, and must differ from the old text by the decision alone.
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


def _alone(text: str) -> Registry:
    return parse_registry(text, "the edited registry")


def confirm(
    text: str,
    office: Office,
    tenure: Tenure | None,
    address: Address,
    confirmation: Confirmation,
    *,
    kind: AccountKind = AccountKind.PERSONAL,
    number: int | None = None,
    check: Check = _alone,
) -> str:
    """Return the text in which an account is confirmed: the lead that is on record, or a new entry.

    `office` and `tenure` are those of the registry in `text`; without a tenure the account is the office's own.
    `number` is the network's own. An older confirmation is replaced. `check` tells whether the registry is right with
    the new text: it stands for the file alone where it is not given. Raises `UsageError` if the text cannot be edited.
    """
    decision = {"confirmed": _decision(confirmation)}
    return _decided(text, office, tenure, address, decision, kind=kind, number=number, check=check)


def reject(
    text: str, office: Office, tenure: Tenure, address: Address, rejection: Rejection, *, check: Check = _alone
) -> str:
    """Return the text in which an account is not the person's. As `confirm` otherwise."""
    return _decided(text, office, tenure, address, {"rejected": _decision(rejection)}, check=check)


def searched(text: str, office: Office, tenure: Tenure, search: Search, *, check: Check = _alone) -> str:
    """Return the text in which a search for a person's accounts is on record. As `confirm` otherwise."""
    networks = {"networks": list(map(str, search.networks))} if search.networks else {}
    item = {"on": search.on, "by": search.by, "how": search.how, **networks, "found": search.found}
    addition = _Addition(_place(text, office, tenure), "searches", item, _before(Tenure, "searches"))
    return _edited(text, [addition], check)


def with_staff(
    text: str, office: Office, tenure: Tenure, page: Account, who: int | str, *, check: Check = _alone
) -> str:
    """Return the text in which `who` answers on the owner's behalf on a page of the tenure. As `confirm` otherwise."""
    position = next(n for n, one in enumerate(tenure.listed) if one is page)
    place = (*_place(text, office, tenure), "accounts", position)
    return _edited(text, [_Addition(place, "staff", who, _before(Account, "staff"))], check)


def with_keys(
    text: str,
    office: Office,
    tenure: Tenure | None,
    keys: Mapping[str, Any],
    sources: Sequence[str] = (),
    *,
    check: Check,
) -> str:
    """Return the text in which keys of an office, or of a tenure, have these values; `sources` are added to a tenure's.

    As `confirm` otherwise.
    """
    place, model = _place(text, office, tenure), Office if tenure is None else Tenure
    changes = [_Addition(place, key, value, _before(model, key), put=True) for key, value in keys.items()]
    changes += [_Addition(place, "sources", one, _before(Tenure, "sources")) for one in sources]
    return _edited(text, changes, check)


def with_tenure(text: str, office: Office, tenure: Mapping[str, Any], *, check: Check) -> str:
    """Return the text in which somebody else holds the office. As `confirm` otherwise."""
    return _edited(text, [_Addition(_place(text, office, None), "tenures", tenure, _before(Office, "tenures"))], check)


def _decision(decision: Confirmation | Rejection) -> dict[str, Any]:
    """Return a decision's keys as they are written; what is empty is left out."""
    of = decision.of if isinstance(decision, Confirmation) else None
    dated = {"on": decision.on, "of": str(of) if of else ""}
    keys = {**dated, "how": decision.how, "by": decision.by, "sources": decision.sources}
    return {key: value for key, value in keys.items() if value not in ("", [])}


def _decided(
    text: str,
    office: Office,
    tenure: Tenure | None,
    address: Address,
    decision: Mapping[str, Any],
    *,
    kind: AccountKind = AccountKind.PERSONAL,
    number: int | None = None,
    check: Check = _alone,
) -> str:
    owner: Office | Tenure = office if tenure is None else tenure
    place = _place(text, office, tenure)
    entries = ((n, one) for n, one in enumerate(owner.listed) if isinstance(one, Account) and one.url == address)
    entry = next(entries, None)
    numbered: dict[str, Any] = {} if number is None else {"id": number}
    if entry is None:
        item = {"url": _written(address), "kind": str(kind), **decision, **numbered}
        return _edited(text, [_Addition(place, "accounts", item, _before(type(owner), "accounts"))], check)
    position, known = entry
    place = (*place, "accounts", position)
    if known.id is not None:
        numbered = {}
    keys = {**decision, **numbered}
    changes = [_Addition(place, key, value, _before(Account, key), put=True) for key, value in keys.items()]
    return _edited(text, changes, check)


def _written(address: Address) -> str:
    """Return the address in normal form, but with the case of letters that people know it by."""
    return address.url.removesuffix(address.name) + address.asked


def _before(model: type[Office] | type[Tenure] | type[Account], key: str) -> list[str]:
    """Return the keys that the registry writes before `key`."""
    keys = keys_of(model)
    return keys[: keys.index(key)]


def _place(text: str, office: Office, tenure: Tenure | None) -> tuple[Step, ...]:
    root = _tree(text.removeprefix(_BOM))
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


@dataclass(frozen=True, slots=True)
class _Addition:
    """One thing to add: an item to a list, or a value at a key, in the place of what stood there."""

    place: tuple[Step, ...]
    key: str
    value: Any
    after: Sequence[str]
    put: bool = False

    def splice(self, text: str) -> str:
        way: Callable[..., str] = set_key if self.put else add_item
        return way(text, self.place, self.key, self.value, self.after)

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


def _edited(text: str, additions: Sequence[_Addition], check: Check) -> str:
    """Splice, and read the result back: it must load and hold what was there and what was added."""
    mark = _BOM if text.startswith(_BOM) else ""
    old = text.removeprefix(_BOM)
    new = old
    try:
        for addition in additions:
            new = addition.splice(new)
    except SpliceError as error:
        raise UsageError(f"the registry is written in a way that cannot be edited here ({error}); {_BY_HAND}") from None
    root, read = _tree(old), _tree(new)
    if root is None or read is None:
        raise UsageError(f"the registry is written in a way that cannot be edited here; {_BY_HAND}")
    wanted = copy.deepcopy(root.plain())
    for addition in additions:
        addition.apply(wanted)
    if read.plain() != wanted:
        raise UsageError(f"the registry is written in a way that cannot be edited here; {_BY_HAND}")
    try:
        check(mark + new)
    except RegistryError as error:
        raise UsageError(f"the edit would be a mistake: {error.problems[0].what}; {error.problems[0].mend}") from None
    return mark + new


def write_draft(draft: Draft, text: str) -> None:
    """Put `text` in the place of the registry, whole or not at all, with the file's own mode.

    Raises `UsageError` if the file was changed since it was read, or cannot be written.
    """
    path = draft.path.resolve()  # a symbolic link stays one
    try:
        with replacing(path, mode=path.stat().st_mode & 0o7777) as (part,):
            part.write_bytes(text.encode("utf-8"))
            _require_same(path, draft)
        forget_read()
    except OSError as error:
        raise UsageError(f"{draft.path}: cannot be written ({error.strerror}); nothing was changed") from None


def require_same(draft: Draft) -> None:
    """Raise `UsageError` if the file was changed since it was read."""
    _require_same(draft.path.resolve(), draft)


def _require_same(path: Path, draft: Draft) -> None:
    if path.read_bytes() != draft.raw:
        raise UsageError(f"{draft.path}: was changed by somebody else in the meantime; run the command again")
