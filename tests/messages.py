"""Every sentence of the program that a reader can see, and its translation."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tools.messages import CATALOGUE, Key, extracted

__all__ = ["Key", "extracted", "translations"]


def translations() -> Iterator[tuple[Path, Message]]:
    """Every entry of the catalogue, with its file."""
    with CATALOGUE.open("rb") as stream:
        catalog = read_po(stream, locale="ru", abort_invalid=True)
    yield from ((CATALOGUE, message) for message in catalog if message.id)
    yield from ((CATALOGUE, message) for message in catalog.obsolete.values())
