"""A third language needs a catalogue and no code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.base import i18n
from auditor.base.i18n import Translator, choose_language, languages
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.pages import card, pages
from tools.messages import CATALOGUE, Key, compile_catalogue, entries, renewed, write

TRANSLATED = {
    Key("D MMM YYYY", "a day"): "D de MMM de YYYY",
    Key("MMM YYYY", "a month"): "MM/YYYY",
    Key("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "MMM of a day"): (
        "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."
    ),
    Key("1,234.5", "a number"): "1.234,5",
    Key(("{n} day", "{n} days")): ("{n} dia", "{n} dias"),
    Key("met"): "cumprido",
    Key("not met"): "não cumprido",
    Key("All weeks"): "Todas as semanas",
    Key("Nothing is asked of the holder."): "Nada a fazer.",
    Key("subscribers: %(n)s"): "seguidores: %(n)s",
}


@pytest.fixture
def portuguese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What `python tools/messages.py pt` begins, with a few sentences translated; the program finds it at its place."""
    path = tmp_path / "pt.po"
    messages = {key: {name for name, _ in message.locations} for key, message in entries(CATALOGUE).items()}
    catalogue = renewed(path, messages)
    for key, string in TRANSLATED.items():
        message = catalogue.get(key.id, key.context)
        assert message is not None, key
        message.string = string
    write(path, catalogue)
    compile_catalogue(path)
    monkeypatch.setattr(i18n, "_LOCALES", tmp_path)
    return path


def test_a_third_language_needs_a_catalogue_and_no_code(portuguese: Path) -> None:
    """Pages and card are written in it, with its dates, numbers and forms; English stands for what it leaves out."""
    assert (languages(), choose_language("pt", {})) == (("en", "pt"), "pt")
    translator = Translator("pt", TOMSK)
    audit = sample_audit("pt")
    home, office = (pages(audit, translator)[f"{audit.week}/{name}"] for name in ("index.html", "o/rayon-18.html"))
    text = card(audit, translator)
    assert '<html lang="pt">' in home
    assert "Todas as semanas" in home
    for written in (office, text):
        assert "2 de nov. de 2017" in written.replace("\N{NO-BREAK SPACE}", " ")
        assert "seguidores: 8.727" in written
        assert "Nada a fazer." in written
    assert "✓ cumprido" in text
    assert "What changes the practice" in text
    assert [translator.count("{n} day", "{n} days", n) for n in (1, 2)] == ["1 dia", "2 dias"]
    assert translator.value("2021-12") == "12/2021"


def test_a_begun_catalogue_has_what_its_translator_needs(portuguese: Path) -> None:
    """References, and the comments that are written in the Russian one."""
    begun = entries(portuguese)
    assert all(message.locations for message in begun.values())
    assert begun[Key("answers")].auto_comments == ["Unit of a number: answers to questions. A noun."]
