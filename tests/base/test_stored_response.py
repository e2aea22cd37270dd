"""What is kept of a network's answer, and the record that vouches for it."""

import hashlib
import pickle

from auditor.base.secrets import Secret
from auditor.base.snapshot import EvidenceKind
from auditor.base.stored_response import StoredResponse, make_stored_response, replace_body, store_as
from auditor.probes.driver import Response, record_response
from auditor.probes.protocol import Call, MinimisedResponse, Request
from tests.cases import NOW


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def stored_response(
    received: bytes = b"answer", stored: bytes | None = None, url: str = "https://t.me/x"
) -> StoredResponse:
    return make_stored_response(EvidenceKind.POSTS, url, fetched_at=NOW, status=200, received=received, stored=stored)


def test_an_answer_that_may_stay_is_kept_as_it_came() -> None:
    """Its id is the same for the same answer, and another for another address, moment or content."""
    response, evidence, less = stored_response(), stored_response().evidence, stored_response(stored=b"less").evidence
    assert (response.body, evidence.sha256, evidence.stored_sha256) == (b"answer", sha256(b"answer"), sha256(b"answer"))
    assert (less.sha256, less.stored_sha256) == (sha256(b"answer"), sha256(b"less"))
    assert (evidence.minimised, less.minimised, response.evidence.id) == (False, True, evidence.id)
    assert (
        len({a.evidence.id for a in (response, stored_response(b"other"), stored_response(url="https://t.me/y"))}) == 3
    )


def test_a_secret_is_taken_out_of_all_that_is_kept() -> None:
    """Of the address, the headers and the body, which counts as minimised then."""
    Secret("sekret-klyuch")
    fields = {"fetched_at": NOW, "status": 200, "received": b"a sekret-klyuch b", "headers": (("X", "sekret-klyuch"),)}
    response = make_stored_response(EvidenceKind.PROFILE, "https://t.me/sekret-klyuch", **fields)
    assert "sekret-klyuch" not in f"{response.evidence} {response.body!r} {response.headers}"
    assert response.evidence.minimised
    assert "sekret-klyuch" not in store_as(response, url="https://t.me/sekret-klyuch/5").evidence.url


def test_an_answer_filed_again_keeps_what_came() -> None:
    """Under another kind or address it has another id; with less kept of it, the same."""
    response = stored_response()
    other = store_as(response, kind=EvidenceKind.COMMENTS, url="https://t.me/x/5", stored=b"less")
    assert (other.evidence.kind, other.evidence.url, other.body) == (EvidenceKind.COMMENTS, "https://t.me/x/5", b"less")
    assert other.evidence.id != response.evidence.id
    assert (other.evidence.sha256, other.evidence.minimised) == (sha256(b"answer"), True)
    assert store_as(response, stored=b"answer").evidence == response.evidence
    assert replace_body(response, b"less").evidence.id == response.evidence.id


def test_one_answer_to_two_looks_of_one_moment_is_stored_twice() -> None:
    """The numbers of its authors are those of each look; what is stored as it came is stored once."""
    first, second = (stored_response(stored=body).evidence.id for body in (b"author 1", b"author 3"))
    assert stored_response(stored=b"author 1").evidence.id == first != second
    assert stored_response().evidence.id == stored_response().evidence.id


def test_no_record_holds_the_bytes_that_came() -> None:
    """Only their hash: what was minimised is all that a tape or an archive can give away."""
    received, request = b"a citizen's words", Request(Call("a.b", {}), MinimisedResponse, EvidenceKind.COMMENTS)
    record = record_response(request, MinimisedResponse(at=NOW), Response(NOW, 200, received))
    for response in (record, stored_response(received, b"less"), replace_body(record, b"less")):
        assert received not in pickle.dumps(response)
        assert response.evidence.sha256 == sha256(received)
