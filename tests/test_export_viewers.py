"""An export opens where people open web archives: a WACZ whose index leads to the page, never to another record."""

import gzip
import hashlib
import io
import json
import zipfile
from collections import Counter

import pytest
from warcio.archiveiterator import ArchiveIterator

from auditor.archive import Archive
from auditor.base.weeks import Week
from auditor.commands.proof import pack
from auditor.commands.publish import run_weekly
from auditor.commands.wacz import surt
from auditor.sandbox import World
from tests.pipeline import sandboxed


class Wacz:
    """An export as a viewer opens it."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.warc = self.zip.read("archive/evidence.warc.gz")
        lines = [line.split(" ", 2) for line in self.zip.read("indexes/index.cdx").decode().splitlines()]
        self.index = [(key, moment, json.loads(told)) for key, moment, told in lines]
        self.pages = [json.loads(line) for line in self.zip.read("pages/pages.jsonl").decode().splitlines()]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Wacz]:
    """The exports of every office after one week of the sandbox."""
    folder, world = tmp_path_factory.mktemp("viewed"), World.build()
    with sandboxed(world, folder) as (_, session):
        week = Week.last_ended(world.now, session.registry.zone)
        run_weekly(session, week, synthetic=True)
        with Archive.read(folder / "data") as archive:
            return [Wacz(pack(archive, o, str(week), session.words).data) for o in session.registry.offices]


def test_the_index_leads_to_each_record(exports: list[Wacz]) -> None:
    """By offset and length, with address, type and digest, sorted as a viewer searches it."""
    for wacz in exports:
        assert wacz.index == sorted(wacz.index, key=lambda line: line[:2])
        for key, _, told in wacz.index:
            member = wacz.warc[int(told["offset"]) : int(told["offset"]) + int(told["length"])]
            record = next(iter(ArchiveIterator(io.BytesIO(gzip.decompress(member)))))
            assert record.rec_headers["WARC-Target-URI"] == told["url"]
            assert key == surt(told["url"])
            assert f"sha256:{hashlib.sha256(record.content_stream().read()).hexdigest()}" == told["digest"]


def test_every_answer_is_in_the_index_and_no_note(exports: list[Wacz]) -> None:
    """What is a request or says who wrote the file is no capture."""
    for wacz in exports:
        kinds = Counter(record.rec_type for record in ArchiveIterator(io.BytesIO(wacz.warc)))
        assert set(kinds) <= {"warcinfo", "request", "response", "resource"}
        assert kinds["response"] + kinds["resource"] == len(wacz.index)
        assert not [told for _, _, told in wacz.index if told["url"].startswith("urn:auditor")]


def test_no_record_shows_in_the_place_of_another(exports: list[Wacz]) -> None:
    """A viewer finds a record by address and second: among all answers of a run there are no two with the same."""
    answers = {(key, moment, told["digest"], told["url"]) for wacz in exports for key, moment, told in wacz.index}
    assert len(answers) > 100
    assert not [place for place, count in Counter(answer[:2] for answer in answers).items() if count > 1]


def test_pages_can_be_opened_from_the_list(exports: list[Wacz]) -> None:
    """Each is in the index, came whole, and is a page of HTML."""
    assert [wacz.pages[0]["format"] for wacz in exports] == ["json-pages-1.0"] * len(exports)
    listed = [(page, wacz) for wacz in exports for page in wacz.pages[1:]]
    assert len(listed) > 20
    for page, wacz in listed:
        told = next(told for _, _, told in wacz.index if told["url"] == page["url"])
        assert (told["mime"], told["status"]) == ("text/html", "200")


def test_the_package_lists_its_files_with_their_hashes(exports: list[Wacz]) -> None:
    """WARC and index are stored uncompressed: viewers read parts of them."""
    for wacz in exports:
        package = wacz.zip.read("datapackage.json")
        told = json.loads(package)
        assert told["wacz_version"] == "1.1.1"
        for resource in told["resources"]:
            data = wacz.zip.read(resource["path"])
            assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        digest = json.loads(wacz.zip.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(package).hexdigest()}"
        names = {resource["path"] for resource in told["resources"]}
        assert names | {"datapackage.json", "datapackage-digest.json"} == set(wacz.zip.namelist())
        stored = {info.filename for info in wacz.zip.infolist() if info.compress_type == zipfile.ZIP_STORED}
        assert stored == {"archive/evidence.warc.gz", "indexes/index.cdx"}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://t.me/s/A_b?before=5&A=%D0%9F", "me,t)/s/a_b?a=%d0%9f&before=5"),
        ("https://www.vk.com/", "com,vk)/"),
        ("https://vk.com", "com,vk)/"),
        ("http://127.0.0.1:8080/x?b=1&a", "1,0,0,127:8080)/x?a&b=1"),
        ("https://t.me:443/x/", "me,t)/x"),
        ("https://t.me/путь", "me,t)/%d0%bf%d1%83%d1%82%d1%8c"),
        ("mtproto://messages.getHistory?channel=x", "gethistory,messages)/?channel=x"),
    ],
)
def test_addresses_are_sorted_as_viewers_sort_them(url: str, key: str) -> None:
    """The keys that pywb's own indexer gives."""
    assert surt(url) == key
