"""The search for words on a disk finds them however they were written; one that finds nothing would prove nothing."""

import base64
import gzip
import hashlib
import io
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from auditor.base.packing import packed
from tests.bytesearch import everything, found

WORD = "Когда починят тротуар на улице Вымышленной, дом 524?"
NOISE = os.urandom(20_000)

WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda word: word,
    "two bytes a sign, the greater first": lambda word: word.decode().encode("utf-16-be"),
    "as Windows wrote it": lambda word: word.decode().encode("cp1251"),
    "as mail wrote it": lambda word: word.decode().encode("koi8-r"),
    "as numbers of a page": lambda word: "".join(f"&#{ord(sign)};" for sign in word.decode()).encode(),
    "in quoted-printable": lambda word: b"".join(f"={byte:02X}".encode() for byte in word),
    "in base64, in the middle": lambda word: base64.b64encode(b"x" + word + b"y"),
    "in JSON": lambda word: json.dumps(word.decode()).encode(),
    "in an address": lambda word: quote(word).lower().encode(),
    "in JSON within JSON, packed": lambda word: zlib.compress(json.dumps({"a": word.decode()}).encode()),
    "as its digest": lambda word: hashlib.sha256(word).digest(),
    "as the beginning of its digest, in hex": lambda word: hashlib.md5(word).hexdigest()[:20].encode(),
    "in a member behind another": lambda word: gzip.compress(NOISE) + gzip.compress(word),
    "packed twice": lambda word: gzip.compress(b"x" + zlib.compress(word)),
    "packed, and its end written over": lambda word: zlib.compress(word + NOISE, 1)[:-9000] + NOISE,
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_word_is_found_however_it_was_written(how: str, tmp_path: Path) -> None:
    """And not where it is not."""
    (tmp_path / "file").write_bytes(NOISE + WRITTEN[how](WORD.encode()) + NOISE)
    assert found([WORD, "другое слово"], everything(tmp_path)) == [WORD]


def test_a_long_value_of_a_database_is_found_though_it_lies_in_pieces(tmp_path: Path) -> None:
    """As a packed row does, a page each; and in what was removed and not yet written over."""
    with sqlite3.connect(tmp_path / "a.sqlite") as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (?)", (packed(NOISE.hex() + WORD),))
        db.execute("INSERT INTO t VALUES ('короткое слово')")
    db.execute("DELETE FROM t WHERE typeof(x) = 'text'")
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    assert found([WORD, "короткое слово"], everything(tmp_path)) == [WORD, "короткое слово"]


def test_a_word_is_found_in_a_member_of_a_zip_that_is_itself_packed(tmp_path: Path) -> None:
    """As the records of an export are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/a.warc.gz", gzip.compress(NOISE) + gzip.compress(WORD.encode()))
    (tmp_path / "a.zip").write_bytes(target.getvalue())
    assert found([WORD], everything(tmp_path)) == [WORD]
