"""Evidence is stored in the web archives' own format (WARC): other programs read it, and its fields describe it."""

import gzip
from dataclasses import replace
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
PAGE_RESPONSE = make_stored_response(
    EvidenceKind.PROFILE, "https://t.me/perviy_rayon?before=5", fetched_at=NOW, status=200, received=PAGE
)
COMMON = {"fetched_at": NOW, "status": 200, "headers": (("Content-Type", "text/html"),)}
THREAD = "https://t.me/perviy_rayon/7?embed=1"
MINIMISED_RESPONSE = make_stored_response(
    EvidenceKind.COMMENTS, THREAD, received=b"<html>as it came</html>", stored=b'{"comments": []}', **COMMON
)
MINIMISED_RESPONSE = replace(
    MINIMISED_RESPONSE, evidence=MINIMISED_RESPONSE.evidence.model_copy(update={"id": "ev-7ab23ee7baca"})
)
CALL_RESPONSE = make_stored_response(
    EvidenceKind.POSTS, "mtproto://getHistory?x=1", fetched_at=NOW, status=None, received=b' {"messages": []}'
)


def fields_of(response: StoredResponse) -> dict[str, str]:
    """Return the named fields of a response's record, read with gzip alone."""
    head, _, rest = gzip.decompress(build_record(response)[1]).partition(b"\r\n\r\n")
    version, *lines = head.decode().split("\r\n")
    assert (version, rest) == ("WARC/1.1", response.body + b"\r\n\r\n")
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.parametrize(
    ("response", "content_type", "record_id"),
    [
        (PAGE_RESPONSE, "text/html", "<urn:uuid:42d89220-80ce-8e51-8ca7-47f9d1936dd7>"),
        (MINIMISED_RESPONSE, "application/json", "<urn:uuid:1076b981-2cbc-862f-83c9-2fac5501e4a2>"),
        (CALL_RESPONSE, "application/json", "<urn:uuid:431f315d-7a97-823b-87d8-f3d66de2cc02>"),
    ],
)
def test_a_record_says_what_it_is_in_one_form_for_good(
    response: StoredResponse, content_type: str, record_id: str
) -> None:
    """The sealed row holds the record's id, a hash of all of it, so the format must stay the same for years."""
    fields, evidence = fields_of(response), response.evidence
    assert (build_record(response)[0], fields["WARC-Record-ID"]) == (record_id, record_id)
    assert (fields["WARC-Target-URI"], fields["Content-Type"]) == (evidence.url, content_type)
    assert fields["WARC-Payload-Digest"] == f"sha256:{evidence.stored_sha256}"
    assert fields["X-Auditor-Original-SHA256"] == evidence.sha256
    assert fields["X-Auditor-Minimised"] == ("yes" if response is MINIMISED_RESPONSE else "no")
    assert ("X-Auditor-Status" in fields) is (response is not CALL_RESPONSE)
    assert ("X-Auditor-HTTP-Headers" in fields) is (response is MINIMISED_RESPONSE)


def test_a_call_of_vk_has_a_full_address_in_its_record_and_the_stored_one_in_the_index() -> None:
    """The standard wants an address with a scheme; a replay asks for the call as it always was stored."""
    call = "wall.get?owner_id=5&filter=owner"
    response = make_stored_response(EvidenceKind.POSTS, call, fetched_at=NOW, status=200, received=b"{}")
    assert fields_of(response)["WARC-Target-URI"] == f"urn:auditor:call:{call}"
    assert response.evidence.url == call


def test_an_address_cannot_add_a_field() -> None:
    """Line ends, and all that is not printable ASCII, are percent-encoded."""
    url = "https://t.me/x\r\nX-Auditor-Minimised: no\u2028\x85 y~!"
    response = make_stored_response(EvidenceKind.PROFILE, url, fetched_at=NOW, status=200, received=b"x", headers=())
    assert record_uri("x:\x20!~\x7fё") == "x:%20!~%7F%D1%91"
    assert fields_of(response)["WARC-Target-URI"] == record_uri(url)
    assert fields_of(response)["X-Auditor-Minimised"] == "no"


@given(
    path=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    body=st.binary(max_size=200),
    minimised=st.booleans(),
    header=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_whatever_came_is_read_back_as_it_was(path: str, body: bytes, minimised: bool, header: str | None) -> None:
    """Any bytes and any address survive, read by our reader and by warcio's, which checks digests."""
    stored, headers = body[:100] if minimised else None, None if header is None else (("ETag", header),)
    common = {"fetched_at": NOW, "status": 200, "received": body, "stored": stored, "headers": headers}
    response = make_stored_response(EvidenceKind.POSTS, f"https://t.me/{path}", **common)
    record_id, member = build_record(response)
    record = read_record(member)
    assert (record.id, record.body) == (record_id, response.body)
    assert record.fields["WARC-Target-URI"] == record_uri(response.evidence.url)
    for warc_record in ArchiveIterator(BytesIO(member), check_digests="raise"):
        assert (warc_record.rec_headers["WARC-Record-ID"], warc_record.content_stream().read()) == (
            record_id,
            response.body,
        )


@given(st.data())
def test_a_flipped_bit_of_a_record_is_never_read_as_its_content(data: st.DataObject) -> None:
    """Either the record is refused or its content is unchanged (some bits of gzip's header mean nothing)."""
    member = bytearray(build_record(PAGE_RESPONSE)[1])
    member[data.draw(st.integers(0, len(member) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        record = read_record(bytes(member))
    except DamagedRecordError:
        return
    assert record.body == PAGE


def test_a_record_that_unpacks_without_end_is_refused_in_one_line() -> None:
    """A few kilobytes of a forged file must not fill the memory; the line says how to mend it."""
    with pytest.raises(DamagedRecordError, match=r"more than 64 MiB.*restore the file from a copy"):
        read_record(gzip.compress(bytes(2**26 + 2**20), mtime=0))


@pytest.mark.parametrize(
    "member",
    [
        b"",
        build_record(PAGE_RESPONSE)[1] * 2,
        build_record(PAGE_RESPONSE)[1][:-1],
        gzip.compress(b"WARC/1.1\r\nWARC-Type: resource\r\n\r\nx\r\n\r\n", mtime=0),
        gzip.compress(b"WARC/1.1\r\nno field\r\n\r\n", mtime=0),
        gzip.compress(
            gzip.decompress(build_record(PAGE_RESPONSE)[1]).replace(b"Kind: profile", b"Kind: posts"), mtime=0
        ),
    ],
)
def test_what_is_not_as_it_was_written_is_refused(member: bytes) -> None:
    """Both in a record's fields and in its content."""
    with pytest.raises(DamagedRecordError, match=r"a record (cannot be read|was changed)"):
        read_record(member)
