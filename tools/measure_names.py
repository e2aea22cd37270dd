"""Count what makes code hard to read for a newcomer: `python tools/measure_names.py auditor tests tools --hold`.

Each argument is the folder of one package; one row is printed for each. Nothing that is measured is run. A leading
underscore is no difference: ``_Row`` and ``Row`` are one name.

    classes   names that more than one class has, and in brackets how many classes have them
    modules   the same of modules; names that Python or pytest fixes (`FIXED`) are left out
    vague     identifiers among `VAGUE`: where one is introduced (variable, parameter, attribute, function), and all
              places where one is written, per 1,000 lines of code in brackets
    person    docstrings with a masculine pronoun (`_PERSON`)
    opening   docstrings that begin with Tell, Give or Say

``--list`` names each of them; ``--hold`` ends with 1 where a package has more than `LIMITS`.
"""

import argparse
import ast
import io
import re
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

VAGUE = frozenset({"one", "found", "told", "said", "kept", "seen", "known", "stands", "those", "such", "there"})
FIXED = frozenset({"__init__", "__main__", "conftest"})
LIMITS = {"classes": 0, "modules": 0, "vague": 10, "person": 0, "opening": 0}
_PERSON = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_OPENING = re.compile(r"\s*(?:Tell|Give|Say)\b")
_NO_CODE = frozenset({"COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER"})


@dataclass
class Names:
    """What one package has of each kind, as places (``file:line``) by name, or as a list of places."""

    package: str
    code: int = 0
    classes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    modules: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    vague: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    written: Counter[str] = field(default_factory=Counter)
    person: list[str] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the figure that `LIMITS` bounds, by column."""
        return {
            "classes": len(_shared(self.classes)),
            "modules": len(_shared(self.modules)),
            "vague": sum(map(len, self.vague.values())),
            "person": len(self.person),
            "opening": len(self.opening),
        }

    def row(self) -> dict[str, str]:
        """Return what is printed of the package, by column."""
        cells = {column: str(count) for column, count in self.counts().items()}
        for column in ("classes", "modules"):
            cells[column] += f" ({sum(map(len, _shared(getattr(self, column)).values()))})"
        cells["vague"] += f" ({1000 * self.written.total() / max(self.code, 1):.1f})"
        return {"package": self.package, "code": str(self.code), **cells}


def _shared(places_by_name: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: places for name, places in sorted(places_by_name.items()) if len(places) > 1}


def _bare(name: str) -> str:
    return name.lstrip("_") or name


def _docstrings(tree: ast.Module) -> list[ast.Constant]:
    """Return every bare string: those of modules, classes and functions, and those below assignments."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]


def _identifiers(node: ast.AST) -> tuple[list[str], list[str]]:
    """Return the identifiers that a node introduces, and those that it uses."""
    match node:
        case ast.Name(id=name, ctx=context) | ast.Attribute(attr=name, ctx=context):
            return ([name], []) if isinstance(context, ast.Store) else ([], [name])
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name], []
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name], []
        case ast.keyword(arg=str(name)):
            return [], [name]
    return [], []


def _code_lines(text: str, docstrings: list[ast.Constant]) -> int:
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if tokenize.tok_name[token.type] not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for string in docstrings:
        lines.difference_update(range(string.lineno, (string.end_lineno or string.lineno) + 1))
    return len(lines)


def measure(folder: Path) -> Names:
    """Read every module below `folder` and return what it has."""
    names = Names(folder.name)
    for path in sorted(folder.rglob("*.py")):
        _measure_module(names, path, str(path.relative_to(folder)))
    return names


def _measure_module(names: Names, path: Path, shown: str) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    if path.stem not in FIXED:
        names.modules[_bare(path.stem)].append(shown)
    for node in ast.walk(tree):
        place = f"{shown}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.ClassDef):
            names.classes[_bare(node.name)].append(place)
        introduced, used = ([_bare(name) for name in part if _bare(name) in VAGUE] for part in _identifiers(node))
        for name in introduced:
            names.vague[name].append(place)
        names.written.update(introduced + used)
    docstrings = _docstrings(tree)
    names.code += _code_lines(text, docstrings)
    names.person += [f"{shown}:{string.lineno}" for string in docstrings if _PERSON.search(str(string.value))]
    names.opening += [f"{shown}:{string.lineno}" for string in docstrings if _OPENING.match(str(string.value))]


def _print_table(packages: list[Names]) -> None:
    rows = [names.row() for names in packages]
    for cells in (rows[0].keys(), *(row.values() for row in rows)):
        print(" ".join(f"{cell:<12}" for cell in cells).rstrip())


def _print_places(names: Names) -> None:
    for column in ("classes", "modules", "vague"):
        by_name = names.vague if column == "vague" else _shared(getattr(names, column))
        for name, places in by_name.items():
            print(f"{names.package}: {column}: {name}: {', '.join(places)}")
    for column in ("person", "opening"):
        for place in getattr(names, column):
            print(f"{names.package}: {column}: {place}")


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--list", action="store_true", help="name each place that is counted")
    parser.add_argument("--hold", action="store_true", help="end with 1 where there is more than LIMITS")
    options = parser.parse_args()
    packages = [measure(folder.resolve()) for folder in options.folders]
    beyond = [names for names in packages if any(names.counts()[column] > LIMITS[column] for column in LIMITS)]
    _print_table(packages)
    for names in packages if options.list else beyond if options.hold else []:
        _print_places(names)
    return 1 if options.hold and beyond else 0


if __name__ == "__main__":
    sys.exit(main())
