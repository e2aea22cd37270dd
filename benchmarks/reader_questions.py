"""What it takes a reader to have each question answered on the page: steps, words, seconds.

    PYTHONPATH=. python benchmarks/reader_questions.py [docs/reader-questions.md]

Asks the questions of `tests/e2e/readers.py` of the invented week in chromium and writes the table. Each answer is
compared with the audit document on the way.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.page.html import render_html
from tests.audit_samples import sample_audit
from tests.e2e.readers import POINT, QUESTIONS, READ, Question, Reader

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HEAD = f"""# What it takes to have a question answered

Made by `PYTHONPATH=. python benchmarks/reader_questions.py docs/reader-questions.md` from the invented week of the
tests, in chromium at 1440 pixels; the same questions are tests (`tests/e2e/test_reader_questions.py`), and each answer
is compared with the audit document. Every step goes by words that can be seen. Nobody was watched: the seconds are a
model's, {POINT} s for each press (thinking, pointing, pressing) and {READ:.0f} words read a second. What the browser
itself took is in the last column.

| question | steps | presses | words read | seconds, by the model | seconds, the browser's |
|---|---|---|---|---|---|
"""


def ask(page: Page, at: str, question: Question, audit: Audit) -> str:
    """Return the question's line of the table."""
    page.goto(at)
    reader = Reader(page)
    question(reader, audit)
    took = reader.measured
    said = (question.__doc__ or "").strip()
    steps = "; ".join(dict.fromkeys(reader.steps))
    return f"| {said} | {steps} | {reader.acts} | {reader.words} | {reader.seconds:.0f} | {took:.1f} |"


def main() -> int:
    """Write the table to the file that is named, or print it."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        print("there is no chromium here")
        return 1
    audit = sample_audit()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        at = Path(folder) / "index.html"
        at.write_text(render_html(audit, catalogue=Catalogue("ru")), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        lines = [ask(page, at.as_uri(), question, audit) for question in QUESTIONS]
        browser.close()
    table = HEAD + "\n".join(lines) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(table, encoding="utf-8")
    else:
        print(table, end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
