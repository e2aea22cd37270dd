"""Measure what it takes five readers to have their questions answered in the reports: presses, screens, seconds.

    python -m tools.reader_questions [docs/dev/reader-questions.md]

Asks the questions of `tests/browser/report_readers.py` of two invented weeks in chromium and writes the table. Each
answer is compared with the audit document on the way.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.audit_samples import sample_audit
from tests.browser.report_readers import DESK, POINT, READ, READERS, TELEPHONE, Question, Reader, make_site

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BEFORE = {
    "got_worse": "0, 3 s",
    "what_to_do": "1, 13 s",
    "opened_late": "1, 15 s",
    "three_posts": "1, 9 s",
    "proof": "1, 14 s",
    "no_public_reply": "1, 26 s",
    "ownership": "1, 17 s",
    "grey_cell": "1, 7 s",
    "not_looked_at": "0, 10 s",
    "never_opened": "2, 10 s",
}
"""Presses and seconds on the single long page of version 0.4.0, at a desk; screens were not counted then."""
HEAD = f"""# What it takes to have a question answered

Made by `python -m tools.reader_questions docs/dev/reader-questions.md` from two invented weeks of the
tests, in chromium; the same questions are tests (`tests/browser/test_reader_questions.py`), and each answer is compared
with the audit document. Every reader starts on the page that opens the folder and goes by words that can be seen. A
telephone has {TELEPHONE[0]} by {TELEPHONE[1]} pixels, a desk {DESK[0]} by {DESK[1]}. Screens are counted over all
pages that were opened, down to what was pressed or read. Nobody was watched: the seconds are a model's, {POINT} s for
each press (thinking, pointing, pressing) and {READ:.0f} words read a second. Before: the single long page of version
0.4.0, at a desk and already on the week's page; «—» was not asked then.

| reader | question | steps | presses | screens | seconds | before: presses, seconds |
|---|---|---|---|---|---|---|
"""


def lines(browser: Browser, home: str) -> Iterator[str]:
    """Yield a table row for each question."""
    for who, (size, questions) in READERS.items():
        for question in questions:
            context = browser.new_context(viewport={"width": size[0], "height": size[1]})
            page = context.new_page()
            page.goto(home)
            reader = Reader(page)
            question(reader, sample_audit())
            context.close()
            yield line(who, question, reader)


def line(who: str, question: Question, reader: Reader) -> str:
    """Return the table row of a question."""
    text = (question.__doc__ or "").strip()
    steps, earlier = "; ".join(dict.fromkeys(reader.steps)), BEFORE.get(question.__name__, "—")
    return f"| {who} | {text} | {steps} | {reader.acts} | {reader.screens} | {reader.seconds:.0f} | {earlier} |"


def main() -> int:
    """Write the table to the named file, or print it."""
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        print("there is no chromium here")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        home = make_site(Path(folder)).as_uri()  # before the browser: its loop is not ours
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
            table = HEAD + "\n".join(lines(browser, home)) + "\n"
            browser.close()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(table, encoding="utf-8")
    else:
        print(table, end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
