"""Turn the mappings of a file into models; report each mistake once, at its line, and still read the rest of the file.

A model reads a `YamlMapping` field by field. An invalid value is reported and left out, so that one mistake hides no
other, and the rules of the whole (`auditor.registry.rules`) are checked on the rest. A model that was read with
mistakes is never used: the caller raises `RegistryError`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from auditor.base.errors import Problem, UsageError, text_of
from auditor.base.text import N_, Text, phrase, shorten, verbatim

_Model = TypeVar("_Model", bound=BaseModel)

_MOST = 500
"""Problems reported at once; the rest is counted as one more."""
_WIDEST = 600
"""Characters that a message quotes at most: a tag or a name may be as long as the file."""


_MISSING = object()
"""The value of a required key that a mapping lacks: reported already, so that it causes no further mistake."""


class YamlMapping(dict[str, Any]):
    """A mapping of the file. `lines` has the line of each key that is written in the file; 1 is the first."""

    def __init__(self, line: int = 1, file: str = "", location: Text | None = None) -> None:
        """Begin at `line` of `file`; messages name it by `location`, such as ``item 2 of offices``."""
        super().__init__()
        self.line, self.file, self.location = line, file, location
        self.lines: dict[str, int] = {}

    def with_location(self, message: str, /, **params: object) -> Text:
        """Return a message that also names this entry."""
        what = phrase(message, **params)
        return phrase("{what} in {place}", what=what, place=self.location) if self.location else what

    def line_of(self, key: str) -> int:
        """Return the line of `key`, or of the entry if the key is missing."""
        return self.lines.get(key, self.line)

    def entries(self, key: str) -> "list[YamlMapping]":
        """Return the mappings in the list at `key`; none if there is no list."""
        value = self.get(key)
        return [entry for entry in value if isinstance(entry, YamlMapping)] if isinstance(value, YamlList) else []

    def text(self, key: str) -> str:
        """Return the text at `key` without blanks around it, empty if there is none."""
        value = self.get(key)
        return value.strip() if isinstance(value, str) else ""


class YamlList(list[Any]):
    """A list of the file, with the lines of its items."""

    def __init__(self) -> None:
        """Begin without items."""
        super().__init__()
        self.lines: list[int] = []


def invalid(message: str, /, **params: object) -> ValueError:
    """Return the error of a value that cannot be used: what is wrong with it, and how to mend it."""
    return ValueError(phrase(message, **params))


def refusal(message: str, /, **params: object) -> UsageError:
    """Return the error of a command that cannot be carried out: why not, and what to do."""
    return UsageError(phrase(message, **params))


def did_you_mean(name: str, valid_names: Iterable[str], fallback: Text) -> Text:
    """Return a fix for an invalid name: the closest of `valid_names`, or `fallback` if none is close."""
    closest = get_close_matches(name, list(valid_names), n=1)
    return phrase("did you mean {name}?", name=repr(closest[0])) if closest else fallback


def _filled(sentence: str | Text, params: dict[str, object]) -> Text:
    return _harmless(phrase(sentence, **params) if isinstance(sentence, str) else sentence)


def _harmless(text: Text) -> Text:
    """Return a text whose parameters have no control characters, no line breaks and a limited length."""
    return replace(text, params={name: _harmless_value(value) for name, value in text.params.items()})


def _harmless_value(value: Any) -> Any:
    if isinstance(value, Text):
        return _harmless(value)
    if not isinstance(value, str):
        return value
    visible = "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in value)
    return shorten(" ".join(visible.split()), _WIDEST)


# Reading --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ModelReader:
    """Collects the problems of one reading, and the mapping of the file behind each model."""

    main: str = ""
    """The file that messages leave unnamed."""
    problems: dict[str, Problem] = field(default_factory=dict)
    """The problems so far, by their text, which is safe for a terminal."""
    mapping_of: dict[int, YamlMapping] = field(default_factory=dict)
    """By `id()` of the model."""
    open_mappings: list[YamlMapping] = field(default_factory=list)
    """The mappings that are being read, the outermost first."""

    def add_problem_at(
        self,
        entry: BaseModel | YamlMapping,
        key: str,
        what: str | Text,
        fix: str | Text | None = None,
        /,
        **params: object,
    ) -> None:
        """Add a problem at the line of an entry's key, or of the entry if the key is missing.

        `what` is wrong and `fix` mends it: sentences with `params`. There is no fix where `what` says it too.
        """
        mapping = entry if isinstance(entry, YamlMapping) else self.mapping_of[id(entry)]
        self.add_problem(mapping.file, mapping.line_of(key), what, fix, **params)

    def add_problem(
        self, file: str, line: int, what: str | Text, fix: str | Text | None = None, /, **params: object
    ) -> None:
        """Add a problem at a line of a file, as `add_problem_at` does."""
        if len(self.problems) == _MOST:
            what, fix = N_("there are more mistakes"), N_("mend these first")
        if len(self.problems) <= _MOST:
            problem = Problem(file, line, _filled(what, params), _filled(fix, params) if fix else None)
            self.problems[str(problem)] = problem

    def read(self, model: type[_Model], root: Any) -> _Model | None:
        """Return a file as a model; None, and a problem, if `root` is no mapping."""
        if isinstance(root, YamlMapping):
            return model.model_validate(root, context=self)
        first = next(iter(fields_of(model)))
        self.add_problem(
            self.main, 1, "the file does not hold keys", "begin with {first}: and what belongs to it", first=first
        )
        return None

    def require_unique(self, models: Iterable[BaseModel], key: str) -> None:
        """Add a problem for each value of a key that occurs twice."""
        first_by_value: dict[Any, BaseModel] = {}
        for model in models:
            value = getattr(model, key)
            earlier = first_by_value.setdefault(value, model)
            if value is not None and earlier is not model:
                what = phrase(
                    "{key} {value} stands twice, first on {known}", key=key, value=value, known=self.line(earlier, key)
                )
                self.add_problem_at(model, key, what, "give each its own")

    def line(self, model: BaseModel, key: str = "") -> Text:
        """Return the line of a model, or of its key, for a message: ``line 5``, or ``line 5 of duma.yaml``."""
        mapping = self.mapping_of[id(model)]
        line = mapping.line_of(key)
        if mapping.file == self.main:
            return phrase("line {line}", line=line)
        return phrase("line {line} of {file}", line=line, file=mapping.file)

    def add_field_problems(self, name: str, value: Any, failure: ValidationError) -> set[int | str]:
        """Add the problems of a key's value: one, or one for each invalid item. Return these items' indexes or keys."""
        mapping = self.open_mappings[-1]
        reported: set[int | str] = set()
        for error in failure.errors(include_url=False):
            item = next(iter(error["loc"]), "")
            item = item if isinstance(value, YamlList | YamlMapping) else ""
            if item in reported:
                continue
            reported.add(item)
            line, label = mapping.line_of(name), verbatim(name)
            if isinstance(value, YamlList) and isinstance(item, int):
                line, label = value.lines[item], phrase("item {number} of {name}", number=item + 1, name=name)
            elif isinstance(value, YamlMapping) and isinstance(item, str) and item in value:
                line, label = value.lines[item], verbatim(item)
            self.explain(line, label, error)
        return reported

    def explain(self, line: int, key: Text, error: ErrorDetails) -> None:
        """Add the problem of a value that pydantic refuses."""
        file, context = self.open_mappings[-1].file, error.get("ctx", {})
        if error["input"] is None:
            fix = N_("write its value, or take the key out where it may be left out")
            self.add_problem(file, line, "{key} is empty", fix, key=key)
        elif error["type"] == "value_error":
            self.add_problem(
                file, line, "{key}: {said}", _fix_words(error["input"]), key=key, said=text_of(context["error"])
            )
        else:
            fix_text, shown = _fix_for(error["type"], error["input"], context), _describe(error["type"], error["input"])
            self.add_problem(file, line, "{key} cannot be {value}", fix_text, key=key, value=shown)


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields by their names in the file, in the order of the model, without those of no file."""
    return {field.alias or name: field for name, field in model.model_fields.items() if field.repr}


def derived_field(default: Any) -> Any:
    """Return a field that no file has: it is set after reading, and written nowhere."""
    return Field(default, exclude=True, repr=False)


class RegistryModel(BaseModel):
    """A mapping of the file as a model. A field's docstring is its help in editors (`registry_schema`)."""

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
            model: Self = handler(data)
            return model
        reader.open_mappings.append(data)
        try:
            model = handler(_field_values(cls, data, reader))
        finally:
            reader.open_mappings.pop()
        reader.mapping_of[id(model)] = data
        return model

    @field_validator("*", mode="wrap")
    @classmethod
    def _read_field(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        if info.context is None:
            return handler(value)
        if value is _MISSING:
            return None
        field_info = cls.model_fields[info.field_name or ""]
        try:
            return handler(value)
        except ValidationError as failure:
            wrong_items = info.context.add_field_problems(field_info.alias or info.field_name, value, failure)
            if isinstance(value, YamlList) and "" not in wrong_items:
                return handler([item for n, item in enumerate(value) if n not in wrong_items])
            return None if field_info.is_required() else field_info.get_default(call_default_factory=True)


def _field_values(model: type[BaseModel], data: YamlMapping, reader: ModelReader) -> dict[str, Any]:
    """Return the values for a model, without optional keys that are empty. Unknown and missing keys are reported."""
    fields = fields_of(model)
    for key in data.lines:
        if key not in fields:
            fix = did_you_mean(key, fields, phrase("known here are: {known}", known=", ".join(fields)))
            reader.add_problem_at(data, key, data.with_location("the key {key} is not known", key=repr(key)), fix)
    values = {key: value for key, value in data.items() if key in fields or key not in data.lines}
    for key, field_info in fields.items():
        if not field_info.is_required():
            if values.get(key, "") is None:
                del values[key]
        elif key not in values:
            values[key] = _MISSING
            missing = data.with_location("{key} is missing", key=key)
            reader.add_problem_at(data, "", missing, "add {key}: here", key=key)
    return values


def _describe(kind: str, value: Any) -> Text:
    if isinstance(value, dict):
        return phrase("a mapping of keys")
    if isinstance(value, list):
        return phrase("a list")
    if isinstance(value, bool):
        return verbatim("true" if value else "false")
    if isinstance(value, int | float) and kind == "string_type":
        return phrase("a number")  # it may be written otherwise in the file: 1e3, 007
    return verbatim(shorten(repr(value), 60))


_WORDS = re.compile("[“”„«»‘’\u2010-\u2015\u2212\u00a0\u202f]")
"""Signs that Word puts in the place of those typed."""


def _fix_words(value: Any) -> Text | None:
    """Return the fix of an invalid value that Word changed; None if it did not."""
    signs = "".join(dict.fromkeys(_WORDS.findall(value))) if isinstance(value, str) else ""
    return phrase("{signs} is what Word puts: type it on the keyboard", signs=repr(signs)) if signs else None


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


def _fix_for(kind: str, value: Any, context: dict[str, Any]) -> Text:
    if kind == "enum":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        return did_you_mean(str(value), allowed, phrase("write one of {known}", known=", ".join(allowed)))
    if kind in _BOUNDS:
        return phrase(_BOUNDS[kind], **context)
    if kind != "string_type":
        return phrase(_WANTED.get(kind.partition("_")[0], _OTHER))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return phrase("put what is written there in quotes")
    return phrase("write text, in quotes where it looks like a value")
