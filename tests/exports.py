"""An unpacked export, and what a forger does to it with all sums made anew."""

import gzip
import hashlib
import io
import json
import runpy
import shutil
import zipfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from auditor.archive import Archive
from auditor.base.i18n import Translator
from auditor.commands.dispute_export import export_office
from tests.archive_samples import WEEK, book
from tests.cases import TOMSK


def exported(archive: Archive, folder: Path) -> "Export":
    """Pack what is stored of the first office in the first week, and unpack it."""
    package = export_office(archive, book().offices[0], str(WEEK), Translator("en", TOMSK))
    with zipfile.ZipFile(io.BytesIO(package.data)) as packed:
        packed.extractall(folder)
    return Export(folder, archive.evidence.seals()[1].sha256)


class Export:
    """The folder, and the seal that the report printed."""

    def __init__(self, folder: Path, seal: str) -> None:
        self.folder, self.seal = folder, seal
        self.records: list[dict[str, Any]] = self.read("records.json")
        self.warc = folder / "evidence.warc.gz"

    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_bytes())

    def write(self, name: str, value: Any) -> None:
        (self.folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")

    def copy(self, to: Path) -> "Export":
        return Export(Path(shutil.copytree(self.folder, to, dirs_exist_ok=True)), self.seal)

    def check(self, seal: str | None = None) -> tuple[int, str]:
        """Run the verifier of the export; return its code and what it prints."""
        with redirect_stdout(io.StringIO()) as output:
            verifier = runpy.run_path(str(self.folder / "verify.py"), run_name="verify")
            code = verifier["main"](self.seal if seal is None else seal)
        return code, output.getvalue()

    def sum_up(self, *more: str) -> None:
        """Make the sums anew, but of what is no file: a pipe would never end."""
        named = [line.split("  ")[1] for line in (self.folder / "SHA256SUMS").read_text().splitlines()]
        files = {name: self.folder / name for name in (*named, *more)}
        digests = {n: hashlib.sha256(path.read_bytes()).hexdigest() for n, path in files.items() if path.is_file()}
        lines = [f"{digests.get(name, '0' * 64)}  {name}\n" for name in files]
        (self.folder / "SHA256SUMS").write_text("".join(lines))

    def plain(self, place: int) -> bytes:
        """What the record of an answer says."""
        record = self.records[place]
        return gzip.decompress(self.warc.read_bytes()[record["offset"] : record["offset"] + record["length"]])

    def replace(self, place: int, plain: bytes) -> None:
        """Put another record in the place of an answer's, and move what comes after it in the list."""
        record, data, packed = self.records[place], self.warc.read_bytes(), gzip.compress(plain, 6, mtime=0)
        start, end = record["offset"], record["offset"] + record["length"]
        self.warc.write_bytes(data[:start] + packed + data[end:])
        for other in self.records:
            other["offset"] += len(packed) - record["length"] if other["offset"] > start else 0
        record["length"] = len(packed)
        self.write("records.json", self.records)

    def tell(self, **fields: Any) -> None:
        """Change fields of the first record's entry."""
        self.records[0].update(fields)
        self.write("records.json", self.records)

    def add(self, plain: bytes) -> None:
        """Append a record to the web archive."""
        self.warc.write_bytes(self.warc.read_bytes() + gzip.compress(plain))

    def link(self, body: dict[str, Any]) -> None:
        """Append a well-made seal to the chain."""
        path = self.folder / "seals.jsonl"
        last = json.loads(path.read_text("utf-8").splitlines()[-1])
        text = json.dumps({"seq": last["seq"] + 1, "previous": last["sha256"], **body})
        link = {"seq": last["seq"] + 1, "sha256": hashlib.sha256(text.encode()).hexdigest(), "body": text}
        path.write_text(path.read_text("utf-8") + json.dumps(link) + "\n", "utf-8")
