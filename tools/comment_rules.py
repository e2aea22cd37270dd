"""Write the table of rules in docs/dev/comments.md anew: `python -m tools.comment_rules`."""

from pathlib import Path

from auditor.language.engine import language

PAGE = Path(__file__).parent.parent / "docs" / "dev" / "comments.md"
_HEADER = "| Rule | Value | Meaning | An invented example |\n|---|---|---|---|"


def page() -> str:
    """Return docs/dev/comments.md with its table of rules made anew."""
    text = PAGE.read_text(encoding="utf-8")
    lines = (f"| `{rule.code}` | {rule.says} | {rule.meaning} | {rule.example} |" for rule in language().rules.values())
    return "\n".join((text[: text.index(_HEADER)] + _HEADER, *lines, ""))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
