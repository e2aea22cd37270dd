"""Mistakes in a registry: all at once, each at its line, each with a way to mend it; and never a traceback."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.errors import RegistryError, UsageError
from auditor.registry import Registry, load_registry
from auditor.registry.policy import DEFAULT_POLICY

SMALLEST = """\
timezone: Asia/Tomsk
directive:
  title: Поручение
  issuer: Имярек А. А.
  issued: 2022-05-25
  deadline: 2022-06-01
  binds: municipal_head
  source: https://example.org/directive
offices:
  - id: first
    municipality: Первый район
    title: глава Первого района
    group: municipal_head
    tenures:
      - name: Имярек Анна Андреевна
        since: 2021-12
        sources: [https://example.org/1]
        accounts:
          - {url: t.me/first_head, kind: personal}
"""

Load = Callable[[str], Registry]
Lines = Callable[[str], list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a text to a file and load it."""

    def write_and_load(text: str) -> Registry:
        path = tmp_path / "officials.yaml"
        path.write_text(text, encoding="utf-8")
        return load_registry(path)

    return write_and_load


def mistakes_of(load: Load, text: str) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        load(text)
    told = str(caught.value).splitlines()
    assert len(told) == len(caught.value.problems)
    return [line[line.index("officials.yaml:") + len("officials.yaml:") :] for line in told]


@pytest.fixture
def mistakes(load: Load) -> Lines:
    """Load a text that has mistakes and return the lines that tell of them, without the folder."""
    return lambda text: mistakes_of(load, text)


def test_one_office_with_one_account_is_a_registry(load: Load) -> None:
    """Expectations, policy and controls may be left out; the policy is then the packaged one."""
    registry = load(SMALLEST)
    (office,) = registry.offices
    assert str(office.tenures[0].accounts[0].url) == "https://t.me/first_head"
    assert not office.tenures[0].accounts[0].judged
    assert registry.policy == DEFAULT_POLICY
    assert (registry.expects, registry.controls) == ({}, [])


TEN_MISTAKES = """\
timezone: Asia/Tomks
expects: {municipal_head: 3}
directive:
  title: Поручение
  issuer: Имярек А. А.
  issued: 25.05.2022
  deadline: 2022-06-01
  binds: municipal_head
  source: https://example.org/directive
policy:
  post_per_week: {value: 3}
offices:
  - id: first
    municipality: Первый район
    title: глава Первого района
    group: municipal_head
    tenures:
      - name: Имярек Анна Андреевна
        since: 2020-01-10
        until: 2023-05-01
        accounts:
          - {url: t.me/first_head, kind: personal}
        sources: [https://example.org/1]
      - name: Никтоев Борис
        since: 2022-02-30
        sources: [https://example.org/1]
        accounts:
          - {url: https://t.me/s/FIRST_HEAD, kind: personal}
          - {url: https://rutube.ru/somebody, kind: personal}
  - id: First
    municipality: Второй район
    group: municipal_head
    tenure:
      - name: Ктотов Иван
"""


TEN_LINES = """\
1: timezone: the time zone 'Asia/Tomks' is not known; write it like Asia/Tomsk
2: 3 offices of the group municipal_head are expected, 2 are listed; add or remove offices, or mend the number
6: issued: '25.05.2022' is not a day; write it whole, like 2022-05-25
11: the policy has no key 'post_per_week'; did you mean 'posts_per_week'?
25: since: '2022-02-30' is not a day of the calendar; write the year, the month or the day, like 2021-12-05
28: https://t.me/first_head of Никтоев Борис is also on line 22, as that of Имярек Анна Андреевна; leave it with \
the one it belongs to
29: url: 'https://rutube.ru/somebody' is not on VK or Telegram; write https://vk.com/NAME or https://t.me/NAME
30: id First stands twice, first on line 13; give each its own
30: title is missing in item 2 of offices; add title: here
33: the key 'tenure' is not known in item 2 of offices; did you mean 'tenures'?
""".splitlines()


def test_ten_mistakes_give_ten_lines(mistakes: Lines) -> None:
    """Form and meaning together: one wrong value does not hide another."""
    assert mistakes(TEN_MISTAKES) == TEN_LINES


def test_the_error_is_a_usage_error_and_names_the_file(tmp_path: Path) -> None:
    """Commands end with 2; editors jump to file:line."""
    path = tmp_path / "officials.yaml"
    path.write_text("timezone: Asia/Tomsk\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_registry(path)
    assert caught.value.exit_code == 2
    assert str(caught.value).splitlines() == [
        f"{path}:1: directive is missing; add directive: here",
        f"{path}:1: there is no office; list at least one under offices",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: the file is empty; begin with"),
        ("# a remark alone\n", "1: the file is empty; begin with"),
        ("- a\n- b\n", "1: the file does not hold keys; begin with timezone:"),
        ("just words\n", "1: the file does not hold keys; begin with timezone:"),
        ("a: 1\nb: [1, 2\n", "2: this is not YAML: did not find expected ',' or ']'; close the bracket"),
        (
            "a: 1\nb: c: d\n",
            "2: this is not YAML: mapping values are not allowed in this context; put a value",
        ),
        (
            "a: 1\nurl: @name\n",
            "2: this is not YAML: found character that cannot start any token; put a name with @",
        ),
        (
            "a:\n\t- b\n",
            "2: this is not YAML: found character that cannot start any token; put a name with @",
        ),
        ("a: 1\nb: \x07\n", "2: there is a character that YAML does not allow; remove it"),
        ('a: 1\nb: "\\U99999999"\n', "2: this is not YAML: found invalid Unicode character escape code; check"),
        ("[" * 100_000, "1: this is not YAML: exceeded maximum nesting depth; check the indentation"),
        ("- " * 20_000 + "a", "1: more than 16 levels of nesting; check the indentation"),
    ],
)
def test_a_file_that_is_no_registry_at_all_is_told_in_one_line(mistakes: Lines, text: str, told: str) -> None:
    """With the line to look at."""
    (line,) = mistakes(text)
    assert line.startswith(told)


def test_a_missing_file_a_folder_and_another_encoding_are_told_in_one_line(tmp_path: Path) -> None:
    """Each with what to do."""
    (tmp_path / "cp1251.yaml").write_bytes("timezone: Asia/Tomsk\nnote: Первый\n".encode("cp1251"))
    (tmp_path / "large.yaml").write_bytes(b"# \n" * 3_000_000)
    for name, told in [
        ("absent.yaml", ":1: there is no such file; check the path"),
        ("cp1251.yaml", ":2: the text is not UTF-8; save the file in the encoding UTF-8"),
        ("large.yaml", ":1: the file is larger than 8,000,000 bytes"),
        (".", ":1: this is no file that can be read; check the path"),
        ("with\x00nul", ":1: the file cannot be read (not a path); check the path"),
    ]:
        with pytest.raises(RegistryError) as caught:
            load_registry(tmp_path / name)
        assert told in str(caught.value)
        assert "\n" not in str(caught.value)


def test_tabs_before_a_value_and_a_remark_are_read(load: Load) -> None:
    """YAML allows them there; in the indentation they are a mistake."""
    assert load(SMALLEST.replace("id: first", "id:\tfirst\t# d")).offices[0].id == "first"


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Windows editors write one."""
    path = tmp_path / "officials.yaml"
    path.write_text(SMALLEST, encoding="utf-8-sig")
    assert load_registry(str(path)).timezone == "Asia/Tomsk"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "id: first",
            "id: first\n    id: second",
            "11: the key 'id' stands twice, first on line 10; keep one of the two",
        ),
        ("since: 2021-12", "since: &start 2021-12", "16: an anchor &start is used; remove it"),
        ("since: 2021-12", "since: *start", "16: an alias *start is used; write the value out in its place"),
        ("since: 2021-12", "since: !!str 2021-12", "16: a tag tag:yaml.org,2002:str is used; remove it"),
        ("id: first", "? [a, b]\n    : 1\n    id: first", "10: a key is not plain text; write it as key: value"),
        ("since: 2021-12", "since: 12/2021", "16: since: '12/2021' is not a date like 2021, 2021-12 or 2021-12-05; "),
        ("since: 2021-12", "since: 202", "16: since: '202' is not a date like 2021, 2021-12 or 2021-12-05; "),
        ("since: 2021-12", "since: 1021", "16: since: the year 1021 is not between 1900 and 2100; check it"),
        ("since: 2021-12", "since: true", "16: since: this is not a date; write 2021, 2021-12 or 2021-12-05"),
        ("since: 2021-12", "since: [2021]", "16: since: this is not a date; write 2021, 2021-12 or 2021-12-05"),
        ("since: 2021-12", "person: anna", "16: the key 'person' is not known in item 1 of tenures; known here are"),
        ("since: 2021-12", "title: врио", "16: the key 'title' is not known in item 1 of tenures; "),
        ("kind: personal", "kind: personal, sources: [x]", "19: the key 'sources' is not known in item 1 of accounts"),
        ("kind: personal", "kind: personal, network: ok", "19: the key 'network' is not known in item 1 of accounts"),
        ("id: first", "id: first\n    timezone: Asia/Omsk", "11: the key 'timezone' is not known in item 1 of offices"),
        (
            "since: 2021-12",
            "sinse: 2021-12",
            "16: the key 'sinse' is not known in item 1 of tenures; did you mean 'since'?",
        ),
        ("since: 2021-12", "acting: maybe", "16: acting cannot be 'maybe'; write true or false"),
        (
            "since: 2021-12",
            "zzz: 1",
            "16: the key 'zzz' is not known in item 1 of tenures; known here are: name, since, until",
        ),
        ("name: Имярек Анна Андреевна", "name: 7", "15: name cannot be 7; put it in quotes: '7'"),
        ("name: Имярек Анна Андреевна", "name: [a]", "15: name cannot be a list; write text"),
        ("name: Имярек Анна Андреевна", "name:", "15: name is empty; write its value"),
        ("name: Имярек Анна Андреевна", "name: ' '", "15: name: this is blank; write it out"),
        (
            "group: municipal_head",
            "group: municipal_heads",
            "13: group cannot be 'municipal_heads'; did you mean 'municip",
        ),
        (
            "group: municipal_head",
            "group: xyz",
            "13: group cannot be 'xyz'; write one of municipal_head, city_duma, gov",
        ),
        (
            "id: first",
            "id: Первый",
            "10: id: 'Первый' is not of at most 64 Latin letters, digits and - _ .; write it",
        ),
        ("kind: personal", "kind: private", "19: kind cannot be 'private'; write one of personal, institution"),
        ("kind: personal", "kind: personal, id: x", "19: id cannot be 'x'; write a whole number"),
        (
            "kind: personal",
            "kind: personal, staff: [[1]]",
            "19: item 1 of staff cannot be a list; write a whole number",
        ),
        (
            "kind: personal",
            "kind: personal, staff: [Имярек Анна]",
            "19: item 1 of staff: 'Имярек Анна' is no account; write its",
        ),
        (
            "kind: personal",
            "kind: personal, staff: [true]",
            "19: item 1 of staff: this is no account; write its number or its",
        ),
        (
            "kind: personal",
            "kind: personal, staff: [vk.com/wall-1_2]",
            "19: item 1 of staff: 'vk.com/wall-1_2' is not a page of",
        ),
        ("kind: personal", "kind: personal, confirmed: yes", "19: confirmed cannot be 'yes'; write keys under it"),
        ("kind: personal", "kind: personal, confirmed: {on: 2026}", "19: how is missing in confirmed; add how: here"),
        (
            "t.me/first_head",
            "t.me/share/url",
            "19: url: 't.me/share/url' is not an address of a channel; open the channel",
        ),
        (
            "[https://example.org/1]",
            "https://example.org/1",
            "17: sources cannot be 'https://example.org/1'; write a list",
        ),
        ("[https://example.org/1]", "[2021]", "17: item 1 of sources cannot be 2021; put it in quotes: '2021'"),
        (
            "deadline: 2022-06-01",
            "deadline: in June",
            "6: deadline: 'in June' is not a day or a time; write it like",
        ),
        ("deadline: 2022-06-01", "deadline:", "6: deadline is empty; write its value"),
        ("deadline: 2022-06-01", "deadline: 0001-01-01", "6: deadline: '0001-01-01' is not a day or a time; write"),
        ("issued: 2022-05-25", "issued: 2022-05", "5: issued: '2022-05' is not a day; write it whole, like 2022-05-25"),
        ("issued: 2022-05-25", "issued: 86400", "5: issued: 86400 is not a day; write it whole, like 2022-05-25"),
        ("binds: municipal_head", "binds: heads", "7: binds cannot be 'heads'; write one of municipal_head, city_duma"),
        (
            "timezone: Asia/Tomsk",
            "timezone: ../etc",
            "1: timezone: the time zone '../etc' is not known; write it like Asia/Tomsk",
        ),
        ("timezone: Asia/Tomsk", "timezone: 7", "1: timezone cannot be 7; put it in quotes: '7'"),
        ("offices:", "policy: 3\noffices:", "9: policy cannot be 3; write keys under it, each with its value"),
        (
            "offices:",
            "expects: {heads: 1}\noffices:",
            "9: heads cannot be 'heads'; write one of municipal_head, city_duma",
        ),
        (
            "offices:",
            "controls: [{url: t.me/telegram}]\noffices:",
            "9: exists is missing in item 1 of controls; add exists: here",
        ),
        (
            "offices:",
            "controls: [{url: example.org/x, exists: no}]\noffices:",
            "9: url: 'example.org/x' is not on VK or",
        ),
    ],
)
def test_one_mistake_gives_one_line(mistakes: Lines, old: str, new: str, told: str) -> None:
    """At the key or item that it is about, in words that say how to mend it."""
    assert SMALLEST.count(old) >= 1
    lines = mistakes(SMALLEST.replace(old, new, 1) if old != "group: municipal_head" else SMALLEST.replace(old, new))
    assert [line for line in lines if line.startswith(told)], lines
    assert len(lines) == (2 if "{on: 2026}" in new else 1), lines


def test_a_list_without_offices_is_told(mistakes: Lines) -> None:
    """An audit of nobody is not meant."""
    head = SMALLEST[: SMALLEST.index("offices:")]
    assert mistakes(head + "offices: []\n") == ["9: there is no office; list at least one under offices"]


def test_a_second_document_is_told(mistakes: Lines) -> None:
    """Its offices would silently be left out."""
    (line,) = mistakes(SMALLEST + "---\noffices: []\n")
    assert line.startswith("20: a second document begins here; keep one document")


@pytest.mark.parametrize("word", ["no", "on", "1:30", "y", "0o17", "1_000"])
def test_plain_words_stay_what_they_are(load: Load, word: str) -> None:
    """YAML 1.1 would make them a truth, ninety minutes, a number."""
    assert load(SMALLEST.replace("municipality: Первый район", f"municipality: {word}")).offices[0].municipality == word
    (told,) = mistakes_of(load, SMALLEST.replace("since: 2021-12", f"{word}: 2021-12"))
    assert f"the key {word!r} is not known" in told


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("since", ["2021", "2021-12", "2021-12-05"])
def test_dates_read_quoted_and_not(load: Load, quote: str, since: str) -> None:
    """A bare year is a number to YAML and a bare day a date; both are partial dates here."""
    registry = load(SMALLEST.replace("since: 2021-12", f"since: {quote}{since}{quote}"))
    assert str(registry.offices[0].tenures[0].since) == since


@pytest.mark.parametrize("quote", ["", "'"])
@pytest.mark.parametrize(
    "deadline",
    ["2022-06-01", "2022-06-01T00:00", "2022-06-01 00:00:00", "2022-06-01T00:00+07:00", "2022-05-31T17:00Z"],
)
def test_a_deadline_is_a_day_a_local_time_or_one_with_an_offset(load: Load, deadline: str, quote: str) -> None:
    """Loaded, it always is the same moment, in UTC."""
    registry = load(SMALLEST.replace("deadline: 2022-06-01", f"deadline: {quote}{deadline}{quote}"))
    assert registry.directive.deadline == datetime(2022, 5, 31, 17, tzinfo=UTC)
    assert registry.directive.deadline.utcoffset() is not None


def test_days_read_quoted_and_not(load: Load) -> None:
    """The day of a confirmation too."""
    for day in ("2026-11-24", "'2026-11-24'"):
        confirmed = f"kind: personal, confirmed: {{on: {day}, how: по странице}}"
        account = load(SMALLEST.replace("kind: personal", confirmed)).offices[0].tenures[0].accounts[0]
        assert account.confirmed is not None
        assert account.confirmed.on == date(2026, 11, 24)
        assert account.judged


def test_a_key_with_nothing_after_it_is_left_out(load: Load) -> None:
    """`accounts:` with no items under it is an empty list, `until:` no date."""
    registry = load(SMALLEST + "    vacancies:\n    accounts:\n").offices[0]
    assert (registry.vacancies, registry.accounts) == ([], [])
    nothing = "        until:\n        acting: null\n        accounts:\n"
    assert load(SMALLEST.replace("        accounts:\n", nothing)).offices[0].tenures[0].until is None


def test_a_report_may_name_no_network_and_no_date(load: Load) -> None:
    """What the source does not say stays open."""
    reports = "        reports: [{network: null, opened_by: null, source: 'https://example.org/2'}]\n"
    (report,) = load(SMALLEST + reports).offices[0].tenures[0].reports
    assert (report.network, report.opened_by, report.opened_on) == (None, None, None)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("deadline_grace_days", ["0", "1"], ["-1", "1.5", "true", "x"]),
        ("posts_per_week", ["0", "3"], ["-1", "2.5", "false"]),
        ("silence_days", ["1", "7"], ["0", "[7]", "[7, 14]", "true"]),
        ("reply_within_hours", ["0.5", "24"], ["0", "-1", "true"]),
        ("least_questions", ["1", "5"], ["0", "1.5", "true"]),
        ("comments_open", ["true", "false"], ["1", "0"]),
        ("register_link_subscribers", ["0", "10000"], ["-1"]),
        ("helper_people", ["1", "3"], ["0", "1.5", "true"]),
        ("moved_days", ["0", "30"], ["-1", "true"]),
        ("confirmation_valid_days", ["1", "365"], ["0"]),
    ],
)
def test_a_value_of_the_policy_is_taken_up_to_its_bounds(
    load: Load, mistakes: Lines, key: str, good: list[str], bad: list[str]
) -> None:
    """The nearest values that are allowed, and the nearest that are not."""
    entry = f"policy:\n  {key}: {{value: %s, basis: convention, source: решение}}\noffices:"
    for value in good:
        assert load(SMALLEST.replace("offices:", entry % value)).policy[key].value == json.loads(value)
    for value in bad:
        (line,) = mistakes(SMALLEST.replace("offices:", entry % value))
        assert f"{key} cannot be" in line


def test_a_part_of_a_policy_key_is_enough(load: Load) -> None:
    """Its basis and source are then those of the packaged default."""
    policy = "policy:\n  posts_per_week: {value: 4}\n  silence_days: {value: 10, basis: norm, source: закон}\noffices:"
    registry = load(SMALLEST.replace("offices:", policy))
    assert registry.policy["posts_per_week"].value == 4
    assert registry.policy["posts_per_week"].source == DEFAULT_POLICY["posts_per_week"].source
    assert registry.policy["silence_days"].value == 10
    assert registry.policy["silence_days"].source == "закон"
    assert registry.policy["comments_open"] == DEFAULT_POLICY["comments_open"]
    assert DEFAULT_POLICY["posts_per_week"].value == 3


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("posts_per_week: {value: three}", "10: posts_per_week cannot be 'three'; write a whole number of posts"),
        ("posts_per_week: {value: -1}", "10: posts_per_week cannot be -1; write a whole number of posts, 0 or more"),
        ("posts_per_week: {value: true}", "10: posts_per_week cannot be True; write a whole number of posts"),
        ("posts_per_week: {value: }", "10: posts_per_week cannot be None; write a whole number of posts"),
        ("posts_per_week: 3", "10: posts_per_week must hold keys, not a value alone; write posts_per_week: {value: …}"),
        ("comments_open: {value: 1}", "10: comments_open cannot be 1; write true or false"),
        ("silence_days: {value: [7, 14]}", "10: silence_days cannot be [7, 14]; write a whole number of days"),
        ("one_network_suffices: {value: true}", "10: the policy has no key 'one_network_suffices'; known are: "),
        ("reply_within_hours: {value: 0}", "10: reply_within_hours cannot be 0; write a number of hours above 0"),
        ("posts_per_week: {basis: law}", "10: basis cannot be 'law'; write one of norm, analogue, convention"),
        ("posts_per_week: {sorce: x}", "10: the key 'sorce' is not known in posts_per_week; did you mean 'source'?"),
        ("xyzzy: {value: 1}", "10: the policy has no key 'xyzzy'; known are: deadline_grace_days, newcomer_days"),
    ],
)
def test_a_wrong_policy_is_told(mistakes: Lines, entry: str, told: str) -> None:
    """Each key has its own kind of value."""
    (line,) = mistakes(SMALLEST.replace("offices:", f"policy:\n  {entry}\noffices:"))
    assert line.startswith(told)


@pytest.mark.parametrize(
    "pasted", ["https://t.me/First_Head", "t.me/s/first_head/", "'@first_head'", "telegram.me/first_head/12?single"]
)
def test_an_account_reads_in_each_pasted_form(load: Load, pasted: str) -> None:
    """And is stored in one."""
    registry = load(SMALLEST.replace("t.me/first_head", pasted))
    assert registry.offices[0].tenures[0].accounts[0].url == Address.parse("@first_head")


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("12", 12),
        ("'12'", "12"),
        ("-7", -7),
        ("helper", "helper"),
        ("'@helper'", "helper"),
        ("https://vk.com/Helper", "helper"),
        ("https://vk.ru/id12", "id12"),
        ("t.me/helper", "helper"),
    ],
)
def test_staff_read_in_each_pasted_form(load: Load, pasted: str, read: int | str) -> None:
    """A form that is read as somebody else's would turn the owner's answers into a citizen's words."""
    registry = load(SMALLEST.replace("kind: personal", f"kind: personal, staff: [{pasted}]"))
    assert registry.offices[0].tenures[0].accounts[0].staff == [read]


def test_a_phone_number_in_an_address_is_not_repeated(mistakes: Lines) -> None:
    """An error message may end in a log."""
    (line,) = mistakes(SMALLEST.replace("t.me/first_head", "t.me/+70001234567"))
    assert "phone number" in line
    assert "7000" not in line


LINES = SMALLEST.splitlines(keepends=True)
JUNK = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["- ", "{", "}", "[", ": ", "? ", "&a ", "*a", "!!int x", "'", '"', "|", ">", "%", "---", "\t", "<<"]
    ),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(SMALLEST)), length=st.integers(0, 60), junk=JUNK)
def test_a_damaged_file_is_loaded_or_told_of_and_nothing_else(
    tmp_path: Path, place: int, length: int, junk: str
) -> None:
    """Whatever is cut out and put in, the only error is a list of one-line problems with lines of the file."""
    path = tmp_path / "officials.yaml"
    text = SMALLEST[:place] + junk + SMALLEST[place + length :]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_registry(path)
    except RegistryError as error:
        for problem in error.problems:
            assert str(problem).isprintable()
            assert 1 <= problem.line <= text.count("\n") + 2
            assert problem.what
            assert problem.mend


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from([line.strip(" -\n").split(":")[0] for line in LINES if ":" in line and "{" not in line]),
    value=st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({})
    ),
)
def test_a_value_of_any_kind_at_any_key_is_loaded_or_told_of(tmp_path: Path, key: str, value: object) -> None:
    """No kind of value at any key is met by an error of another sort."""
    path = tmp_path / "officials.yaml"
    spelled = {None: "", True: "true", False: "false"}.get(value, repr(value)) if value.__hash__ else repr(value)
    damaged = [f"{line[: line.index(key)]}{key}: {spelled}\n" if f"{key}:" in line else line for line in LINES]
    path.write_text("".join(damaged), encoding="utf-8", errors="surrogatepass")
    try:
        load_registry(path)
    except RegistryError as error:
        assert all(str(problem).isprintable() for problem in error.problems)  # noqa: PT017 - to load is as right
