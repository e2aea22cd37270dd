"""Reader in statements.yaml and corrections.yaml: all at once, each at its line with a way to mend it."""

import json
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.base.errors import RegistryError, SettingsError, UsageError
from auditor.base.settings import load_settings
from auditor.registry.reading import Reader
from auditor.registry.remarks import Remarks, load_remarks, locate_remarks, remarks_schemas
from auditor.registry.source import parse_source
from tests.command import auditor
from tests.hostile import HEAD, LINKS, OFFICE, STEERING, YAML, written

STATEMENTS = """\
statements:
  - office: rayon-1
    week: 2026-W47
    text: >
      Страница открыта в срок,
      подтверждение направлено.
    who: пресс-служба Первого района
    on: 2026-11-24
    source: письмо, вх. № 5 (https://example.invalid/letter).
"""
CORRECTIONS = """\
corrections:
  - {number: 1, week: 2026-W46, text: Было иначе., on: 2026-11-18, source: проверка оператора}
  - {number: 3, week: 2026-W47, office: rayon-1, check: posts_per_week, text: И тут., on: 2026-11-24, source: письмо}
withdrawn:
  - {week: 2026-W45, on: 2026-11-20, reason: Реестр был неверен.}
"""

Load = Callable[..., Remarks]
Lines = Callable[..., list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write the two files and load them."""

    def write_and_load(statements: str | bytes = "", corrections: str | bytes = "") -> Remarks:
        return load_remarks(
            written(tmp_path, "statements.yaml", statements),
            written(tmp_path, "corrections.yaml", corrections),
            offices=["rayon-1", "rayon-2"],
            checks=["posts_per_week", "comments_open"],
        )

    return write_and_load


@pytest.fixture
def mistakes(load: Load) -> Lines:
    """Load what has mistakes and return the lines that tell of them, without the folder."""

    def lines_of(statements: str = "", corrections: str = "") -> list[str]:
        with pytest.raises(RegistryError) as caught:
            load(statements, corrections)
        assert len(str(caught.value).splitlines()) == len(caught.value.problems)
        return [f"{Path(p.file).name}:{p.line}: {p.what}; {p.mend}" for p in caught.value.problems]

    return lines_of


def test_what_is_said_is_read(load: Load) -> None:
    """Folded text is one paragraph, and a statement without `until` holds for 28 days."""
    remarks = load(STATEMENTS, CORRECTIONS)
    (said,) = remarks.statements
    assert said.text == "Страница открыта в срок, подтверждение направлено."
    assert (said.week, said.until, said.last_day) == ("2026-W47", None, date(2026, 12, 22))
    assert [(c.number, c.office, c.check) for c in remarks.corrections] == [
        (1, None, None),
        (3, "rayon-1", "posts_per_week"),
    ]
    assert [(gone.week, gone.on) for gone in remarks.withdrawn] == [("2026-W45", date(2026, 11, 20))]


@pytest.mark.parametrize("text", ["", "# nothing yet\n\n", "statements:\n", "statements: []\n", "\ufeff# x\n"])
def test_nothing_said_is_no_mistake(load: Load, text: str) -> None:
    """An empty file, remarks of YAML alone, a key with nothing after it; and no file at all."""
    assert load(text, text.replace("statements", "corrections")) == Remarks()
    assert load_remarks(None, None, offices=[], checks=[]) == Remarks()


BAD_STATEMENTS = """\
statements:
  - office: rayon-11
    week: 2026-W60
    text: 7
    who: ""
    on: 2026-11-31
    source: javascript:alert(1)
    said: x
  - office: rayon-2
    week: 2026-W48
    text: Т
    who: [a]
    on: 2026-11-22
    until: 2026-11-21
    source: см. https://u:p@example.invalid/x
  - {office: rayon-2, week: 47, text: Т, who: я, on: 2026-11-24, until: 2026-11-24, source: с}
"""
BAD_CORRECTIONS = """\
corrections:
  - {number: 5, week: 2026-W47, text: т, on: 2026-11-24, source: с, check: posts_a_week}
  - {number: 5, week: 2026-W47, text: т, on: 2026-11-24, source: с, office: x}
  - {number: 4, week: 2026-W47, text: т, on: 2026-11-24, source: с, check: x}
  - {number: 0, week: 2026-W49, text: т, on: 2026-11-24, source: с}
  - {number: '7', week: 2026-W47, on: 2026-11, source: с}
  - x
withdrawn:
  - {week: 2026-W46, on: 2026-11-24, reason: т}
  - {week: 2026-W46, on: 2026-11-25, reason: т}
  - {week: 2026-W48, on: 2026-11-20}
"""


def test_every_mistake_of_both_files_is_told_at_once(mistakes: Lines) -> None:
    """In the order of files and lines; one mistake hides no other."""
    told = mistakes(BAD_STATEMENTS, BAD_CORRECTIONS)
    expected = [
        "corrections.yaml:2: there is no check 'posts_a_week'; did you mean 'posts_per_week'?",
        "corrections.yaml:3: number 5 stands twice, first on line 2; give each its own",
        "corrections.yaml:3: there is no office 'x'; the registry lists them",
        "corrections.yaml:4: number 4 follows number 5; let the numbers rise",
        "corrections.yaml:4: there is no check 'x'; write one of posts_per_week, comments_open",
        "corrections.yaml:5: number cannot be 0; mend it: input should be greater than or equal to 1",
        "corrections.yaml:5: week 2026-W49 begins 2026-11-30, after 2026-11-24, on which this is said; mend the week",
        "corrections.yaml:6: number cannot be '7'; write a whole number",
        "corrections.yaml:6: on: '2026-11' is not a day; write it whole, like 2022-05-25",
        "corrections.yaml:6: text is missing in item 5 of corrections; add text: here",
        "corrections.yaml:7: item 6 of corrections cannot be 'x'; write keys under it, each with its value",
        "corrections.yaml:10: week 2026-W46 stands twice, first on line 9; give each its own",
        "corrections.yaml:11: reason is missing in item 3 of withdrawn; add reason: here",
        "corrections.yaml:11: week 2026-W48 begins 2026-11-23, after 2026-11-20, on which this is said; mend the week",
        "statements.yaml:2: there is no office 'rayon-11'; did you mean 'rayon-1'?",
        "statements.yaml:3: week: there is no week '2026-W60'; a year has weeks W01 to W52 or W53",
        "statements.yaml:4: text cannot be 7; put it in quotes: '7'",
        "statements.yaml:5: who cannot be ''; mend it: string should have at least 1 character",
        "statements.yaml:6: on: '2026-11-31' is not a day; write it whole, like 2022-05-25",
        "statements.yaml:7: source: 'javascript:alert(1' is not an address of a page; write it whole, like",
        "statements.yaml:8: the key 'said' is not known in item 1 of statements; known here are: office, week, text",
        "statements.yaml:10: week 2026-W48 begins 2026-11-23, after 2026-11-22, on which this is said; mend the week",
        "statements.yaml:12: who cannot be a list; write text",
        "statements.yaml:14: until 2026-11-21 is before 2026-11-29, so it would never be shown; write a later day",
        "statements.yaml:15: source: the address holds a login; leave out what stands before the @",
        "statements.yaml:16: week: '47' cannot be read; write it as 2026-W47",
    ]
    assert len(told) == len(expected), "\n".join(told)
    for line, beginning in zip(told, expected, strict=True):
        assert line.startswith(beginning)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    on:",
            "    until: 2026-11-21\n    on:",
            "8: until 2026-11-21 is before 2026-11-24, so it would never be shown",
        ),
        ("on: 2026-11-24", "on: 2026-11-17\n    until: 2026-11-20", "9: until 2026-11-20 is before 2026-11-22"),
        ("2026-W47", "47 неделя", "3: week: '47 неделя' cannot be read; write it as 2026-W47"),
        ("в срок", "в срок" + "ы" * 1_000, "4: text cannot be 'Страница"),
        ("пресс-служба", "п" * 300, "7: who cannot be 'ппп"),
        ("statements:", "statement:", "1: the key 'statement' is not known; did you mean 'statements'?"),
        ("office: ", "office: &a ", "2: an anchor &a is used; remove it"),
        ("office: ", "office: !!python/name:os.system ", "2: a tag "),
        ("(https://example.invalid/letter)", "data:text/html,x", "9: source: 'data:text/html,x' is not an address"),
        ("(https://example.invalid/letter)", "file:///etc/passwd", "9: source: 'file:///etc/passwd' is not an"),
    ],
)
def test_one_mistake_is_one_line(mistakes: Lines, old: str, new: str, told: str) -> None:
    """At the key that it is about."""
    assert old in STATEMENTS
    lines = mistakes(STATEMENTS.replace(old, new, 1))
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"statements.yaml:{told}")


@pytest.mark.parametrize("text", ["- office: x\n", "x\n", "[]\n", "7\n"])
def test_a_file_without_keys_is_told_how_to_begin(mistakes: Lines, text: str) -> None:
    """A list at the top is the likely slip."""
    (line,) = mistakes(text)
    assert line.startswith("statements.yaml:1: the file does not hold keys; begin with statements: and what belongs")


HOSTILE = (
    "aliases that multiply to a billion",
    "!!python/object",
    "a tag with an escape for the terminal",
    "brackets in brackets",
    "UTF-16",
    "windows-1251",
    "NUL",
    "half a character in UTF-8",
    "a direction mark",
    "five megabytes",
    "several documents",
    "a number of 5,000 digits",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_of_in_lines(load: Load, name: str) -> None:
    """What is no registry is no file of statements either; in plain lines, without a traceback."""
    with pytest.raises(RegistryError) as told:
        load(YAML[name]())
    lines = str(told.value).splitlines()
    assert 1 <= len(lines) <= 501
    assert all(line.isprintable() and "statements.yaml:" in line and "; " in line for line in lines)
    assert max(map(len, lines)) < 2_000


def tried(load: Load, content: str | bytes) -> tuple[Remarks, list[str]]:
    """Return what was read, or the lines that tell of the mistakes."""
    try:
        return load(content), []
    except RegistryError as error:
        return Remarks(), str(error).splitlines()


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_what_steers_or_cannot_be_seen_is_refused_or_a_blank(load: Load, text: str) -> None:
    """In what a report prints there is no character that a reader does not see."""
    entry = {"office": "rayon-1", "week": "2026-W47", "who": "я", "on": "2026-11-24", "source": "с"}
    read, told = tried(load, json.dumps({"statements": [entry | {"text": f"а {text} б"}]}))
    assert all(line.isprintable() for line in told)
    assert all(said.text.replace("\u3000", " ").isprintable() for said in read.statements)
    assert len(read.statements) + bool(told) == 1


@pytest.mark.parametrize(
    "url", [link for link in LINKS if re.match(r"\s*(?!https?:)[a-z-]+:[\w/]", link, re.IGNORECASE)]
)
def test_no_other_scheme_is_a_source(load: Load, url: str) -> None:
    """Whatever stands around it."""
    entry = {"office": "rayon-1", "week": "2026-W47", "who": "я", "on": "2026-11-24", "text": "т"}
    for source in (url, f"письмо ({url.strip()})", f"«{url.strip()}»"):
        with pytest.raises(RegistryError, match=r"statements.yaml:1: source: .* is not an address of a page"):
            load(json.dumps({"statements": [entry | {"source": source}]}))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(), st.binary()), key=st.sampled_from(["", "statements:\n", "statements:\n- "]))
def test_whatever_the_file_holds_it_is_read_or_told_of(load: Load, text: str | bytes, key: str) -> None:
    """Nothing else is raised."""
    content = key.encode() + text if isinstance(text, bytes) else key + text
    _, told = tried(load, content)
    assert all(line.isprintable() and "statements.yaml:" in line for line in told)


_LETTERS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=40)
_ENTRY = st.fixed_dictionaries(
    {
        "office": st.sampled_from(["rayon-1", "rayon-2"]),
        "week": st.sampled_from(["2026-W40", "2026-W47"]),
        "text": _LETTERS,
        "who": _LETTERS,
        "on": st.dates(date(2026, 11, 16), date(2026, 12, 31)).map(str),
        "source": st.just("письмо"),
    }
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(_ENTRY, max_size=5))
def test_what_is_written_is_what_is_read(load: Load, entries: list[dict[str, str]]) -> None:
    """Every statement, in the file's order, letter by letter."""
    read = load(json.dumps({"statements": entries}, ensure_ascii=False)).statements
    assert [s.model_dump(mode="json", exclude={"until"}) for s in read] == entries
    assert all(s.last_day == s.on + timedelta(days=28) for s in read)


def test_a_file_is_looked_for_beside_the_registry_or_where_a_setting_says(tmp_path: Path) -> None:
    """One that was asked for and is not there is an error: the report would hide a reply."""
    registry = tmp_path / "officials.yaml"
    assert locate_remarks(None, registry, "statements.yaml") is None
    beside, asked = tmp_path / "statements.yaml", tmp_path / "other.yaml"
    beside.touch()
    assert locate_remarks(None, registry, "statements.yaml") == beside
    with pytest.raises(UsageError, match=r"there is no file '.*other.yaml', which the settings name for statements"):
        locate_remarks(asked, registry, "statements.yaml")
    asked.touch()
    assert locate_remarks(asked, registry, "statements.yaml") == asked


def test_what_is_no_file_is_told_of(tmp_path: Path) -> None:
    """A folder, a pipe, a link to nothing: none is waited for, none is passed over."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "statements.yaml").symlink_to(tmp_path / "nowhere")
    link = locate_remarks(None, tmp_path / "officials.yaml", "statements.yaml")
    for path in (tmp_path / "pipe", tmp_path / "folder", link):
        with pytest.raises(RegistryError, match=":1: this is no file that can be read; check the path"):
            load_remarks(path, None, offices=[], checks=[])


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("к" * 201, "one line of at most 200 characters"),
        ("пресса\nещё", "one line"),
        ("a\u200bb", "that can all be seen"),
        ("\x1b[2J", "one line"),
        ("https://user:word@example.invalid/", "holds a key or a login"),
        ("access_token=0123456789abcdef0123", "holds a key or a login"),
        ("пишите: key-of-the-service", "holds a key or a login"),
    ],
)
def test_a_contact_is_a_line_without_secrets(tmp_path: Path, contact: str, told: str) -> None:
    """What looks like a secret, or is one of the settings', is refused and not repeated."""
    with pytest.raises(SettingsError, match=told) as caught:
        load_settings({"AUDITOR_CONTACT": contact, "AUDITOR_VK_TOKEN": "key-of-the-service"}, tmp_path)
    assert contact not in str(caught.value)
    good = "press@example.invalid, 8 (000) 000-00-00"
    assert load_settings({"AUDITOR_CONTACT": good}, tmp_path).contact == good


@pytest.mark.parametrize(("name", "text"), [("statements", STATEMENTS), ("corrections", CORRECTIONS)])
def test_editors_have_a_schema_of_each_file(tmp_path: Path, name: str, text: str) -> None:
    """It takes what the loader takes, explains every key, and refuses an unknown one."""
    schema = json.loads(remarks_schemas()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    data = parse_source(text, "x.yaml", Reader())
    jsonschema.Draft202012Validator(schema).validate(data)
    for model in (schema, *schema["$defs"].values()):
        assert all(key.get("description") for key in model["properties"].values())
    data[name][0]["said"] = 1
    assert not jsonschema.Draft202012Validator(schema).is_valid(data)


def test_registry_check_reads_both_files_and_counts_them(tmp_path: Path) -> None:
    """A mistake in one of them is a line and exit 2, before anything is looked at."""
    written(tmp_path, "officials.yaml", HEAD + "offices:\n" + OFFICE.format(n=1))
    assert "Заявлений должностных лиц: 0, исправлений: 0." in auditor("registry", "check", cwd=tmp_path).out
    written(tmp_path, "statements.yaml", STATEMENTS)
    written(tmp_path, "corrections.yaml", CORRECTIONS)
    done = auditor("registry", "check", cwd=tmp_path)
    assert (done.code, "Заявлений должностных лиц: 1, исправлений: 2." in done.out) == (0, True)
    written(tmp_path, "other.yaml", STATEMENTS.replace("rayon-1", "rayon-9"))
    broken = auditor("weekly", cwd=tmp_path, env={"AUDITOR_STATEMENTS": "other.yaml"})
    assert (broken.code, broken.out) == (2, "")
    assert broken.err == "other.yaml:2: there is no office 'rayon-9'; did you mean 'rayon-1'?\n"
