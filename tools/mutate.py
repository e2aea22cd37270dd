"""Do the tests notice when the code is wrong? Changes one place at a time and runs the tests that execute it.

    python tools/mutate.py --rooms auditor/checks auditor/audit --number 60 --seed 1 --out FILE.jsonl
        [--tests GLOB ...] [--whole] [--jobs 2] [--cache FOLDER]

Needs `coverage` beside the development packages. Nothing is written into this tree: all happens in copies of it.

1. Places are chosen by the seed from all that could be changed in the rooms, one change a place. The same seed and the
   same source give the same mutants. No docstring, annotation, import, message or width of a column is changed.
2. The `--tests` run once under coverage, each in a context of its own. Their lines, seconds and outcomes are kept in
   the cache for as long as nothing outside tools/ changes. A test that fails without a change is never asked again.
3. For each mutant at most 40 tests run that execute the changed lines, of 40 seconds together. A failure,
   an error or no end within the limit kills the mutant, if the same test passes again without the change.
4. Survivors run against every test that executes the changed lines and takes 5 seconds at most; who is left, against
   all of `--tests` once, with `--whole` against everything in tests/ but tests/browser.

Prints the share killed of each room and the survivors; writes one JSON line for each mutant.
"""

import argparse
import ast
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
TREE = HERE.parent
AT_MOST, SECONDS, QUICK = 40, 40, 5
LONGEST = 3 * 3600.0
SHORT = 90
ASKED = ("near", "quick", "all")
RECORD = "MUTATE_RECORD"
PLUGINS = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly")

SWAPS: dict[type[ast.AST], tuple[Any, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
}
CALLS = {"any": "all", "all": "any", "min": "max", "max": "min"}
WORDS = {"N_", "NN_", "Text", "Sentence", "Is", "Field", "TypeVar"}
"""Calls that hold words for readers, or describe a type."""
TRIVIAL = {"repr", "compare", "slots", "frozen", "strict", "kw_only", "order", "share", "width"}
"""Keywords that tests need not notice: how a class is made, where something is drawn."""
UNTOUCHED = (ast.Import, ast.ImportFrom, ast.Assert, ast.Raise, ast.JoinedStr)
UNTOUCHED_FIELDS = {"annotation", "returns", "decorator_list", "bases"}
SHOWN = {"__repr__", "__str__"}
ROLES: dict[tuple[type[ast.AST], str], str] = {
    (ast.comprehension, "ifs"): "filter",
    (ast.If, "test"): "test",
    (ast.IfExp, "test"): "test",
    (ast.While, "test"): "test",
}
Scope = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """One change at one place of one file, and the lines whose tests may notice it, the nearest first."""

    path: str
    line: int
    start: int
    end: int
    before: str
    after: str
    scopes: tuple[Scope, ...] = ()

    def applied(self, source: bytes) -> bytes:
        """Return the source with the change."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        """Return where it is and what was changed, in one line."""
        return f"{self.path}:{self.line}: {_short(self.before)} -> {_short(self.after)}"


@dataclass
class Measured:
    """What the tests do without a change: the tests of each line, and the seconds and outcome of each test."""

    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that execute the nearest lines that any test executes: one case of each test first.

        The quickest come first, and of those that are as quick the ones that execute the least beside.
        """
        lines = self.lines.get(mutant.path, {})
        for first, last in mutant.scopes:
            names = {name for line, names in lines.items() if first <= line <= last for name in names}
            if names := names & self.seconds.keys():
                breadth = Counter(name for tests in lines.values() for name in tests)
                quickest = sorted(names, key=lambda name: (round(self.seconds[name], 1), breadth[name], name))
                cases: Counter[str] = Counter()
                return sorted(quickest, key=lambda name: _nth(cases, name.partition("[")[0]))
        return []

    def near(self, mutant: Mutant) -> list[str]:
        """Return as many of them as are asked first."""
        some, seconds = list[str](), 0.0
        for name in self.tests_of(mutant)[:AT_MOST]:
            seconds += self.seconds[name]
            if some and seconds > SECONDS:
                break
            some.append(name)
        return some

    def quick(self, mutant: Mutant) -> list[str]:
        """Return all of them that are quick, the quickest first."""
        own = [name for name in self.tests_of(mutant) if self.seconds[name] <= QUICK]
        return sorted(own, key=lambda name: round(self.seconds[name], 1))

    def in_order(self, mutant: Mutant, files: Iterable[str]) -> list[str]:
        """Return files of tests, first those that execute a mutant, and of these the quick ones first."""
        executed = {_file(name) for name in self.tests_of(mutant)}
        seconds: defaultdict[str, float] = defaultdict(float)
        for name, spent in self.seconds.items():
            seconds[_file(name)] += spent
        return sorted(files, key=lambda file: (file not in executed, seconds[file]))


def _nth(cases: Counter[str], test: str) -> int:
    cases[test] += 1
    return cases[test]


def _file(name: str) -> str:
    return name.partition("::")[0]


# Which places can be changed, and how ---------------------------------------------------------------------------------


def mutants_of(source: bytes, path: str) -> Iterator[list[Mutant]]:
    """Yield for each place of a module the changes that can be made there."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node, where, role in _places(ast.parse(source), Where()):
        start, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
        before, scopes = source[start:end].decode(), where.scopes(node)
        changes = dict.fromkeys(_changes(node, role))
        if made := [Mutant(path, node.lineno, start, end, before, after, scopes) for after in changes]:
            yield made


@dataclass(frozen=True)
class Where:
    """The function or class around a node, and whether the node runs with it or once, when the module is imported."""

    around: Scope | None = None
    runs: bool = False

    def scopes(self, node: Any) -> tuple[Scope, ...]:
        """Return the lines whose tests may notice a change of the node, the nearest first: at last the module's."""
        own = (_lines(node, node),) if self.runs else ()
        return (*own, *((self.around,) if self.around else ()), (1, sys.maxsize))

    def inside(self, node: Any, name: str) -> "Where":
        """Return where the children in a field of the node are. Defaults of arguments do not run with the function."""
        match node:
            case ast.ClassDef():
                return Where(_lines(node, node))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return Where(_lines(node.body[0], node), runs=name == "body")
            case ast.Lambda():
                return Where(_lines(node.body, node), runs=name == "body")
        return self


def _lines(first: ast.stmt | ast.expr, last: ast.stmt | ast.expr) -> Scope:
    return first.lineno, last.end_lineno or last.lineno


def _places(node: ast.AST, where: Where, role: str = "") -> Iterator[tuple[Any, Where, str]]:
    """Yield each node that may be changed, where it is, and whether it is the `test` of a branch or a `filter`."""
    if isinstance(node, UNTOUCHED) or getattr(node, "name", None) in SHOWN or _called(node) in WORDS:
        return
    if isinstance(node, ast.stmt | ast.expr):
        yield node, where, role
    for name, value in ast.iter_fields(node):
        inner = where.inside(node, name)
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in UNTOUCHED_FIELDS and not _is_trivial(node, child):
                yield from _places(child, inner, ROLES.get((type(node), name), ""))


def _is_trivial(node: ast.AST, child: ast.AST) -> bool:
    is_width = _called(node) == "Column" and isinstance(child, ast.Constant)
    return is_width or (isinstance(child, ast.keyword) and child.arg in TRIVIAL)


def _called(node: ast.AST) -> str:
    return (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""


def _changes(node: ast.stmt | ast.expr, role: str) -> Iterator[str]:
    """Yield what may stand in place of a node."""
    if role == "filter" and not _names_something(node):
        yield "True"
    match node:
        case ast.Compare(left, ops, values):
            for n, op in enumerate(ops):
                for other in SWAPS.get(type(op), ()):
                    yield _text(ast.Compare(left, [*ops[:n], other(), *ops[n + 1 :]], values))
        case ast.BoolOp(op, values):
            yield _text(ast.BoolOp(SWAPS[type(op)][0](), values))
            for n in range(len(values)):
                rest = [*values[:n], *values[n + 1 :]]
                if not _names_something(values[n]):
                    yield _text(ast.BoolOp(op, rest) if len(rest) > 1 else rest[0])
        case ast.UnaryOp(ast.Not(), operand):
            yield _text(operand)
        case ast.BinOp(left, op, right) if type(op) in SWAPS and not any(map(_is_text, (left, right))):
            yield _text(ast.BinOp(left, SWAPS[type(op)][0](), right))
        case ast.Constant(bool() as value):
            yield repr(not value)
        case ast.Constant(int() | float() as value):
            yield repr(value + 1)
        case ast.Call(ast.Name(name), arguments, keywords) if name in CALLS:
            yield _text(ast.Call(ast.Name(CALLS[name]), arguments, keywords))
        case ast.Name() | ast.Attribute() | ast.Call() if role == "test":
            yield f"(not {_text(node)})"
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "return None"
        case ast.Expr(ast.Call()):
            yield "pass"
        case ast.Continue():
            yield "break"
        case ast.Break():
            yield "continue"


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"


def _is_text(node: ast.expr) -> bool:
    """Return whether a sum with this operand would be a type error at once."""
    is_string = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_string or isinstance(node, ast.JoinedStr | ast.Tuple | ast.List)


def _names_something(node: ast.AST) -> bool:
    return any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))


def choose_mutants(tree: Path, rooms: Iterable[str], number: int, seed: int) -> list[Mutant]:
    """Choose `number` places in the rooms, and one change for each: the same for the same seed and source."""
    paths = sorted(path for room in rooms for path in _modules(tree / room))
    places = [place for path in paths for place in mutants_of(path.read_bytes(), str(path.relative_to(tree)))]
    random = Random(seed)  # chance, not a secret
    some = random.sample(places, min(number, len(places)))
    return sorted((random.choice(place) for place in some), key=lambda mutant: (mutant.path, mutant.start))


def _modules(room: Path) -> Iterator[Path]:
    return room.rglob("*.py") if room.is_dir() else iter([room])


# Running tests in a copy of the tree ----------------------------------------------------------------------------------


class Copy:
    """A copy of the tree in which one change at a time is tried."""

    def __init__(self, tree: Path, folder: Path) -> None:
        """Copy what git would commit: what it ignores, and where it keeps its own, stays out."""
        self.root = folder / "tree"
        for name in _files(tree):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree / name, self.root / name)
        if (shared := tree.parent / "shared").is_dir():  # facts and saved answers that some tests read
            (folder / "shared").symlink_to(shared)

    @contextmanager
    def changed(self, mutant: Mutant) -> Iterator[None]:
        """Make the change, and take it back."""
        path = self.root / mutant.path
        source = path.read_bytes()
        try:
            self._write(path, mutant.applied(source))
            yield
        finally:
            self._write(path, source)

    def _write(self, path: Path, source: bytes) -> None:
        path.write_bytes(source)
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):  # it may be as old and as long
            compiled.unlink()

    def run(
        self, tests: Iterable[str], *options: str, limit: float, name: str = "run", python: Sequence[str] = ()
    ) -> "Run":
        """Run some tests with pytest, and kill it after `limit` seconds."""
        folder = self.root.parent
        record, asked = folder / f"{name}.jsonl", folder / f"{name}.txt"
        record.write_text("")
        asked.write_text("".join(f"{test}\n" for test in tests))
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("AUDITOR_", "PYTEST_"))}
        environ |= {"PYTHONPATH": f"{self.root}{os.pathsep}{HERE}", RECORD: str(record)}
        command = [sys.executable, *python, "-m", "pytest", "-q", "--tb=no", "-p", "mutate", *PLUGINS, *options]
        command += [f"--basetemp={folder / name}", f"@{asked}"]
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            out = process.communicate(timeout=limit)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Run(None, "", _rows(record))
        return Run(process.returncode, out, _rows(record))


@dataclass(frozen=True)
class Run:
    """How pytest ended (None: it did not), what it printed, and the outcome and seconds of each test."""

    code: int | None
    out: str
    tests: Mapping[str, tuple[str, float]]

    @property
    def killer(self) -> str:
        """What noticed the change: a test, or what went wrong before any; empty where nothing did."""
        if self.code is None:
            return "no end within the limit"
        if failing := [name for name, (outcome, _) in self.tests.items() if outcome == "failed"]:
            return failing[0]
        errors = [line for line in self.out.splitlines() if line.startswith("ERROR")]
        is_lost = errors and all(line.startswith("ERROR: not found:") for line in errors)
        if self.code == 0 or is_lost:  # lost: the change renames a case, and all tests decide
            return ""
        return errors[0] if errors else f"pytest ended with {self.code}"


def _files(tree: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in names.split("\0") if name and (tree / name).is_file())


def _rows(record: Path) -> dict[str, tuple[str, float]]:
    """Read the outcome of each test that ended, and its seconds with all that it set up."""
    tests: dict[str, tuple[str, float]] = {}
    for line in record.read_text().splitlines():
        name, outcome, seconds = json.loads(line)
        before, sum_of = tests.get(name, ("passed", 0.0))
        tests[name] = (outcome if before == "passed" else before, sum_of + seconds)
    return tests


def pytest_runtest_protocol(item: Any) -> None:
    """Switch the context of a running coverage to this test. Pytest calls it: it is a plug-in of the copies."""
    if (coverage := sys.modules.get("coverage")) and (running := coverage.Coverage.current()):
        running.switch_context(item.nodeid)


def pytest_runtest_logreport(report: Any) -> None:
    """Write down how a part of a test ended."""
    with Path(os.environ[RECORD]).open("a") as file:
        file.write(json.dumps([report.nodeid, report.outcome, report.duration]) + "\n")


# What the tests do without a change -----------------------------------------------------------------------------------


def measure_tests(copies: Sequence[Copy], rooms: Sequence[str], tests: Sequence[str], cache: Path) -> Measured:
    """Run the tests under coverage, some in each copy, or read what they did when they last ran on the same files."""
    folder = cache / _key(copies[0].root, rooms, tests)
    if not folder.exists():
        staging = copies[0].root.parent / "measured"
        staging.mkdir()
        shares = [(copy, rooms, tests[n :: len(copies)], staging / f"coverage-{n}") for n, copy in enumerate(copies)]
        with ThreadPoolExecutor(len(copies)) as pool:
            runs = list(pool.map(lambda share: _cover(*share), shares))
        (staging / "tests.json").write_text(json.dumps({name: row for run in runs for name, row in run.tests.items()}))
        cache.mkdir(parents=True, exist_ok=True)
        shutil.move(staging, folder)  # at the end, so that a run beside this one reads all of it or nothing
    rows = json.loads((folder / "tests.json").read_text())
    measurement = Measured(failing=[name for name, (outcome, _) in rows.items() if outcome == "failed"])
    measurement.seconds = {name: seconds for name, (outcome, seconds) in rows.items() if outcome == "passed"}
    for data in sorted(folder.glob("coverage-*")):
        _read_lines(data, measurement.lines)
    return measurement


def _key(root: Path, rooms: Sequence[str], tests: Sequence[str]) -> str:
    """Return a name for what the measurement depends on: the files, but those of the tools themselves."""
    digest = hashlib.sha256(json.dumps([rooms, tests]).encode())
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.relative_to(root).parts[0] != HERE.name:
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _cover(copy: Copy, rooms: Sequence[str], tests: Sequence[str], data: Path) -> Run:
    config = copy.root.parent / "coverage.ini"
    include = "".join(f"\n    {room}/*\n    {room}" for room in rooms)
    config.write_text(f"[run]\nrelative_files = true\ndata_file = {data}\ninclude = {include}\n")
    python = ("-m", "coverage", "run", f"--rcfile={config}")
    run = copy.run(tests, limit=LONGEST, name=data.name, python=python)
    if run.code not in {0, 1}:
        raise SystemExit(f"The tests could not be measured:\n{run.out[-2000:]}")
    return run


def _read_lines(data: Path, lines: dict[str, dict[int, set[str]]]) -> None:
    from coverage import CoverageData

    stored = CoverageData(str(data))
    stored.read()
    for path in stored.measured_files():
        for line, contexts in stored.contexts_by_lineno(path).items():
            lines.setdefault(path, {}).setdefault(line, set()).update(contexts)


# Who notices ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """What became of a mutant: what killed it (empty: it survived), and which tests it was tried on."""

    mutant: Mutant
    killer: str
    asked: str
    seconds: float

    def row(self) -> dict[str, Any]:
        """Return what is written of it."""
        mutant = self.mutant
        place = {"path": mutant.path, "line": mutant.line, "before": mutant.before, "after": mutant.after}
        fate = {"killed": bool(self.killer), "killer": self.killer, "asked": self.asked}
        return place | fate | {"seconds": round(self.seconds, 1)}


def try_mutant(copy: Copy, mutant: Mutant, measurement: Measured, asked: str, files: Sequence[str] = ()) -> Tried:
    """Try a mutant on what is asked: the first tests that execute it, the quick ones of them, or all of `files`."""
    began = time.monotonic()
    if asked == "all":
        tests = measurement.in_order(mutant, files)
    else:
        tests = measurement.near(mutant) if asked == "near" else measurement.quick(mutant)
    killer = _killer(copy, mutant, tests, measurement) if tests else ""
    return Tried(mutant, killer, asked, time.monotonic() - began)


def _killer(copy: Copy, mutant: Mutant, tests: Sequence[str], measurement: Measured) -> str:
    """Return what kills a mutant: a test that fails without the change too is left out, and the rest asked again."""
    left_out = list(measurement.failing)
    limit = 180 + 8 * sum(measurement.seconds[name] for name in tests) if tests[0] in measurement.seconds else LONGEST
    while True:
        with copy.changed(mutant):
            killer = copy.run(tests, "-x", *(f"--deselect={name}" for name in left_out), limit=limit).killer
        if "::" not in killer or killer in left_out or not copy.run([killer], limit=LONGEST).killer:
            return killer
        left_out.append(killer)


def table(done: Sequence[Tried], rooms: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the result: each room, their sum, and the mutants that nobody noticed."""
    yield f"{'room':24} {'mutants':>8} {'killed':>8} {'survived':>8} {'share':>8}"
    for room in [*rooms, "all"]:
        own = [each for each in done if room == "all" or Path(each.mutant.path).is_relative_to(room)]
        killed = sum(bool(each.killer) for each in own)
        share = f"{killed / len(own):.1%}" if own else "-"
        yield f"{room:24} {len(own):8} {killed:8} {len(own) - killed:8} {share:>8}"
    yield "\nSurvivors:"
    yield from (f"  {each.mutant}" for each in done if not each.killer)


# The command ----------------------------------------------------------------------------------------------------------


def main() -> None:
    """Do what the command line asks."""
    asked = _arguments()
    tests = _named(asked.tests) if asked.tests else about(asked.rooms)
    if not tests:
        raise SystemExit("No test is named so")
    mutants = choose_mutants(TREE, asked.rooms, asked.number, asked.seed)
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copies = [Copy(TREE, Path(folder, str(n))) for n in range(asked.jobs)]
        began = time.monotonic()
        measurement = measure_tests(copies, asked.rooms, tests, asked.cache)
        _say(f"{len(measurement.seconds)} tests of {len(tests)} files known after {time.monotonic() - began:.0f} s")
        _say("".join(f"left out, it fails without a change: {name}\n" for name in measurement.failing))
        files = list(everything()) if asked.whole else tests
        trial = Trial(copies, mutants, asked.out)
        for name in ASKED:
            trial.each(trial.left(name), partial(try_mutant, known=measurement, asked=name, files=files))
            _say("\n".join(table([trial.done[mutant] for mutant in mutants], asked.rooms)))
    print(f"{len(mutants)} mutants, seed {asked.seed}, {time.monotonic() - began:.0f} s")
    print("\n".join(table([trial.done[mutant] for mutant in mutants], asked.rooms)))


class Trial:
    """The mutants and what became of them so far, written after each: an interrupted trial goes on where it was."""

    def __init__(self, copies: Sequence[Copy], mutants: Sequence[Mutant], out: Path) -> None:
        """Read what `out` holds of these mutants."""
        self.mutants, self.out, self.done = mutants, out, dict[Mutant, Tried]()
        self._free: SimpleQueue[Copy] = SimpleQueue()
        for copy in copies:
            self._free.put(copy)
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
        for row, mutant in product(rows, mutants):
            fate = Tried(mutant, row["killer"], row["asked"], row["seconds"])
            if fate.row() == row:
                self.done[mutant] = fate

    def left(self, asked: str) -> list[Mutant]:
        """Return the mutants that were tried on less than these tests, and that nothing noticed."""
        earlier = ("", *ASKED[: ASKED.index(asked)])
        return [each for each in self.mutants if not self._of(each).killer and self._of(each).asked in earlier]

    def _of(self, mutant: Mutant) -> Tried:
        return self.done.get(mutant, Tried(mutant, "", "", 0))

    def each(self, mutants: Iterable[Mutant], function: Callable[[Copy, Mutant], Tried]) -> None:
        """Try mutants, as many at once as there are copies."""

        def with_a_copy(mutant: Mutant) -> Tried:
            copy = self._free.get()
            try:
                return function(copy, mutant)
            finally:
                self._free.put(copy)

        with ThreadPoolExecutor(self._free.qsize()) as pool:
            for future in as_completed([pool.submit(with_a_copy, mutant) for mutant in mutants]):
                fate = future.result()
                self.done[fate.mutant] = fate
                self._write()
                _say(f"{len(self.done):3} {fate.mutant}: {fate.killer or 'SURVIVED'} ({fate.seconds:.0f} s)")

    def _write(self) -> None:
        rows = [
            json.dumps(self.done[mutant].row(), ensure_ascii=False) for mutant in self.mutants if mutant in self.done
        ]
        self.out.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def _named(globs: Iterable[str]) -> list[str]:
    return sorted({str(path.relative_to(TREE)) for name in globs for path in TREE.glob(name)})


def everything() -> dict[str, str]:
    """Return the files of tests in whichever room, with their texts, but those that need a browser."""
    names = [name for name in _named(["tests/**/test_*.py"]) if not name.startswith("tests/browser/")]
    return {name: (TREE / name).read_text(encoding="utf-8") for name in names}


def about(rooms: Iterable[str]) -> list[str]:
    """Return the tests that name one of the rooms."""
    modules = [room.removesuffix(".py").replace("/", ".") for room in rooms]
    return [name for name, text in everything().items() if any(module in text for module in modules)]


def _say(line: str) -> None:
    print(line, end="\n" if line else "", file=sys.stderr, flush=True)


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= SHORT else f"{line[:SHORT]}…"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", nargs="+", required=True, help="folders or modules whose places are changed")
    parser.add_argument("--number", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="+", help="globs; by default the tests that name a room")
    parser.add_argument("--whole", action="store_true", help="survivors run against everything but tests/browser")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "mutate-cache")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
