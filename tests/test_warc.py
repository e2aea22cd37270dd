"""Evidence is kept in the web archives' own format: other programs read it, and it says what it is."""

import gzip
import hashlib
import json
import subprocess
import sys
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from auditor.archive import Archive
from auditor.archive.warc import DamagedError, answer_record, read_record, record_uri
from auditor.base.answers import Answer, keep
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from tests.archive_samples import evidence
from tests.cases import NOW, WEEK

PAGE = "<html>страница Первого района</html>".encode()
PAGED = keep(
    EvidenceKind.PROFILE,
    "https://t.me/perviy_rayon?before=5",
    fetched_at=NOW,
    status=200,
    received=PAGE,
    headers=(("Content-Type", "text/html; charset=utf-8"), ("Date", "Tue, 24 Nov 2026 05:00:00 GMT")),
)
MINIMISED = keep(
    EvidenceKind.COMMENTS,
    "https://t.me/perviy_rayon/7?embed=1",
    fetched_at=NOW,
    status=200,
    received=b"<html>as it came</html>",
    stored=b'{"comments": []}',
    headers=(("Content-Type", "text/html"),),
)
CALL = keep(
    EvidenceKind.POSTS,
    "mtproto://messages.getHistory?channel=perviy_rayon",
    fetched_at=NOW,
    status=None,
    received=b'{"messages": []}',
)


def stored(folder: Path, *answers: Answer) -> tuple[Path, ...]:
    """Keep `answers` in a run and return its files: of pages, and of words where there are any."""
    with Archive.open(folder) as archive:
        run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage="тест", tool_version="0")
        archive.searches.keep(run, answers)
        archive.finish_run(run, NOW + timedelta(minutes=1))
    return tuple(sorted((folder / "evidence").iterdir()))


def plain_records(file: Path) -> list[tuple[int, dict[str, str], bytes]]:
    """Read a WARC with nothing but zlib: offset, fields and block of each record, one gzip member each."""
    data, offset, found = file.read_bytes(), 0, []
    while offset < len(data):
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        text = member.decompress(data[offset:])
        assert member.eof
        head, _, rest = text.partition(b"\r\n\r\n")
        version, *lines = head.decode().split("\r\n")
        assert version == "WARC/1.1"
        fields = dict(line.split(": ", 1) for line in lines)
        length = int(fields["Content-Length"])
        assert rest[length:] == b"\r\n\r\n"
        found.append((offset, fields, rest[:length]))
        offset = len(data) - len(member.unused_data)
    return found


def test_a_reader_of_web_archives_reads_every_record(tmp_path: Path) -> None:
    """warcio's own iterator, with digests checked: pages in one file, people's words in the other."""
    found = []
    for file in stored(tmp_path, PAGED, MINIMISED, CALL):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                body = record.content_stream().read()
                found.append((record.rec_type, record.rec_headers["WARC-Target-URI"], body))
    assert [(kind, uri) for kind, uri, _ in found] == [
        ("resource", PAGED.evidence.url),
        ("resource", CALL.evidence.url),
        ("resource", MINIMISED.evidence.url),
    ]
    assert [body for kind, _, body in found if kind == "resource"] == [PAGE, CALL.body, MINIMISED.body]


def test_the_archives_own_checker_finds_nothing_wrong(tmp_path: Path) -> None:
    """``warcio check`` is silent and content; it speaks up about one changed byte."""
    file, words = stored(tmp_path, PAGED, MINIMISED, CALL)
    checker = [sys.executable, "-c", "from warcio.cli import main; main()", "check"]
    done = subprocess.run([*checker, file, words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    plain = file.with_name("plain.warc")
    plain.write_bytes(gzip.decompress(file.read_bytes()).replace("страница".encode(), "стрaница".encode()[:-1] + b"!"))
    assert subprocess.run([*checker, plain], capture_output=True, check=False).returncode == 1


def test_a_second_reader_finds_each_record_where_the_index_says(tmp_path: Path) -> None:
    """Each record is a gzip member by itself; its digest, size and times are what the index holds."""
    files = {file.name: file for file in stored(tmp_path, PAGED, MINIMISED, CALL)}
    with Archive.read(tmp_path) as archive:
        entries = archive.answers.entries()
        for entry in entries:
            data = files[entry.file].read_bytes()
            records = {fields["WARC-Record-ID"]: one for one in plain_records(files[entry.file]) for fields in one[1:2]}
            offset, fields, block = records[entry.record_id]
            assert offset == entry.offset
            assert fields["WARC-Date"] == NOW.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            assert fields["WARC-Payload-Digest"] == f"sha256:{entry.evidence.stored_sha256}"
            assert fields["WARC-Block-Digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
            assert gzip.decompress(data[offset : offset + entry.length]).startswith(b"WARC/1.1\r\n")
    assert [(e.run, e.week, e.vantage) for e in entries] == [(1, str(WEEK), "тест")] * 3
    assert [e.part for e in entries] == ["pages", "pages", "words"]


def test_a_run_that_nothing_answered_has_no_file(tmp_path: Path) -> None:
    """And one whose pages alone answered has one."""
    assert stored(tmp_path / "a") == ()
    assert len(stored(tmp_path / "b", PAGED)) == 1


def test_what_was_minimised_says_so_and_names_its_original(tmp_path: Path) -> None:
    """The words that came are not in the file, their hash is; HTTP's status and headers are told."""
    (file,) = stored(tmp_path, MINIMISED)
    fields = plain_records(file)[-1][1]
    assert fields["WARC-Type"] == "resource"
    assert fields["X-Auditor-Minimised"] == "yes"
    assert fields["X-Auditor-Original-SHA256"] == hashlib.sha256(b"<html>as it came</html>").hexdigest()
    assert fields["X-Auditor-Status"] == "200"
    assert json.loads(fields["X-Auditor-HTTP-Headers"]) == {"Content-Type": "text/html"}
    assert b"as it came" not in gzip.decompress(file.read_bytes())


def test_an_address_cannot_add_a_field(tmp_path: Path) -> None:
    """What could end a line is percent-encoded, and the answer is found by the same address."""
    url = "https://t.me/x\r\nX-Auditor-Minimised: no\u2028\x85 y"
    answer = keep(EvidenceKind.PROFILE, url, fetched_at=NOW, status=200, received=b"x", headers=())
    for _, fields, _ in plain_records(stored(tmp_path, answer)[0])[1:]:
        assert fields["WARC-Target-URI"] == record_uri(url)
        assert " " not in fields["WARC-Target-URI"]
    with Archive.read(tmp_path) as archive:
        assert evidence(archive, answer.evidence.id) == (answer.evidence, b"x")


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["Content-Type", "Date", "Location", "ETag", "Server"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ),
    max_size=3,
    unique_by=lambda header: header[0],
)


@given(
    url=st.text(max_size=40).map(lambda path: f"https://t.me/{path}"),
    body=st.binary(max_size=200),
    minimised=st.booleans(),
    status=st.sampled_from([None, 200, 302, 404, 599]),
    headers=st.none() | HEADERS.map(tuple),
)
def test_whatever_came_is_read_back_as_it_was(url, body, minimised, status, headers) -> None:
    """Any bytes, any address: through the record and back, by our reader and by warcio's."""
    answer = keep(
        EvidenceKind.POSTS,
        url.encode("utf-8", "replace").decode(),
        fetched_at=NOW,
        status=status,
        received=body,
        stored=body[:100] if minimised else None,
        headers=headers,
    )
    own, member = answer_record(answer)
    record = read_record(member)
    assert record.body == answer.body
    assert record.id == own
    assert record.fields["WARC-Target-URI"] == record_uri(answer.evidence.url)
    for found in ArchiveIterator(BytesIO(member), check_digests="raise"):
        found.raw_stream.read()


@given(st.data())
def test_a_flipped_bit_of_a_record_is_never_read_as_its_content(data: st.DataObject) -> None:
    """Either it is refused, or what it says is what was written (a bit of gzip's own header means nothing)."""
    member = bytearray(answer_record(PAGED)[1])
    member[data.draw(st.integers(0, len(member) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        record = read_record(bytes(member))
    except DamagedError:
        return
    assert record.body == PAGE


def test_a_damaged_record_is_refused_in_one_line_and_the_rest_is_served(tmp_path: Path) -> None:
    """The line names file and answer."""
    (file,) = stored(tmp_path, PAGED, CALL)
    with Archive.read(tmp_path) as archive:
        first, second = archive.answers.entries()
        data = bytearray(file.read_bytes())
        data[first.offset + first.length // 2] ^= 1
        file.write_bytes(data)
        with pytest.raises(ArchiveError, match=f"^{file.name}: {first.evidence.id}: ") as caught:
            evidence(archive, first.evidence.id)
        assert "\n" not in str(caught.value)
        assert evidence(archive, second.evidence.id) == (CALL.evidence, CALL.body)
