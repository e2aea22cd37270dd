"""Part a tagged sentence into clauses, and decide which of those that begin with a question word ask.

«снег кто убирать будет» has two clauses, «снег» and «кто убирать будет», and the second asks, so the sentence becomes
«снег/Ns , кто/s убирать/I будет/FV ? ». A clause that tells is marked too: «парк/Ns ; где/s гуляют/TV ». The lists are
in words.toml, from `begins` to `asks_first`.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from auditor.language.engine import language

TELLS = "; "
"""What stands before a clause with a question word that tells; before any other stands a comma or a mark."""
_BOUNDARY = re.compile(r"[,;?!] ")


class _Clause(Enum):
    ASKS = "asks"
    TELLS = "tells"
    OTHER = "other"
    """Without a question word, or in a sentence whose own mark says that it asks."""


def parted(sentence: str) -> str:
    """Return a sentence with a comma before each clause: one begins at each question word."""
    return ", ".join(clause for part in sentence.split(", ") for clause in _clauses(part))


def _clauses(part: str) -> Iterator[str]:
    """Yield the clauses of what stands between two commas."""
    start, words = 0, language().words
    for match in language().lists["begins"].finditer(part):
        before, after = part[: match.start()].split(), part[match.end() :].split("/", 1)[0]
        if before and before[-1].split("/")[0] not in words["stuck"] and after not in words["stuck_after"]:
            yield part[start : match.start()]
            start = match.start()
    yield part[start:]


def decided(sentence: str) -> str:
    """Return a parted sentence with a question mark after each clause that asks, and `TELLS` before each that tells."""
    end = sentence[-2:] if sentence.endswith(("? ", "! ")) else ""
    clauses = sentence.removesuffix(end).split(", ")
    kinds = [_kind(clauses, index, marked="? " in sentence) for index in range(len(clauses))]
    text = clauses[0] if kinds[0] is not _Clause.TELLS else TELLS + clauses[0]
    for previous, kind, clause in zip(kinds, kinds[1:], clauses[1:], strict=False):
        mark = "? " if previous is _Clause.ASKS else ""
        text += (mark + TELLS if kind is _Clause.TELLS else mark or ", ") + clause
    return text + ("? " if kinds[-1] is _Clause.ASKS else end)


def _kind(clauses: Sequence[str], index: int, *, marked: bool) -> _Clause:
    """Return what the clause at `index` does; `marked`: whether the sentence has a question mark."""
    lists, clause, first = language().lists, clauses[index], _is_first(clauses, index)
    if marked:  # its first question counts, and those after it only go on
        goes_on = index and lists["begins"].match(clause) and lists["asked"].match(clauses[0])
        return _Clause.TELLS if goes_on else _Clause.OTHER
    if first:
        asks = lists["asks_first"].match(clause) or (index and lists["asks_on"].search(clauses[index - 1]))
        kind = _Clause.ASKS if asks else _Clause.OTHER
    elif lists["begins"].match(clause):
        kind = _Clause.ASKS if _asks(clauses[:index], clause) else _Clause.TELLS
    else:
        return _Clause.OTHER
    return _Clause.TELLS if lists["correlates"].match(", ".join(clauses[index:])) else kind


def _is_first(clauses: Sequence[str], index: int) -> bool:
    """Return whether only courtesy stands before a clause: «спасибо, сколько ждать»."""
    lead = language().words["lead"]
    return all(word.split("/")[0] in lead for clause in clauses[:index] for word in clause.split())


def _asks(preceding: Sequence[str], clause: str) -> bool:
    """Return whether a clause with a question word asks, by the clauses before it and by its own verb."""
    lists, before = language().lists, preceding[-1]
    if lists["asks_on"].search(before):
        return True
    telling = before if lists["finite"].search(before) else ", ".join(preceding[-2:])
    if lists["governs"].search(before) or (lists["said"].search(telling) and not lists["anew"].match(clause)):
        return False
    if lists["last"].search(clause):
        return True
    if not lists["finite"].search(before):
        return bool(lists["full"].search(before)) or not lists["describes"].search(clause)
    if lists["then"].match(clause) and lists["later"].search(before):
        return False
    return not lists["relative"].match(clause) or bool(lists["ahead"].search(clause))


def clauses_around(sentence: str, match: re.Match[str]) -> tuple[int, int]:
    """Return where the first clause of a match begins, and where its last one ends."""
    start = max((boundary.end() for boundary in _BOUNDARY.finditer(sentence, 0, match.start())), default=0)
    end = _BOUNDARY.search(sentence, max(match.end() - 2, match.start()))
    return start, end.start() if end else len(sentence)
