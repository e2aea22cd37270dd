"""Evidence is kept in the web archives' own format: other programs read it, and it says what it is."""

import gzip
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from auditor.archive.warc import DamagedRecordError, build_record, read_record, record_uri
from auditor.base.snapshot import EvidenceKind
from auditor.base.stored_response import StoredResponse, make_stored_response
from tests.cases import NOW

PAGE = "<html>страница Первого района</html>".encode()
PAGED = make_stored_response(
    EvidenceKind.PROFILE, "https://t.me/perviy_rayon?before=5", fetched_at=NOW, status=200, received=PAGE
)
ABOUT = {"fetched_at": NOW, "status": 200, "headers": (("Content-Type", "text/html"),)}
THREAD = "https://t.me/perviy_rayon/7?embed=1"
MINIMISED = make_stored_response(
    EvidenceKind.COMMENTS, THREAD, received=b"<html>as it came</html>", stored=b'{"comments": []}', **ABOUT
)
CALL = make_stored_response(
    EvidenceKind.POSTS, "mtproto://getHistory?x=1", fetched_at=NOW, status=None, received=b' {"messages": []}'
)


def fields_of(answer: StoredResponse) -> dict[str, str]:
    """The named fields of an answer's record, read with gzip alone."""
    head, _, rest = gzip.decompress(build_record(answer)[1]).partition(b"\r\n\r\n")
    version, *lines = head.decode().split("\r\n")
    assert (version, rest) == ("WARC/1.1", answer.body + b"\r\n\r\n")
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.parametrize(
    ("answer", "kind", "own"),
    [
        (PAGED, "text/html", "<urn:uuid:42d89220-80ce-8e51-8ca7-47f9d1936dd7>"),
        (MINIMISED, "application/json", "<urn:uuid:1076b981-2cbc-862f-83c9-2fac5501e4a2>"),
        (CALL, "application/json", "<urn:uuid:431f315d-7a97-823b-87d8-f3d66de2cc02>"),
    ],
)
def test_a_record_says_what_it_is_in_one_form_for_good(answer: StoredResponse, kind: str, own: str) -> None:
    """The row that is sealed names its id, a hash of all of it: what is written today is read and proved in a year."""
    fields, seen = fields_of(answer), answer.evidence
    assert (build_record(answer)[0], fields["WARC-Record-ID"]) == (own, own)
    assert (fields["WARC-Target-URI"], fields["Content-Type"]) == (seen.url, kind)
    assert fields["WARC-Payload-Digest"] == f"sha256:{seen.stored_sha256}"
    assert fields["X-Auditor-Original-SHA256"] == seen.sha256
    assert fields["X-Auditor-Minimised"] == ("yes" if answer is MINIMISED else "no")
    assert ("X-Auditor-Status" in fields) is (answer is not CALL)
    assert ("X-Auditor-HTTP-Headers" in fields) is (answer is MINIMISED)


def test_an_address_cannot_add_a_field() -> None:
    """What could end a line, and all that is no printable ASCII, is percent-encoded."""
    url = "https://t.me/x\r\nX-Auditor-Minimised: no\u2028\x85 y~!"
    answer = make_stored_response(EvidenceKind.PROFILE, url, fetched_at=NOW, status=200, received=b"x", headers=())
    assert record_uri("\x20!~\x7fё") == "%20!~%7F%D1%91"
    assert fields_of(answer)["WARC-Target-URI"] == record_uri(url)
    assert fields_of(answer)["X-Auditor-Minimised"] == "no"


@given(
    path=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    body=st.binary(max_size=200),
    minimised=st.booleans(),
    header=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_whatever_came_is_read_back_as_it_was(path: str, body: bytes, minimised: bool, header: str | None) -> None:
    """Any bytes, any address: through the record and back, by our reader and by warcio's, which checks digests."""
    stored, headers = body[:100] if minimised else None, None if header is None else (("ETag", header),)
    about = {"fetched_at": NOW, "status": 200, "received": body, "stored": stored, "headers": headers}
    answer = make_stored_response(EvidenceKind.POSTS, f"https://t.me/{path}", **about)
    own, member = build_record(answer)
    record = read_record(member)
    assert (record.id, record.body) == (own, answer.body)
    assert record.fields["WARC-Target-URI"] == record_uri(answer.evidence.url)
    for one in ArchiveIterator(BytesIO(member), check_digests="raise"):
        assert (one.rec_headers["WARC-Record-ID"], one.content_stream().read()) == (own, answer.body)


@given(st.data())
def test_a_flipped_bit_of_a_record_is_never_read_as_its_content(data: st.DataObject) -> None:
    """Either it is refused, or what it says is what was written (a bit of gzip's own header means nothing)."""
    member = bytearray(build_record(PAGED)[1])
    member[data.draw(st.integers(0, len(member) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        record = read_record(bytes(member))
    except DamagedRecordError:
        return
    assert record.body == PAGE


@pytest.mark.parametrize(
    "member",
    [
        b"",
        build_record(PAGED)[1][:-1],
        gzip.compress(b"WARC/1.1\r\nWARC-Type: resource\r\n\r\nx\r\n\r\n", mtime=0),
        gzip.compress(b"WARC/1.1\r\nno field\r\n\r\n", mtime=0),
        gzip.compress(gzip.decompress(build_record(PAGED)[1]).replace(b"Kind: profile", b"Kind: posts"), mtime=0),
    ],
)
def test_what_is_not_as_it_was_written_is_refused(member: bytes) -> None:
    """In a record's fields as in its content."""
    with pytest.raises(DamagedRecordError, match=r"a record (cannot be read|was changed)"):
        read_record(member)
