"""What is wrong in a TOML file that cannot be read, where, and how to mend it: tomllib says it in English alone."""

import re

from auditor.base.text import N_, Text, phrase

_TYPING_MISTAKES = (
    (
        re.compile(r"^(<{7}|={7}|>{7})"),
        N_("a mark of git's merge stands here"),
        N_("keep one of the two versions and delete the marks"),
    ),
    (
        re.compile(r"^[^#\"'=]*=\s*[„“”«»’‘]"),
        N_("the value stands in Word's quotes"),
        N_('put it in plain ones: key = "value"'),
    ),
    (re.compile(r"^\s*[\w.-]+\s*:"), N_("a colon stands in place of the sign ="), N_('write key = "value"')),
    (re.compile(r"^\s*[\w.-]+\s*=\s*(#|$)"), N_("the key has no value"), N_("write one, or delete the line")),
    (re.compile(r"^[^#=]*$"), N_("there is no sign ="), N_('write key = "value"')),
    (re.compile(r'^[^#=]*=\s*"[^"]*\\'), N_("a backslash stands in the value"), N_("write / in its place")),
    (re.compile(r"^[^#=]*=\s*\"[^\"]*$|^[^#=]*=\s*'[^']*$"), N_("quotes are not closed"), N_("close them")),
    (re.compile(r"^[^#=\"']*=\s*[^\s\"'\d\[{+-]"), N_("text stands without quotes"), N_('write key = "value"')),
)
"""How a line looks that was typed or pasted wrong, what is wrong, and how to mend it."""
_TWICE = "overwrite"
"""A part of tomllib's message for a key that stands twice."""


def toml_mistake(content: bytes, error: ValueError) -> tuple[int, Text, Text]:
    """Return the line of the mistake for which `content` could not be read, what is wrong, and how to mend it."""
    if isinstance(error, UnicodeDecodeError):
        line = content[: error.start].count(b"\n") + 1
        return line, phrase("the text is not UTF-8"), phrase("save the file in the encoding UTF-8")
    lines = content.decode("utf-8-sig").splitlines() or [""]
    location = re.search(r"at line (\d+)", str(error))
    line = min(int(location[1]), len(lines)) if location else len(lines)
    if _TWICE in str(error):
        return line, phrase("the key stands twice"), phrase("delete one of the two lines")
    forms = ((what, how) for form, what, how in _TYPING_MISTAKES if form.match(lines[line - 1]))
    what, how = next(forms, (N_("from here on the lines cannot be read"), N_('write key = "value"')))
    return line, Text(what), Text(how)
