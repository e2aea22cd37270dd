"""Decisions written into the registry's text: nothing else of it changes, whatever it looks like."""

import difflib
import json
import os
import re
import stat
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.errors import RegistryError, UsageError
from auditor.base.text import Text
from auditor.registry import Office, Registry, load_registry, parse_registry
from auditor.registry.decisions import page_changes, search_change
from auditor.registry.models import Search, Tenure
from auditor.registry.splice import put
from auditor.registry.writing import Change, Draft, Plan, RegistryFile
from tests.conftest import ROOT

HEAD = """\
timezone: Asia/Tomsk
directive: {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
  source: 'https://example.org/directive'}
offices:
"""
OFFICE = """\
  - id: first
    municipality: Первый район
    title: глава
    group: municipal_head
"""
DAY = date(2026, 11, 25)
PROOF = {"on": DAY, "how": "названа на сайте: «О главе»", "sources": ["https://example.org/2#a"]}
REFUSED = {"on": DAY, "how": "живёт в другой области"}
NOTHING = Search(on=DAY, by="Имярек Г. Г.", how="по имени и должности, VK и Telegram", found="nothing")
NEW = Address.parse("https://t.me/novaya_stranica")


def first(text: str) -> tuple[Office, Tenure]:
    office = parse_registry(text, "officials.yaml").offices[0]
    return office, office.tenures[0]


def edited(text: str, changes: Callable[[Office], Sequence[Change]], number: int = 0) -> str:
    """Edit a registry that no file holds."""
    path = Path("officials.yaml")
    office = parse_registry(text, str(path)).offices[number]
    file = RegistryFile(path, datetime(2026, 11, 25, tzinfo=UTC))
    return Draft(file, path, text.encode(), number).edited(changes(office)).decode()


def confirmed(text: str, address: Address = NEW, **more: Any) -> str:
    keys = {"confirmed": PROOF, **more}
    return edited(text, lambda office: page_changes(office, office.tenures[0], address, "personal", keys))


def rejected(text: str) -> str:
    return edited(text, lambda office: page_changes(office, office.tenures[0], NEW, "personal", {"rejected": REFUSED}))


def searched(text: str, search: Search = NOTHING) -> str:
    return edited(text, lambda office: [search_change(office, office.tenures[0], search)])


def is_proof(confirmation: Any) -> bool:
    return confirmation.model_dump(exclude={"of"}) == PROOF


def added(old: str, new: str) -> str:
    """The lines that are new; every old one must still be there, in its place."""
    diff = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    assert not [line for line in diff if line.startswith("- ")], diff
    return "\n".join(line[2:] for line in diff if line.startswith("+ "))


def changed(old: str, new: str) -> tuple[str, str]:
    """The one line that is another, before and after."""
    pairs = [(a, b) for a, b in zip(old.splitlines(), new.splitlines(), strict=True) if a != b]
    assert len(pairs) == 1
    return pairs[0]


def test_a_new_account_comes_behind_the_others_in_their_style() -> None:
    """The comment that belongs to the last one stays with it; what follows stays where it is."""
    text = HEAD + OFFICE + (
        "    tenures:\n"
        "      - name: Имярек А. А.\n        sources: [x]\n"
        "        since: 2022\n"
        "        accounts:\n"
        "          - url: https://t.me/odin   # the first\n"
        "            kind: personal\n"
        "            # to be asked again\n"
        "\n"
        "        # what the press says\n"
        "        reports: [{opened_by: 2022-05-26, source: 'https://example.org/3'}]\n"
    )  # fmt: skip
    new = confirmed(text, id=7)
    assert added(text, new) == (
        "          - url: https://t.me/novaya_stranica\n"
        "            kind: personal\n"
        "            confirmed:\n"
        "              on: 2026-11-25\n"
        "              how: 'названа на сайте: «О главе»'\n"
        "              sources:\n"
        "                - https://example.org/2#a\n"
        "            id: 7"
    )
    assert new.index("asked again") < new.index("novaya") < new.index("what the press says")


def test_a_lead_is_confirmed_where_it_stands() -> None:
    """Its own spelling, comment and remarks stay; the decision comes behind `kind`."""
    text = HEAD + OFFICE + (
        "    tenures:\n"
        "      - name: Имярек А. А.\n        sources: [x]\n"
        "        accounts:\n"
        "          - url: '@Novaya_Stranica'  # seen in a post\n"
        "            kind: personal  # by its name\n"
        "            note: остаётся\n"
    )  # fmt: skip
    new = confirmed(text)
    assert added(text, new).splitlines()[0] == "            confirmed:"
    assert re.search(r"by its name\n            confirmed:\n", new)
    account = first(new)[1].accounts[0]
    assert is_proof(account.confirmed)
    assert (account.note, account.lead) == ("остаётся", False)


def test_a_first_account_opens_the_list_behind_the_keys_that_come_before_it() -> None:
    """Two further in than its key, also where the file has its dashes under theirs."""
    text = (
        HEAD
        + OFFICE
        + "    tenures:\n    - name: Имярек А. А.\n      sources: [x]\n      since: 2022\n      note: дальше\n"
    )
    new = rejected(text)
    assert added(text, new) == (
        "      accounts:\n"
        "        - url: https://t.me/novaya_stranica\n"
        "          kind: personal\n"
        "          rejected:\n"
        "            on: 2026-11-25\n"
        "            how: живёт в другой области"
    )
    assert new.endswith("      note: дальше\n")


@pytest.mark.parametrize("empty", ["searches:", "searches: []", "searches: ~", "searches: null", "searches: [ ]"])
def test_an_empty_list_is_filled_and_its_comment_stays(empty: str) -> None:
    """Nothing, null or brackets."""
    tenure = "    tenures:\n      - name: Имярек А. А.\n        sources: [x]\n"
    text = HEAD + OFFICE + tenure + f"        {empty}   # none yet\n        note: x\n"
    new = searched(text)
    assert "        searches:   # none yet\n          - on: 2026-11-25\n            by: Имярек Г. Г.\n" in new
    assert new.endswith("            found: nothing\n        note: x\n")


def test_what_is_written_in_brackets_stays_in_brackets() -> None:
    """One line changes, by the addition alone."""
    text = HEAD + OFFICE + (
        "    tenures:\n"
        "      - {sources: [x], name: Имярек А. А., accounts: [{url: t.me/novaya_stranica, kind: personal}, ]}  # x\n"
    )  # fmt: skip
    before, after = changed(text, confirmed(text))
    addition = ", confirmed: {on: 2026-11-25, how: 'названа на сайте: «О главе»', sources: ['https://example.org/2#a']}"
    assert after.replace(addition, "") == before
    assert changed(text, searched(text))[1].endswith("found: nothing}]}  # x")


def test_an_institutions_page_is_the_offices_own() -> None:
    """Beside the tenures, not in them; an office without a holder may have one."""
    text = HEAD + OFFICE
    page, keys = Address.parse("vk.com/rayon1"), {"confirmed": PROOF, "id": -5}
    new = edited(text, lambda office: page_changes(office, None, page, "institution", keys))
    (account,) = parse_registry(new, "officials.yaml").offices[0].accounts
    assert (account.url.url, account.kind, account.id) == ("https://vk.com/rayon1", "institution", -5)
    assert added(text, new).startswith("    accounts:\n      - url: https://vk.com/rayon1\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "   # the end", "\n# the end\n"])
def test_line_ends_the_mark_at_the_start_and_the_end_of_the_file_stay(newline: str, mark: str, end: str) -> None:
    """No line end is mixed in, and none is added to a file that ends without."""
    text = mark + (HEAD + OFFICE + "    tenures:\n      - sources: [x]\n        name: Имярек А. А." + end).replace(
        "\n", newline
    )
    new = searched(text)
    assert set(re.findall(r"\r?\n", new)) == {newline}
    assert new.startswith(mark + "timezone")
    assert new.endswith(newline) == text.endswith(newline)
    assert first(new)[1].searches == [NOTHING]


def test_a_text_that_keeps_its_blank_lines_keeps_them() -> None:
    """`|+` holds its trailing lines: what is added comes behind them."""
    text = HEAD + OFFICE + (
        "    tenures:\n"
        "      - name: Имярек А. А.\n        sources: [x]\n"
        "        searches:\n"
        "          - on: 2026-01-02\n"
        "            by: Имярек Г. Г.\n"
        "            how: по имени\n"
        "            found: |+\n"
        "              t.me/odin\n"
        "\n"
        "\n"
        "        note: x\n"
    )  # fmt: skip
    new = searched(text)
    assert added(text, new).startswith("          - on: 2026-11-25")
    assert [s.found for s in first(new)[1].searches] == ["t.me/odin\n\n\n", "nothing"]


def test_long_lines_are_not_wrapped() -> None:
    """Neither those of the file nor those that are added."""
    long = "слово " * 60 + "конец"
    text = HEAD + OFFICE + f"    tenures:\n      - name: Имярек А. А.\n        sources: [x]\n        note: {long}\n"
    new = searched(text, NOTHING.model_copy(update={"how": long}))
    assert f"            how: {long}\n" in new
    assert f"        note: {long}\n" in new


@pytest.mark.parametrize(
    "how", ["no", "2026-11-25", "17", "- x", "a: b # c", "'", '"', "@x", "[", "{a}", "*", "1e5", "08", "+7"]
)
def test_what_looks_like_yaml_is_written_as_text(how: str) -> None:
    """And read back as it was given."""
    text = HEAD + OFFICE + "    tenures: [{sources: [x], name: Имярек А. А.}]\n"
    new = searched(text, NOTHING.model_copy(update={"how": how}))
    assert first(new)[1].searches[0].how == how


def test_an_edit_that_would_be_a_mistake_is_refused() -> None:
    """The registry's own rules have the last word."""
    text = HEAD + OFFICE + (
        "    tenures:\n"
        "      - {sources: [x], name: Имярек А. А., since: 2020, until: 2022,\n"
        "         accounts: [{url: t.me/odin, kind: personal}]}\n"
        "      - {sources: [x], name: Имярек Б. Б., since: 2022}\n"
    )  # fmt: skip
    page, keys = Address.parse("t.me/odin"), {"confirmed": PROOF}
    with pytest.raises(UsageError, match=r"would be a mistake: https://t\.me/odin of Имярек Б\. Б\. is also on line"):
        edited(text, lambda office: page_changes(office, office.tenures[1], page, "personal", keys))


TENURE = "    tenures:\n      - sources: [x]\n        name: Имярек А. А.\n"
LEAD = "        accounts:\n          - url: t.me/novaya_stranica\n"
JSON = {
    "timezone": "Asia/Tomsk",
    "directive": {
        "title": "Поручение",
        "issuer": "Имярек А. А.",
        "issued": "2022-05-25",
        "deadline": "2022-06-01",
        "binds": "municipal_head",
        "source": "https://example.org/directive",
    },
    "offices": [
        {
            "id": "first",
            "municipality": "Первый район",
            "title": "глава",
            "group": "municipal_head",
            "tenures": [{"name": "Имярек А. А.", "sources": ["x"]}],
        }
    ],
}
ODD = {
    "json": json.dumps(JSON, ensure_ascii=False),
    "json in lines": json.dumps(JSON, ensure_ascii=False, indent=2),
    "document marks": "%YAML 1.2\n---\n" + HEAD + OFFICE + TENURE + "...\n",
    "letters of two units": "# 🎉🎉\n" + HEAD + OFFICE + TENURE + "        note: 🎉 🎉\n        accounts: []\n",
    "old line ends": (HEAD + OFFICE + TENURE).replace("\n", "\r"),
    "question marks": HEAD + OFFICE + "    tenures:\n      - ? name\n        : Имярек А. А.\n        sources: [x]\n",
    "a folded value": HEAD + OFFICE + TENURE + "        note: а\n           б\n",
    "a quoted key": HEAD + OFFICE + TENURE + "        'accounts' :   # none\n",
    "a key at the end": HEAD + OFFICE + TENURE + "        accounts:",
    "a dash alone": HEAD + OFFICE + "    tenures:\n      -\n        sources: [x]\n        name: Имярек А. А.\n",
    "a remark behind the dash": HEAD
    + OFFICE
    + "    tenures:\n      - # he\n        sources: [x]\n        name: Имярек А. А.\n",
    "a remark in brackets": HEAD
    + OFFICE
    + "    tenures: [{sources: [x], name: Имярек А. А., accounts: [ # none\n ], searches: }]\n",
    "brackets on their own line": HEAD + OFFICE + TENURE + "        accounts:\n          []  # none\n",
    "empty keys of a lead": HEAD
    + OFFICE
    + TENURE
    + LEAD
    + "            confirmed:\n            id:\n            kind: personal\n",
    "a lead at the end": HEAD + OFFICE + TENURE + LEAD + "            kind: personal",
    "empty keys in brackets": (
        HEAD + OFFICE + TENURE + "        accounts: [{kind: personal, url: t.me/novaya_stranica, id: , confirmed: }]\n"
    ),
}


REFUSED_FORMS = {"a remark in brackets"}
"""What is so rare that it is left to a person's hand."""


@pytest.mark.parametrize("form", sorted(ODD.keys() - REFUSED_FORMS))
def test_unusual_forms_are_edited_too(form: str) -> None:
    """A registry is written by hand, or by a program."""
    text = ODD[form]
    new = confirmed(text, id=5)
    account = first(new)[1].accounts[0]
    assert is_proof(account.confirmed)
    assert (account.url, account.id) == (NEW, 5)
    assert re.findall(r"# .*", new) == re.findall(r"# .*", text)
    assert first(searched(text))[1].searches == [NOTHING]


@pytest.mark.parametrize("form", sorted(REFUSED_FORMS))
def test_the_rarest_forms_are_refused_with_the_lines_to_paste(form: str) -> None:
    """Nothing is written there, and no remark is lost."""
    with pytest.raises(UsageError, match=r"officials.yaml:\d+: .* paste this into the entry .*:\naccounts:\n  - url: "):
        confirmed(ODD[form], id=5)


def test_what_cannot_be_added_to_is_refused_with_the_lines_to_paste() -> None:
    """A key without a colon inside brackets has no place for a value."""
    text = HEAD + OFFICE + "    tenures: [{sources: [x], name: Имярек А. А., searches}]\n"
    with pytest.raises(UsageError) as refused:
        searched(text)
    line, *paste = str(refused.value).splitlines()
    assert line.startswith("officials.yaml:9: written in a way that cannot be added to here; paste this into the entry")
    assert paste == [
        "searches:",
        "  - on: 2026-11-25",
        "    by: Имярек Г. Г.",
        "    how: по имени и должности, VK и Telegram",
        "    found: nothing",
    ]


def test_the_oblasts_registry_keeps_every_byte_when_an_invented_office_is_edited() -> None:
    """The real file as it is, with an office of nobody at its end."""
    real = (ROOT / "officials.yaml").read_bytes().decode("utf-8")
    text = (
        real
        + OFFICE.replace("municipal_head", "institution")
        + "    tenures:\n      - sources: [x]\n        name: Имярек А. А.\n"
    )
    last = len(parse_registry(text, "officials.yaml").offices) - 1
    keys = {"confirmed": PROOF}
    new = edited(text, lambda office: page_changes(office, office.tenures[0], NEW, "personal", keys), last)
    assert new.startswith(text)
    assert edited(new, lambda office: [search_change(office, office.tenures[0], NOTHING)], last).startswith(new)


# Any registry of invented offices, however it is written.


class Writer:
    """Writes data as YAML the way people do: lists indented or not, brackets here and there, comments anywhere."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.dash = draw(st.sampled_from([0, 2]))
        self.gap = draw(st.sampled_from([2, 2, 4]))
        self.count = 0

    def comment(self) -> str:
        self.count += 1
        return f"# remark {self.count}: [{{'"

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def scalar(self, value: Any) -> str:
        if value is None:
            return self.draw(st.sampled_from(["", "~", "null"]))
        if not isinstance(value, str):
            return str(value)
        return self.draw(st.sampled_from([value, f"'{value}'", f'"{value}"']))

    def flow(self, value: Any) -> str:
        comma = ",\n" + " " * 20 if self.chance(4) else ", "
        if comma != ", " and self.chance(2):
            comma = f",  {self.comment()}\n" + " " * 20
        last = ", " if self.chance(4) else ""
        if isinstance(value, dict):
            return "{" + comma.join(f"{key}: {self.flow(one)}" for key, one in value.items()) + last + "}"
        if isinstance(value, list):
            if not value and self.chance(3):
                return f"[ {self.comment()}\n" + " " * 20 + "]"
            return "[" + comma.join(map(self.flow, value)) + (last if value else "") + "]"
        return self.scalar(value)

    def pair(self, key: str, value: Any, indent: int) -> list[str]:
        pad = " " * indent
        if value is None:
            return [f"{pad}{key}:" + self.draw(st.sampled_from(["", " ~", " null"]))]
        if isinstance(value, dict | list) and value and not self.chance(4):
            return [f"{pad}{key}:", *self.block(value, indent)]
        if isinstance(value, dict | list):
            return [f"{pad}{key}: {self.flow(value)}"]
        if key == "note" and self.chance(2):
            style = self.draw(st.sampled_from(["|", ">", "|-", "|+"]))
            tail = "\n\n" if self.chance(3) else ""
            return [f"{pad}{key}: {style}\n{pad}  {value}\n{pad}    ещё{tail}"]
        return [f"{pad}{key}: {self.scalar(value)}"]

    def block(self, value: Any, indent: int) -> list[str]:
        if isinstance(value, dict):
            return [line for key, one in value.items() for line in self.pair(key, one, indent + 2)]
        lines = []
        for item in value:
            dash = " " * (indent + self.dash) + "-" + " " * (self.gap - 1)
            if not isinstance(item, dict) or self.chance(5):
                lines.append(dash + self.flow(item))
                continue
            inner = [line for key, one in item.items() for line in self.pair(key, one, len(dash))]
            lines += [dash + inner[0].lstrip(), *inner[1:]]
        return lines

    def text(self, data: dict[str, Any]) -> str:
        lines = []
        for line in [line for key, value in data.items() for line in self.pair(key, value, 0)]:
            if self.chance(5):
                lines.append(" " * self.draw(st.integers(0, 14)) + self.comment())
            if self.chance(8):
                lines.append("")
            lines.append(f"{line}  {self.comment()}" if "\n" not in line and self.chance(5) else line)
        newline, end, mark = (self.draw(st.sampled_from(o)) for o in (["\n", "\r\n"], ["", "\n"], ["", "\ufeff"]))
        return mark + ("\n".join(lines) + end).replace("\n", newline)


@st.composite
def registries(draw: Any) -> str:
    """The text of a registry with up to three offices, each with up to two holders."""
    number = iter(range(100))

    def account(*, decided: bool) -> dict[str, Any]:
        one = {"url": f"https://t.me/stranica_{next(number)}", "kind": "personal"}
        if decided:
            one[draw(st.sampled_from(["confirmed", "rejected"]))] = {"on": "2024-01-02", "how": "по сайту"}
        elif draw(st.booleans()):
            one |= {"confirmed": None}
        return one | draw(
            st.sampled_from([{}, {"note": "строка"}, {"id": 100 + next(number), "note": "две"}, {"id": None}])
        )

    def tenure(name: str, since: int, until: int | None) -> dict[str, Any]:
        search = {"on": "2024-02-03", "by": "Имярек Г. Г.", "how": "по имени", "found": "https://t.me/chuzhoy"}
        accounts = [account(decided=draw(st.booleans())) for _ in range(draw(st.integers(0, 2)))]
        keys: dict[str, Any] = {"name": name, "since": since, "sources": ["https://example.org/1"]}
        if until is not None:
            keys["until"] = until
        keys["accounts"] = accounts or draw(st.sampled_from([None, []]))
        keys["searches"] = draw(st.sampled_from([None, [], [search], [search, search]]))
        keys["note"] = "строка"
        for key in ("accounts", "searches", "note"):
            if not keys[key] and draw(st.booleans()):
                del keys[key]
        return dict(draw(st.permutations(list(keys.items())))) if draw(st.booleans()) else keys

    offices = []
    for place in range(draw(st.integers(1, 3))):
        names = [f"Имярек {letter}. {place}." for letter in "АБ"[: draw(st.integers(1, 2))]]
        years = [(2018, 2021), (2021, None)][-len(names) :]
        office: dict[str, Any] = {"id": f"rayon-{place}", "municipality": "Район", "title": "глава"}
        office |= {"group": "municipal_head", "tenures": [tenure(n, *y) for n, y in zip(names, years, strict=True)]}
        offices.append(office)
    directive = {"title": "Поручение", "issuer": "Имярек", "issued": "2022-05-25", "deadline": "2022-06-01"}
    directive |= {"binds": "municipal_head", "source": "https://example.org/directive"}
    return Writer(draw).text({"timezone": "Asia/Tomsk", "directive": directive, "offices": offices})


def plain(registry: Registry) -> Any:
    return registry.model_dump(mode="json", by_alias=True)


def dumped(confirmation: dict[str, Any]) -> dict[str, Any]:
    return {"of": None, **confirmation, "on": confirmation["on"].isoformat()}


@settings(max_examples=80)
@given(st.data())
def test_any_edit_of_any_registry_adds_the_decision_and_changes_nothing_else(data: Any) -> None:
    """Every line survives in order, but for what is in brackets or empty and filled; what loads is the edit."""
    text = data.draw(registries())
    registry = parse_registry(text, "officials.yaml")
    place = data.draw(st.integers(0, len(registry.offices) - 1))
    office = registry.offices[place]
    held = data.draw(st.integers(0, len(office.tenures) - 1))
    tenure = office.tenures[held]
    wanted = plain(registry)
    inside = wanted["offices"][place]["tenures"][held]
    kind = data.draw(st.sampled_from(["confirm", "reject", "searched", "institution"]))
    lead = next((n for n, a in enumerate(tenure.accounts) if a.lead), None)
    address = NEW if lead is None or data.draw(st.booleans()) else tenure.accounts[lead].url
    entry = {"url": address.url, "kind": "personal", "confirmed": None, "rejected": None, "note": "", "id": None}
    entry |= {"staff": []}
    if address is not NEW:
        entry = inside["accounts"][lead]
    if kind == "searched":
        changes = [search_change(office, tenure, NOTHING)]
        inside["searches"].append(NOTHING.model_dump(mode="json"))
    elif kind == "institution":
        changes = page_changes(office, None, NEW, "institution", {"confirmed": PROOF})
        page = {**entry, "url": NEW.url, "kind": "institution", "confirmed": dumped(PROOF)}
        wanted["offices"][place]["accounts"].append(page | {"id": None, "note": ""})
    elif kind == "reject":
        changes = page_changes(office, tenure, address, "personal", {"rejected": REFUSED})
        entry["rejected"] = REFUSED | {"on": DAY.isoformat()}
    else:
        more = {"id": 5} if entry["id"] is None and data.draw(st.booleans()) else {}
        changes = page_changes(office, tenure, address, "personal", {"confirmed": PROOF, **more})
        entry["confirmed"] = dumped(PROOF)
        entry["id"] = more.get("id", entry["id"])
    if kind in {"confirm", "reject"} and address is NEW:
        inside["accounts"].append(entry)
    file = RegistryFile(Path("officials.yaml"), datetime(2026, 11, 25, tzinfo=UTC))
    try:
        new = Draft(file, file.path, text.encode(), place).edited(changes).decode()
    except UsageError as error:
        event("refused")
        if "paste this into the entry" not in str(error):
            raise
        return
    event(kind)
    assert plain(parse_registry(new, "officials.yaml")) == wanted
    hold_lines(text, new)


def hold_lines(old: str, new: str) -> None:
    """Hold that `new` is `old` with more in it."""
    remarks = re.compile(r"# remark \d+: \[\{'")
    assert remarks.findall(new) == remarks.findall(old)
    assert set(re.findall(r"\r?\n", new)) == set(re.findall(r"\r?\n", old))
    assert (new.endswith("\n"), new[0]) == (old.endswith("\n"), old[0])
    lost = []
    lines, more = old.splitlines(), new.splitlines()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, lines, more, autojunk=False).get_opcodes():
        if tag in {"replace", "delete"}:
            lost += [(line, "\n".join(more[c:d])) for line in lines[a:b]]
    assert len(lost) <= 2, lost
    for line, instead in lost:
        assert re.search(r"[\[\]{},]|: *(~|null|$)", line), line
        letters = iter(instead)
        told = re.sub(r": (?:~|null|\[ ?\])", ":", line)
        assert all(letter in letters for letter in told), (line, instead)


# Writing.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "officials.yaml"
    path.write_text(HEAD + OFFICE + "    tenures: [{sources: [x], name: Имярек А. А.}]\n", encoding="utf-8")
    return path


def planned(path: Path) -> Plan:
    file = RegistryFile(path, datetime(2026, 11, 25, tzinfo=UTC))
    registry = file.registry()
    draft = file.draft_of(registry, registry.offices[0])
    new = draft.edited([search_change(registry.offices[0], registry.offices[0].tenures[0], NOTHING)])
    return Plan(path, draft.raw, new, Text("done"))


def test_a_written_registry_keeps_its_mode_and_leaves_nothing_beside_it(file: Path) -> None:
    """It is put in place whole."""
    file.chmod(0o640)
    plan = planned(file)
    plan.write()
    assert file.read_bytes() == plan.new
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [p.name for p in file.parent.iterdir()] == ["officials.yaml"]
    assert load_registry(file).offices[0].tenures[0].searches == [NOTHING]


def test_a_link_to_the_registry_stays_a_link(file: Path) -> None:
    """What it points at is written."""
    link = file.parent / "link.yaml"
    link.symlink_to(file.name)
    plan = planned(link)
    plan.write()
    assert link.is_symlink()
    assert file.read_bytes() == plan.new


def test_a_registry_that_was_changed_in_the_meantime_is_not_overwritten(file: Path) -> None:
    """Somebody else's edit is worth as much."""
    plan = planned(file)
    other = file.read_text(encoding="utf-8") + "# another hand\n"
    file.write_text(other, encoding="utf-8")
    with pytest.raises(UsageError, match="changed by somebody else"):
        plan.write()
    assert file.read_text(encoding="utf-8") == other
    assert len(list(file.parent.iterdir())) == 1


def test_a_failure_while_writing_leaves_the_old_registry(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, for one: the file is whole, and nothing lies beside it."""
    plan = planned(file)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"cannot be written \(No space left on device\); nothing was changed"):
        plan.write()
    assert file.read_bytes() == plan.old
    assert len(list(file.parent.iterdir())) == 1


def test_a_registry_with_mistakes_is_not_edited(file: Path) -> None:
    """Each is named with its line, as everywhere."""
    file.write_text(file.read_text(encoding="utf-8").replace("name:", "nmae:"), encoding="utf-8")
    with pytest.raises(RegistryError, match=r"officials\.yaml:9: "):
        planned(file)


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("a: {b: 1}\n", "a: {b: 1, c: {on: x}}\n"),
        ("a: {b: , d: 2}\n", "a: {b: , c: {on: x}, d: 2}\n"),
    ],
)
def test_a_key_is_put_behind_one_without_a_value(text: str, edited: str) -> None:
    """In braces a comma straight behind the colon would make another key of it."""
    assert put(text, ["a"], "c", {"on": "x"}, ["b", "c"]) == edited
