"""Forty mistakes of people: each gives one line that says where it is and what to do, and nothing is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.typed import typed
from tests.registry.registry_texts import SMALLEST

CONTACT = 'contact = "press@example.invalid"\n'
STATEMENTS = "statements:\n  - {office: first, week: 2026-W40, on: 2026-10-06, text: Текст, who: п, source: с}\n"
UTF8 = "сохраните файл в кодировке UTF-8"
QUOTES = 'в кавычках из Word; возьмите его в прямые: key = "value"'
MERGE = "метка слияния из git; оставьте один из двух вариантов и удалите метки"
WRITE_SO = 'напишите так: key = "value"'

SETTINGS: dict[str, tuple[str | bytes, str]] = {
    "German quotes of Word": ("contact = „press@example.invalid“\n", f"auditor.toml:1: значение стоит {QUOTES}"),
    "Russian quotes of Word": (f"{CONTACT}data = «data»\n", f"auditor.toml:2: значение стоит {QUOTES}"),
    "English quotes of Word": ("contact = “press@example.invalid”\n", f"auditor.toml:1: значение стоит {QUOTES}"),
    "a misspelt key": (f'{CONTACT}vk_proxi = "x"\n', "auditor.toml: настройки 'vk_proxi' нет; есть: vk_proxy"),
    "an unknown key": (f'{CONTACT}boss = "x"\n', "auditor.toml: настройки 'boss' нет; есть: archive_key, as_of"),
    "a key twice": (CONTACT * 2, "auditor.toml:2: ключ стоит дважды; удалите одну из двух строк"),
    "no quotes": ("contact = press@example.invalid\n", f"auditor.toml:1: текст стоит без кавычек; {WRITE_SO}"),
    "open quotes": ('contact = "press@example.invalid\n', "auditor.toml:1: кавычки не закрыты; закройте их"),
    "no value": (f"{CONTACT}data =\n", "auditor.toml:2: у ключа нет значения; впишите его или удалите строку"),
    "no sign": (f"{CONTACT}data data\n", f"auditor.toml:2: нет знака =; {WRITE_SO}"),
    "a colon": ("contact: press@example.invalid\n", f"auditor.toml:1: вместо знака = стоит двоеточие; {WRITE_SO}"),
    "a folder of Windows": (
        'data = "C:\\Users\\data"\n',
        "auditor.toml:1: в значении обратная косая черта; поставьте вместо неё /",
    ),
    "a merge": (f"<<<<<<< HEAD\n{CONTACT}", f"auditor.toml:1: здесь {MERGE}"),
    "no number": ('vk_rps = "много"\n', "auditor.toml: vk_rps: 'много' — не число"),
    "a table": ('[contact]\na = "b"\n', "auditor.toml: contact — список или таблица; напишите одно значение"),
    "no such day": ('as_of = "31.02.2026"\n', "auditor.toml: as_of: время '31.02.2026' непонятно; напишите как 2026-"),
    "Windows-1251": ('# почта\ncontact = "x"\n'.encode("cp1251"), f"auditor.toml:1: текст не в UTF-8; {UTF8}"),
    "UTF-16": (CONTACT.encode("utf-16"), f"auditor.toml:1: текст не в UTF-8; {UTF8}"),
}
TITLE, SINCE, URL, ITEM = "    title: глава", "since: 2021-12", "t.me/first_head", "  - id: first"
REGISTRY: dict[str, tuple[str, str, str]] = {
    "a tab": (TITLE, "\ttitle: глава", "12: отступ этой строки — табуляция; поставьте вместо неё пробелы"),
    "no colon": (TITLE, "    title глава", "12: после ключа нет двоеточия; наберите двоеточие и пробел"),
    "a lone dash": (ITEM, f"  -\n{ITEM}", "10: offices, пункт 1: пусто; впишите значение"),
    "a colon in a value": (
        "issuer: ",
        "issuer: Врио: ",
        "4: отсюда строки не читаются; возьмите значение с двоеточием",
    ),
    "an indentation": (TITLE, "   title: глава", "12: отсюда строки не читаются; проверьте здесь отступы"),
    "a key twice": (TITLE, f"    municipality: Второй\n{TITLE}", "12: ключ 'municipality' стоит дважды, впервые"),
    "a merge": (ITEM, f"<<<<<<< HEAD\n{ITEM}", f"10: здесь {MERGE}"),
    "Word's dash": (ITEM, "  — id: first", "10: пункт списка начинается с длинного тире или маркера из Word; наберите"),
    "no tenures": ("    tenures:\n", "", "14: у списка, который здесь начинается, нет ключа; допишите над ним"),
    "a misspelt key": ("since:", "sinse:", "16: ключ 'sinse' неизвестен (tenures, пункт 1); возможно, 'since'?"),
    "a Russian date": (SINCE, "since: 01.02.2026", "16: since: '01.02.2026' — не дата; напишите 2021, 2021-12 или"),
    "no such month": (SINCE, "since: 2026-13-01", "16: since: '2026-13-01': такого дня нет в календаре"),
    "no such day": (SINCE, "since: 2026-02-31", "16: since: '2026-02-31': такого дня нет в календаре"),
    "a blank in a name": (URL, "t.me/first head", "19: url: 't.me/first head': такого имени в Telegram быть не может"),
    "Cyrillic in a name": (URL, "t.me/first_heаd", "такого имени в Telegram быть не может; в нём от 3 до 32 латинских"),
    "a mailbox": (URL, "a@example.org", "19: url: 'a@example.org': это не адрес страницы; напишите, например: https"),
    "another site": (URL, "example.org/head", "19: url: 'example.org/head': такая сеть не проверяется, только VK, Te"),
    "no blank": (TITLE, "    title:глава", "12: после двоеточия нет пробела; поставьте пробел"),
    "open quotes": (TITLE, '    title: "глава', "12: отсюда строки не читаются; закройте скобку или кавычки"),
    "a hard blank": (TITLE, "\u00a0\u00a0\u00a0\u00a0title: глава", "12: в отступе этой строки неразрывный пробел из"),
    "a group in Russian": (
        "group: municipal_head",
        "group: глава",
        "13: group не может быть 'глава'; напишите одно из",
    ),
    "a kind in Russian": ("kind: personal", "kind: личная", "19: kind не может быть 'личная'; напишите одно из"),
    "no source": (
        "        sources: [https://example.org/1]\n",
        "",
        "15: у записи о сроке в должности нет источника; доб",
    ),
    "a zone in Russian": ("Asia/Tomsk", "Томск", "1: timezone: часовой пояс 'Томск' неизвестен; напишите как Asia"),
}
BYTES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "officials.yaml:1: файл пуст; начните с примера"),
    "Windows-1251": (SMALLEST.encode("cp1251"), f"officials.yaml:3: текст не в UTF-8; {UTF8}"),
    "UTF-16": (SMALLEST.encode("utf-16"), f"officials.yaml:1: текст не в UTF-8; {UTF8}"),
    "a document of Word": (b"PK\x03\x04\x14\x00", "officials.yaml:1: здесь знак, недопустимый в YAML; уберите его"),
}
COMMANDS = {
    "weekly --week 2026-48": "неделя '2026-48' непонятна; напишите как 2026-W47",
    "report --as-of вчера": "время 'вчера' непонятно; напишите как 2026-11-24T12:00+07:00",
    "check Пятый": "нет ни должности, ни муниципалитета, ни города, ни главы с именем 'Пятый'; все они — в реестре",
    "registry fill answers.xlsx": "answers.xlsx: не читается как таблица (такого файла нет); проверьте файл",
    "letter": "назовите",
    "accounts undo first vk.com/x --why x": "нет такого: --why",
}


def carry_out(place: Path, *words: str, **files: str | bytes) -> Iterator[str]:
    """Yield the lines that a command prints of its mistake; nothing in the folder is changed by it."""
    contents = {"auditor.toml": CONTACT, "officials.yaml": SMALLEST, **files}
    before = {name: text if isinstance(text, bytes) else text.encode() for name, text in contents.items()}
    for name, content in before.items():
        (place / name).write_bytes(content)
    done = typed(*words, "--lang", "ru", cwd=place, env={"AUDITOR_HOME": "", "AUDITOR_CONTACT": ""})
    assert (done.code, "Traceback" in done.err) == (2, False), done.err
    assert {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()} == before
    yield from done.err.splitlines()


@pytest.mark.parametrize(("text", "line"), SETTINGS.values(), ids=SETTINGS)
def test_a_mistake_in_the_settings(tmp_path: Path, text: str | bytes, line: str) -> None:
    """Word's quotes, keys, signs, values and encodings."""
    (printed,) = carry_out(tmp_path, "registry", "check", **{"auditor.toml": text})
    assert line in printed


@pytest.mark.parametrize(("old", "new", "line"), REGISTRY.values(), ids=REGISTRY)
def test_a_mistake_in_the_registry(tmp_path: Path, old: str, new: str, line: str) -> None:
    """Signs, indentations, dates, addresses and words that nobody has to know."""
    assert old in SMALLEST
    (printed,) = carry_out(tmp_path, "registry", "check", **{"officials.yaml": SMALLEST.replace(old, new, 1)})
    assert printed.startswith("officials.yaml:")
    assert line in printed


@pytest.mark.parametrize(("content", "line"), BYTES.values(), ids=BYTES)
def test_a_registry_that_is_no_text(tmp_path: Path, content: bytes, line: str) -> None:
    """An encoding of Windows, another program's file, nothing at all."""
    (printed,) = carry_out(tmp_path, "registry", "check", **{"officials.yaml": content})
    assert printed.startswith(line)


@pytest.mark.parametrize(("words", "line"), COMMANDS.items(), ids=COMMANDS)
def test_a_mistake_in_a_command(tmp_path: Path, words: str, line: str) -> None:
    """A week, a moment, a name, a file, nothing, a word that the command does not have."""
    (printed,) = carry_out(tmp_path, *words.split())
    assert line in printed


def test_a_mistake_in_the_statements(tmp_path: Path) -> None:
    """An office that is not in the registry."""
    (printed,) = carry_out(tmp_path, "registry", "check", **{"statements.yaml": STATEMENTS.replace("first", "frist")})
    assert printed.startswith("statements.yaml:2: ")
    assert "frist" in printed


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_that_nobody_set_up(tmp_path: Path, name: str) -> None:
    """AUDITOR_HOME without an auditor.toml gave another registry, silently."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "here").mkdir()
    env = {"AUDITOR_HOME": str(tmp_path / (name or "empty"))}
    done = typed("registry", "check", "--lang", "ru", cwd=tmp_path / "here", env=env)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert ("не папка; исправьте" if name else "нет auditor.toml; назовите папку") in done.err


def test_what_an_editor_of_windows_saves_is_read(tmp_path: Path) -> None:
    """A byte order mark and the line ends of Windows are no mistake."""
    for name, text in (("auditor.toml", CONTACT), ("officials.yaml", SMALLEST)):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert typed("registry", "check", "--lang", "ru", cwd=tmp_path).code == 0
