"""From the mappings of a file to models: each mistake once, at its line, and the rest of the file is still read.

A model reads `Keys` field by field. A value that does not fit is told and left out, so that one mistake hides no other,
and the rules of the whole (`auditor.registry.rules`) can be asked of what was read. Nothing that was read with mistakes
reaches anybody: its reader raises `RegistryError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from auditor.base.errors import Problem, text_of
from auditor.base.text import N_, Text, phrase, shorten, verbatim

_Model = TypeVar("_Model", bound=BaseModel)

_MOST = 500
"""Reader that are reported at once."""
_WIDEST = 600
"""Characters of what a message quotes: a tag or a name may be as long as the file."""


class _InvalidValue:
    """Stands for a value of which a mistake was told already, so that nothing more is said of it."""

    def __repr__(self) -> str:
        return "a value that cannot be read"


INVALID = _InvalidValue()


class YamlMapping(dict[str, Any]):
    """A mapping of the file. `lines` are those of the keys that are written there; 1 is the first."""

    def __init__(self, line: int = 1, file: str = "", place: Text | None = None) -> None:
        """`line` is where it begins; `place` says in a message which entry it is: ``item 2 of offices``."""
        super().__init__()
        self.line, self.file, self.place = line, file, place
        self.lines: dict[str, int] = {}

    def with_location(self, what: Text) -> Text:
        """Add to a message in which entry that is."""
        return phrase("{what} in {place}", what=what, place=self.place) if self.place else what

    def line_of(self, key: str) -> int:
        """Return the line of `key`; where it is missing, that of the entry."""
        return self.lines.get(key, self.line)

    def entries(self, key: str) -> "list[YamlMapping]":
        """Return the mappings in the list at `key`; none if there is no list."""
        found = self.get(key)
        return [entry for entry in found if isinstance(entry, YamlMapping)] if isinstance(found, YamlList) else []

    def text(self, key: str) -> str:
        """Return the text at `key` without blanks around it, empty if there is none."""
        found = self.get(key)
        return found.strip() if isinstance(found, str) else ""


class YamlList(list[Any]):
    """A list of the file, with the lines of its items."""

    def __init__(self, line: int = 1) -> None:
        """`line` is where it begins."""
        super().__init__()
        self.line = line
        self.lines: list[int] = []


LINE, LINE_OF = N_("line {line}"), N_("line {line} of {file}")
"""How a message names a line of the file it is about, and one of another."""


class TooManyProblemsError(Exception):
    """So many mistakes were found that reading stops."""


def did_you_mean(name: str, known: Iterable[str], otherwise: Text) -> Text:
    """Say how to mend a name: by the one that is nearest to it among those `known`, else as `otherwise` says."""
    near = get_close_matches(name, list(known), n=1)
    return phrase("did you mean {name}?", name=repr(near[0])) if near else otherwise


def _harmless(text: Text) -> Text:
    """Return a text that fills one line of a terminal, and no more than that."""
    return replace(text, params={name: _plain(value) for name, value in text.params.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return _harmless(value)
    if not isinstance(value, str):
        return value
    seen = "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in value)
    return shorten(" ".join(seen.split()), _WIDEST)


# Reading --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ModelReader:
    """The mistakes of one reading, and the mapping of the file behind each model that was read."""

    main: str = ""
    """The file whose lines are named without it."""
    problems: dict[str, Problem] = field(default_factory=dict)
    """The mistakes found so far, each by its line, which is harmless for a terminal."""
    mapping_of: dict[int, YamlMapping] = field(default_factory=dict)
    """By the identity of the model."""
    open_mappings: list[YamlMapping] = field(default_factory=list)
    """The mappings that are being read, from the outermost one."""

    def add_problem(self, file: str, line: int, what: Text, mend: Text | None = None) -> None:
        """Add a mistake. Raises `EnoughError` if there are too many."""
        self._add(Problem(file, line, _harmless(what), mend and _harmless(mend)))
        if len(self.problems) >= _MOST:
            last = max(problem.line for problem in self.problems.values() if problem.file == file)
            self._add(Problem(file, last, phrase("there are more mistakes"), phrase("mend these first")))
            raise TooManyProblemsError

    def _add(self, problem: Problem) -> None:
        self.problems[str(problem)] = problem

    def read(self, model: type[_Model], root: Any) -> _Model | None:
        """Return a file as a model; None where it holds no keys, which is told."""
        if not isinstance(root, YamlMapping):
            first = next(iter(fields_of(model)))
            self.add_problem(
                self.main,
                1,
                phrase("the file does not hold keys"),
                phrase("begin with {first}: and what belongs to it", first=first),
            )
            return None
        return model.model_validate(root, context=self)

    def add_problem_at(self, model: BaseModel, key: str, what: Text, mend: Text) -> None:
        """Tell a mistake at the line of a model's key; at that of the entry where the key is missing."""
        keys = self.mapping_of[id(model)]
        self.add_problem(keys.file, keys.line_of(key), what, mend)

    def require_unique(self, models: Iterable[BaseModel], key: str) -> None:
        """Require that no value of a key stands twice; case makes no difference."""
        first: dict[str, BaseModel] = {}
        for model in models:
            value = getattr(model, key)
            known = first.setdefault(str(value).casefold(), model)
            if value is not None and known is not model:
                what = phrase(
                    "{key} {value} stands twice, first on {known}", key=key, value=value, known=self.line(known, key)
                )
                self.add_problem_at(model, key, what, phrase("give each its own"))

    def line(self, model: BaseModel, key: str = "") -> Text:
        """Name the line of a model, or of its key, for a message: ``line 5``, or ``line 5 of duma.yaml``."""
        keys = self.mapping_of[id(model)]
        line = keys.line_of(key)
        return phrase(LINE, line=line) if keys.file == self.main else phrase(LINE_OF, line=line, file=keys.file)

    def add_field_problems(self, name: str, value: Any, failure: ValidationError) -> set[int | str]:
        """Tell why the value of a key does not fit: once, or once for each item of it. Return the items."""
        keys = self.open_mappings[-1]
        known: set[int | str] = set()
        for error in failure.errors(include_url=False):
            item = next(iter(error["loc"]), "")
            item = item if isinstance(value, YamlList | YamlMapping) else ""
            if item in known or error["input"] is INVALID:
                continue
            known.add(item)
            line, shown = keys.line_of(name), verbatim(name)
            if isinstance(value, YamlList) and isinstance(item, int):
                line, shown = value.lines[item], phrase("item {number} of {name}", number=item + 1, name=name)
            elif isinstance(value, YamlMapping) and isinstance(item, str) and item in value:
                line, shown = value.lines[item], verbatim(item)
            self.add_problem(keys.file, line, *_explain(shown, error))
        return known


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields as the file spells them, in the order of writing; one that is excluded is not its."""
    return {field.alias or name: field for name, field in model.model_fields.items() if not field.exclude}


class RegistryModel(BaseModel):
    """A mapping of the file. The docstring of a key is also its help in editors (`auditor.registry.registry_schema`)."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Self:
        reader: Any = info.context
        if reader is None or not isinstance(data, YamlMapping):
            made: Self = handler(data)
            return made
        reader.open_mappings.append(data)
        try:
            made = handler(_given(cls, data, reader))
        finally:
            reader.open_mappings.pop()
        reader.mapping_of[id(made)] = data
        return made

    @field_validator("*", mode="wrap")
    @classmethod
    def _read_field(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        if info.context is None:
            return handler(value)
        if value is INVALID:
            return None
        found = cls.model_fields[info.field_name or ""]
        try:
            return handler(value)
        except ValidationError as failure:
            wrong = info.context.add_field_problems(found.alias or info.field_name, value, failure)
            if isinstance(value, YamlList) and "" not in wrong:
                return handler([item for n, item in enumerate(value) if n not in wrong])
            return None if found.is_required() else found.get_default(call_default_factory=True)


def _given(model: type[BaseModel], data: YamlMapping, reader: ModelReader) -> dict[str, Any]:
    """Return what a model is made of. An optional key with an empty value is left out; what is missing is told."""
    known = fields_of(model)
    for key in data.lines:
        if key not in known:
            mend = did_you_mean(key, known, phrase("known here are: {known}", known=", ".join(known)))
            reader.add_problem(
                data.file,
                data.lines[key],
                data.with_location(phrase("the key {key} is not known", key=repr(key))),
                mend,
            )
    given = {key: value for key, value in data.items() if key in known or key not in data.lines}
    for key, found in known.items():
        if not found.is_required():
            if given.get(key, "") is None:
                del given[key]
        elif key not in given:
            given[key] = INVALID
            reader.add_problem(
                data.file,
                data.line,
                data.with_location(phrase("{key} is missing", key=key)),
                phrase("add {key}: here", key=key),
            )
    return given


def _explain(key: Text, error: ErrorDetails) -> tuple[Text, Text | None]:
    """Say what is wrong with a value and how to mend it."""
    kind, value = error["type"], error["input"]
    if value is None:
        return phrase("{key} is empty", key=key), phrase(
            "write its value, or take the key out where it may be left out"
        )
    if kind == "value_error":
        return phrase("{key}: {said}", key=key, said=text_of(error["ctx"]["error"])), None
    if kind == "enum":
        known = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        return phrase("{key} cannot be {value}", key=key, value=_shown(value)), did_you_mean(
            str(value), known, phrase("write one of {known}", known=", ".join(known))
        )
    return phrase("{key} cannot be {value}", key=key, value=_shown(value)), _wanted(kind, value, error.get("ctx", {}))


def _shown(value: Any) -> Text:
    if isinstance(value, dict):
        return phrase("a mapping of keys")
    if isinstance(value, list):
        return phrase("a list")
    if isinstance(value, bool):
        return verbatim("true" if value else "false")
    return verbatim(shorten(repr(value), 60))


_OTHER = N_("write another value")
_WANTED = {
    "list": N_("write a list: each item on its own line after a dash"),
    "model": N_("write keys under it, each with its value"),
    "dict": N_("write keys under it, each with its value"),
    "bool": N_("write true or false"),
    "int": N_("write a whole number"),
    "float": N_("write a number"),
}
_BOUNDS = {
    "greater_than_equal": N_("write {ge} or more"),
    "less_than_equal": N_("write {le} or less"),
    "string_too_short": N_("write it out"),
    "string_too_long": N_("write at most {max_length} characters"),
}


def _wanted(kind: str, value: Any, bounds: dict[str, Any]) -> Text:
    if kind in _BOUNDS:
        return phrase(_BOUNDS[kind], **bounds)
    if kind != "string_type":
        return phrase(_WANTED.get(kind.partition("_")[0], _OTHER))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return phrase("put it in quotes: '{value}'", value=value)
    return phrase("write text, in quotes where it looks like a value")
