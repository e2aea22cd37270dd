"""Unpacking bodies: whole ones come out as they went in, and nothing unfolds beyond the cap."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.probes.limits import Broken, TooBig, Unpacker

MB = 1024 * 1024


def unpacked(coding: str, packed: bytes, *, most: int = MB, piece: int = 64 * 1024) -> bytes:
    unpacker = Unpacker(coding, most)
    for start in range(0, len(packed), piece):
        unpacker.feed(packed[start : start + piece])
    return unpacker.end()


def bare(body: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(body) + squeezer.flush()


PACKERS = {"": bytes, "side": bytes, "gzip": gzip.compress, "deflate": zlib.compress, "Deflate": bare}


@given(st.binary(max_size=3000), st.integers(1, 700), st.sampled_from(sorted(PACKERS)))
def test_a_body_comes_out_as_it_went_in(body: bytes, piece: int, coding: str) -> None:
    """In whatever pieces it comes."""
    assert unpacked(coding, PACKERS[coding](body), piece=piece) == body


def test_several_members_are_one_body() -> None:
    """Servers that compress part by part send several; what stands behind them is nobody's."""
    assert unpacked("gzip", gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0") == b"ab"


def test_a_body_that_was_never_packed_may_be_empty() -> None:
    """A server that names a coding and sends nothing has sent nothing."""
    assert unpacked("gzip", b"") == b""


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_packed_body_that_breaks_off_is_no_body(body: bytes, data: st.DataObject) -> None:
    """Even where the answer around it is well formed: half a page is a page with half the posts."""
    coding = data.draw(st.sampled_from(["gzip", "deflate"]))
    packed = PACKERS[coding](body)
    with pytest.raises(Broken):
        unpacked(coding, packed[: data.draw(st.integers(1, len(packed) - 1))])


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@given(body=st.binary(min_size=3, max_size=400))
def test_garbage_is_broken_and_raises_nothing_else(coding: str, body: bytes) -> None:
    """Whatever comes."""
    try:
        unpacked(coding, b"\x01\x02" + body)
    except Broken:
        return
    assert coding == "deflate", "a bare stream may be valid by chance, a gzip head is not"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "nonsense"])
def test_a_coding_that_was_not_asked_for_is_broken(coding: str) -> None:
    """One on top of the other unfolds a thousand times a thousandfold."""
    with pytest.raises(Broken):
        Unpacker(coding, MB)


def test_a_bomb_is_stopped_while_it_unfolds() -> None:
    """A hundred megabytes of nothing take a hundred kilobytes; no more than the cap is ever in memory."""
    bomb = gzip.compress(bytes(100 * MB))
    tracemalloc.start()
    try:
        with pytest.raises(TooBig):
            unpacked("gzip", bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MB


def test_what_never_unfolds_is_stopped_too() -> None:
    """Empty members without end, and plain bytes without end."""
    with pytest.raises(TooBig):
        unpacked("gzip", gzip.compress(b"") * 10_000, most=100_000)
    with pytest.raises(TooBig):
        unpacked("", bytes(2 * MB))
