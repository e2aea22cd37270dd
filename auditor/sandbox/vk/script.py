"""VKScript, as ``execute`` runs it: variables, loops, conditions, arithmetic, API calls and projections ``@.``.

Like VK's it has no functions and no exceptions: a call that fails is ``false``, and its error is told beside the answer
(facts/vk.md 3.1).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

MOST_CALLS = 25
MOST_STEPS = 1000
"""Operations that VK runs in one script, as far as is known; here a statement or a call is one."""

Call = Callable[[str, dict[str, Any]], Any]
"""Calls a method with its parameters. It returns False where the call failed."""


class ScriptError(Exception):
    """The code cannot be read (error 12), or cannot be run to its end (error 13)."""

    def __init__(self, code: int, what: str) -> None:
        """Keep VK's number."""
        self.code = code
        super().__init__(what)


def run(code: str, call: Call) -> Any:
    """Run a script and return what it returns; null where it returns nothing. Raises `ScriptError`."""
    program = list(_Reader(code).program())
    state = _State(call)
    try:
        state.block(program)
    except _Returned as returned:
        return returned.value
    except (TypeError, LookupError, AttributeError, ValueError, ArithmeticError, RecursionError) as error:
        raise ScriptError(13, f"Runtime error occurred during code invocation: {type(error).__name__}") from None
    return None


# Reading -----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?://[^\n]*\s*|/\*.*?\*/\s*)*(?:
      (?P<number>\d+(?:\.\d+)?)
      |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      |(?P<name>[A-Za-z_$][\w$]*)
      |(?P<mark>@\.|===|!==|==|!=|<=|>=|&&|\|\||<<|>>|\+=|-=|[-+*/%<>=!?:;,.(){}\[\]&|^])
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_BINARY = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!=", "===", "!=="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_DEEPEST = 60
"""Brackets in brackets that are read."""

_Node = tuple[Any, ...]


def _unquoted(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        said = match[1]
        return chr(int(said[1:], 16)) if len(said) == 5 else _ESCAPED.get(said, said)

    return _ESCAPE.sub(one, text[1:-1])


class _Reader:
    """Reads a script into nodes: tuples that begin with what they are."""

    def __init__(self, code: str) -> None:
        self._tokens = list(self._split(code))
        self._at = 0
        self._depth = 0

    def _split(self, code: str) -> Iterator[tuple[str, str]]:
        place, end = 0, len(code.rstrip())
        while place < end:
            found = _TOKEN.match(code, place)
            if found is None or found.lastgroup is None:
                raise ScriptError(12, f"Unable to compile code: unexpected {code[place : place + 10]!r}")
            yield found.lastgroup, found[found.lastgroup]
            place = found.end()

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, *marks: str) -> str:
        """Take one of `marks` if it comes next; else return an empty string."""
        kind, text = self._next()
        if kind not in {"mark", "name"} or text not in marks:
            return ""
        self._at += 1
        return text

    def _need(self, mark: str) -> None:
        if not self._take(mark):
            raise ScriptError(12, f"Unable to compile code: {mark!r} expected, {self._next()[1]!r} found")

    def _name(self) -> str:
        kind, text = self._next()
        if kind != "name":
            raise ScriptError(12, f"Unable to compile code: a name expected, {text!r} found")
        self._at += 1
        return text

    def program(self) -> Iterator[_Node]:
        while self._next()[0] != "end":
            yield self._statement()

    def _statement(self) -> _Node:
        if self._take(";"):
            return ("block", [])
        if self._take("{"):
            return ("block", self._until("}"))
        if self._take("var"):
            return self._variables()
        if self._take("if"):
            return self._condition()
        if self._take("while"):
            return ("while", self._in_brackets(), self._statement())
        if self._take("return"):
            value = ("value", None) if self._next()[1] in {";", ""} else self._expression()
            return self._ended(("return", value))
        return self._ended(("do", self._expression()))

    def _until(self, mark: str) -> list[_Node]:
        found = []
        while not self._take(mark):
            if self._next()[0] == "end":
                raise ScriptError(12, f"Unable to compile code: {mark!r} expected")
            found.append(self._statement())
        return found

    def _ended(self, node: _Node) -> _Node:
        if not self._take(";") and self._next()[1] not in {"}", ""}:
            raise ScriptError(12, f"Unable to compile code: ';' expected, {self._next()[1]!r} found")
        return node

    def _variables(self) -> _Node:
        found = []
        while True:
            name = self._name()
            found.append((name, self._expression() if self._take("=") else ("value", None)))
            if not self._take(","):
                return self._ended(("var", found))

    def _condition(self) -> _Node:
        test, then = self._in_brackets(), self._statement()
        return ("if", test, then, self._statement() if self._take("else") else ("block", []))

    def _in_brackets(self) -> _Node:
        self._need("(")
        found = self._expression()
        self._need(")")
        return found

    def _expression(self) -> _Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ScriptError(12, "Unable to compile code: too deep")
        left = self._choice()
        sign = self._take("=", "+=", "-=")
        if sign:
            if left[0] not in {"name", "member", "index"}:
                raise ScriptError(12, "Unable to compile code: nothing to assign to")
            value = self._expression()
            left = ("set", left, value if sign == "=" else ("binary", sign[0], left, value))
        self._depth -= 1
        return left

    def _choice(self) -> _Node:
        test = self._binary(0)
        if not self._take("?"):
            return test
        then = self._expression()
        self._need(":")
        return ("choice", test, then, self._expression())

    def _binary(self, level: int) -> _Node:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while sign := self._take(*_BINARY[level]):
            left = ("binary", sign, left, self._binary(level + 1))
        return left

    def _unary(self) -> _Node:
        sign = self._take("-", "+", "!")
        return ("unary", sign, self._unary()) if sign else self._member()

    def _member(self) -> _Node:
        found = self._one()
        while True:
            if self._take("."):
                found = ("member", found, self._name())
            elif self._take("@."):
                found = ("each", found, self._name())
            elif self._take("["):
                found = ("index", found, self._expression())
                self._need("]")
            elif self._take("("):
                found = ("call", found, self._listed(")"))
            else:
                return found

    def _listed(self, mark: str) -> list[_Node]:
        found = []
        while not self._take(mark):
            found.append(self._expression())
            if not self._take(",") and self._next()[1] != mark:
                raise ScriptError(12, f"Unable to compile code: {mark!r} expected, {self._next()[1]!r} found")
        return found

    def _one(self) -> _Node:
        if self._take("["):
            return ("list", self._listed("]"))
        if self._take("{"):
            return ("object", self._pairs())
        kind, text = self._next()
        if kind == "mark" and text == "(":
            return self._in_brackets()
        self._at += 1
        if kind == "number":
            return ("value", float(text) if "." in text else int(text))
        if kind == "text":
            return ("value", _unquoted(text))
        if kind == "name":
            return ("value", _WORDS[text]) if text in _WORDS else ("name", text)
        raise ScriptError(12, f"Unable to compile code: unexpected {text!r}")

    def _pairs(self) -> list[tuple[str, _Node]]:
        found = []
        while not self._take("}"):
            kind, text = self._next()
            if kind not in {"name", "text", "number"}:
                raise ScriptError(12, f"Unable to compile code: a key expected, {text!r} found")
            self._at += 1
            self._need(":")
            found.append((_unquoted(text) if kind == "text" else text, self._expression()))
            if not self._take(",") and self._next()[1] != "}":
                raise ScriptError(12, "Unable to compile code: '}' expected")
        return found


# Running -----------------------------------------------------------------------------------------------------------


class _Returned(Exception):  # noqa: N818 - how a script ends
    def __init__(self, value: Any) -> None:
        self.value = value


def _whole(value: Any) -> int:
    return int(value or 0)


_MOST_LONG = 8_000_000
"""Signs of a text, or items of an array, that a script may make."""
_MOST_WHOLE = 2**63


def _sum(one: Any, two: Any) -> Any:
    if isinstance(one, str) or isinstance(two, str):
        one, two = _written(one), _written(two)
    elif not (isinstance(one, list) and isinstance(two, list)):
        return (one or 0) + (two or 0)
    if len(one) + len(two) > _MOST_LONG:
        raise ScriptError(13, "Runtime error occurred during code invocation: response size is too big")
    return one + two


def _kept(value: Any) -> Any:
    """Return a number as a machine holds it: a whole one that is too large becomes a float."""
    return float(value) if isinstance(value, int) and abs(value) > _MOST_WHOLE else value


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


_SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _sum,
    "-": lambda one, two: (one or 0) - (two or 0),
    "*": lambda one, two: (one or 0) * (two or 0),
    "/": lambda one, two: (one or 0) / two,
    "%": lambda one, two: (one or 0) % two,
    "==": lambda one, two: one == two,
    "===": lambda one, two: one == two and type(one) is type(two),
    "!=": lambda one, two: one != two,
    "!==": lambda one, two: one != two or type(one) is not type(two),
    "<": lambda one, two: (one or 0) < (two or 0),
    ">": lambda one, two: (one or 0) > (two or 0),
    "<=": lambda one, two: (one or 0) <= (two or 0),
    ">=": lambda one, two: (one or 0) >= (two or 0),
    "&": lambda one, two: _whole(one) & _whole(two),
    "|": lambda one, two: _whole(one) | _whole(two),
    "^": lambda one, two: _whole(one) ^ _whole(two),
    "<<": lambda one, two: _whole(one) << min(_whole(two), 64),
    ">>": lambda one, two: _whole(one) >> min(_whole(two), 64),
}


def _cut(row: list[Any], start: int = 0, count: int | None = None, *more: Any) -> list[Any]:
    """Take `count` items out of an array from `start` on, and put others there: ``splice``."""
    end = len(row) if count is None else start + count
    taken = row[start:end]
    row[start:end] = more
    return taken


def _place(row: list[Any] | str, what: Any) -> int:
    if isinstance(row, str):
        return row.find(str(what))
    return row.index(what) if what in row else -1


_METHODS: dict[str, Callable[..., Any]] = {
    "push": lambda row, what: row.append(what) or len(row),
    "pop": lambda row: row.pop() if row else None,
    "shift": lambda row: row.pop(0) if row else None,
    "unshift": lambda row, what: row.insert(0, what) or len(row),
    "splice": _cut,
    "slice": lambda row, start=0, end=None: row[start:end],
    "indexOf": _place,
    "substr": lambda text, start=0, length=None: text[start : None if length is None else start + length],
    "split": lambda text, by: text.split(by) if by else list(text),
}
_FREE: dict[str, Callable[[Any], Any]] = {
    "parseInt": lambda value: int(match[0]) if (match := re.match(r"\s*-?\d+", _written(value))) else 0,
    "parseDouble": lambda value: float(match[0]) if (match := re.match(r"\s*-?\d+(\.\d+)?", _written(value))) else 0.0,
}


class _State:
    """A running script."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._values: dict[str, Any] = {}
        self._calls = self._steps = 0

    def block(self, nodes: list[_Node]) -> None:
        for node in nodes:
            self._do(node)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise ScriptError(13, "Runtime error occurred during code invocation: Too many operations")

    def _do(self, node: _Node) -> None:
        self._step()
        match node:
            case ("block", nodes):
                self.block(nodes)
            case ("var", pairs):
                self._values |= {name: self.value(value) for name, value in self._in_turn(pairs)}
            case ("if", test, then, other):
                self._do(then if self.value(test) else other)
            case ("while", test, body):
                while self.value(test):
                    self._do(body)
            case ("return", value):
                raise _Returned(self.value(value))
            case ("do", value):
                self.value(value)

    def _in_turn(self, pairs: list[tuple[str, _Node]]) -> Iterator[tuple[str, _Node]]:
        """Yield variables one by one, so that each may use those before it."""
        for name, value in pairs:
            self._values[name] = self.value(value)
            yield name, ("value", self._values[name])

    def value(self, node: _Node) -> Any:
        match node:
            case ("value", value):
                return value
            case ("name", name):
                return self._values.get(name)
            case ("list", items):
                return [self.value(item) for item in items]
            case ("object", pairs):
                return {key: self.value(value) for key, value in pairs}
            case ("member", of, key):
                return self._part(self.value(of), key)
            case ("index", of, at):
                return self._part(self.value(of), self.value(at))
            case ("each", of, key):
                return [self._part(one, key) for one in self.value(of) or []]
            case ("unary", sign, of):
                return self._signed(sign, self.value(of))
            case ("choice", test, then, other):
                return self.value(then if self.value(test) else other)
            case ("binary", "||" | "&&" as sign, one, two):
                left = self.value(one)
                return left if bool(left) is (sign == "||") else self.value(two)
            case ("binary", sign, one, two):
                return _kept(_SUMS[sign](self.value(one), self.value(two)))
            case ("set", place, value):
                return self._set(place, self.value(value))
            case ("call", what, given):
                return self._called(what, given)
        raise ScriptError(13, "Runtime error occurred during code invocation")

    @staticmethod
    def _signed(sign: str, value: Any) -> Any:
        return not value if sign == "!" else -(value or 0) if sign == "-" else +(value or 0)

    @staticmethod
    def _part(of: Any, key: Any) -> Any:
        """Return a part of a value: null of what has none, as VKScript does."""
        if key == "length" and isinstance(of, list | str):
            return len(of)
        if isinstance(of, list | str) and isinstance(key, int) and not isinstance(key, bool):
            return of[key] if 0 <= key < len(of) else None
        return of.get(str(key)) if isinstance(of, dict) else None

    def _set(self, place: _Node, value: Any) -> Any:
        match place:
            case ("name", name):
                self._values[name] = value
            case ("member", of, key):
                self.value(of)[key] = value
            case ("index", of, at):
                self._put(self.value(of), self.value(at), value)
        return value

    @staticmethod
    def _put(row: Any, at: Any, value: Any) -> None:
        if isinstance(row, list) and at == len(row):
            row.append(value)
        else:
            row[at if isinstance(row, list) else str(at)] = value

    def _called(self, what: _Node, given: list[_Node]) -> Any:
        self._step()
        match what:
            case ("member", ("member", ("name", "API"), room), name):
                return self._asked(f"{room}.{name}", given)
            case ("member", of, name) if name in _METHODS:
                return _METHODS[name](self.value(of), *map(self.value, given))
            case ("name", name) if name in _FREE:
                return _FREE[name](*map(self.value, given))
        raise ScriptError(13, "Runtime error occurred during code invocation: no such function")

    def _asked(self, method: str, given: list[_Node]) -> Any:
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise ScriptError(13, "Runtime error occurred during code invocation: Too many API calls")
        params = self.value(given[0]) if given else {}
        if not isinstance(params, dict):
            raise ScriptError(13, "Runtime error occurred during code invocation: wrong parameters")
        return self._call(method, params)
