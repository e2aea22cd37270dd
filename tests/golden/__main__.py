"""Write the stored verdicts, report texts and outputs of the documentation anew."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.commands import console_blocks
from tests.golden import VERDICTS, demonstration, verdicts, words

with TemporaryDirectory() as folder:
    reports = demonstration(Path(folder))
    VERDICTS.write_text("".join(f"{line}\n" for line in verdicts(reports)), encoding="utf-8")
    for name, text in words.report_texts(reports):
        (words.FOLDER / name).write_text(text, encoding="utf-8")
    console_blocks.renew(Path(folder))
