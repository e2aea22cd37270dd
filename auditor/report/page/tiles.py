"""The tile map: the twenty municipalities roughly where they lie, or any other offices in a plain grid.

The places were found from centre coordinates and shared borders; 23 neighbours share a side, 13 a corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.audit.document import AuditedOffice
from auditor.base.i18n import Catalogue, short_place
from auditor.base.text import N_

_PLACES = {
    "strezhevoy": (1, 1, N_("STR")),
    "aleksandrovsky": (1, 2, N_("ALE")),
    "kargasoksky": (2, 2, N_("KAR")),
    "parabelsky": (2, 3, N_("PAR")),
    "kolpashevsky": (3, 3, N_("KOL")),
    "verkhneketsky": (4, 3, N_("VER")),
    "kedrovy": (1, 4, N_("KED")),
    "chainsky": (2, 4, N_("CHA")),
    "molchanovsky": (3, 4, N_("MOL")),
    "pervomaysky": (4, 4, N_("PER")),
    "teguldetsky": (5, 4, N_("TEG")),
    "bakcharsky": (2, 5, N_("BAK")),
    "krivosheinsky": (3, 5, N_("KRI")),
    "asinovsky": (4, 5, N_("ASI")),
    "zyryansky": (5, 5, N_("ZYR")),
    "shegarsky": (3, 6, N_("SHE")),
    "tomsky": (4, 6, N_("TmD")),
    "kozhevnikovsky": (3, 7, N_("KOZ")),
    "seversk": (4, 7, N_("SEV")),
    "tomsk-city": (5, 7, N_("TOM")),
}
_URBAN = {"strezhevoy", "kedrovy", "seversk", "tomsk-city"}
_COLUMNS = 5
_ENOUGH = 10
"""Fewer tiles than this make no map."""


@dataclass(frozen=True, slots=True)
class _Tile:
    """One office's place: column and row from 1, its name, and a code where there is no room for the name."""

    id: str
    column: int
    row: int
    name: str
    code: str
    urban: bool
    verdict: str


def tiles(offices: Sequence[AuditedOffice], words: Catalogue) -> tuple[list[_Tile], bool]:
    """Place `offices`, row by row as the eye goes; True when it is the map of the real twenty."""
    real = len(offices) > _ENOUGH and all(o.id in _PLACES for o in offices)
    placed = []
    for n, office in enumerate(offices):
        name = short_place(office.municipality)
        column, row, code = _PLACES[office.id] if real else (n % _COLUMNS + 1, n // _COLUMNS + 1, "")
        shown = words.gettext(code) if real else name
        placed.append(_Tile(office.id, column, row, name, shown, real and office.id in _URBAN, office.verdict))
    return sorted(placed, key=lambda tile: (tile.row, tile.column)), real
