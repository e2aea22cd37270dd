"""An authority stamps the seal of an audit, and OpenSSL verifies it; a week without a stamp is complete."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.settings import Settings, load_settings
from auditor.probes.timestamp_client import stamp_request, time_stamp
from auditor.run import judge_week as weeks
from auditor.run.timestamp_files import keep_stamp, stamp_of
from tests.archive_samples import NOW, fill, workspace_on
from tests.exports import exported
from tests.probes.memory_network import MemoryNetwork, http_response

SEAL = "ab" * 32
CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


def openssl(*args: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, args)], capture_output=True, check=False)


class Authority:
    """An authority on this machine, and the certificate to trust when its stamps are checked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.certificate = folder, folder / "ca.pem"
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        options = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=Invented authority")
        use = ("-addext", "extendedKeyUsage=critical,timeStamping", "-keyout", folder / "key.pem")
        assert openssl(*options, *use, "-out", self.certificate).returncode == 0

    def reply(self, seal: str) -> bytes:
        (self.folder / "query.tsq").write_bytes(stamp_request(seal))
        key_options = (
            "-inkey",
            self.folder / "key.pem",
            "-signer",
            self.certificate,
            "-out",
            self.folder / "reply.tsr",
        )
        query_options = ("-queryfile", self.folder / "query.tsq", "-config", self.folder / "tsa.cnf")
        assert openssl("ts", "-reply", *query_options, *key_options).returncode == 0
        return (self.folder / "reply.tsr").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority that is made once; tests only read it."""
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_stamp_of_something_else_is_none(authority: Authority, network: MemoryNetwork) -> None:
    """A web page, an error status or a closed connection gives no stamp."""
    stamp = authority.reply(SEAL)
    network.plays = [[http_response(stamp)], [http_response(b"<html>welcome</html>")], [http_response(stamp, 500)], []]
    token, *others = (time_stamp(Settings(stamp_url="http://10.0.0.1/stamp"), SEAL, lambda: NOW) for _ in range(4))
    assert token is not None
    assert bytes.fromhex(SEAL) in token
    assert others == [None] * 3
    assert network.sent.count(b"Content-Type: application/timestamp-query") == 4
    assert stamp_request(SEAL) in network.sent


def test_a_stamp_is_asked_through_the_proxy_of_the_settings(authority: Authority, network: MemoryNetwork) -> None:
    """Which alone is connected to, and is asked to lead to the authority."""
    network.plays = [[http_response(authority.reply(SEAL))]]
    settings = {"AUDITOR_STAMP_URL": "http://stamp.invalid/tsa", "AUDITOR_STAMP_PROXY": "http://10.0.0.9:3128"}
    assert time_stamp(load_settings(settings, Path()), SEAL, lambda: NOW) is not None
    assert network.connected == [("10.0.0.9", 3128)]
    assert network.sent.startswith(b"POST http://stamp.invalid/tsa HTTP/1.1")


def test_the_verifier_shows_the_stamp_and_how_to_check_it(authority: Authority, tmp_path: Path) -> None:
    """It shows the stamped seal and the moment without proving them, and prints the OpenSSL command that does."""
    with Archive.open(fill(tmp_path / "a")) as archive:
        seal = archive.evidence.seals()[1].sha256
        keep_stamp(tmp_path / "a", seal, authority.reply(seal))
        assert archive.verify() == []
        export = exported(archive, tmp_path / "x")
    code, output = export.check()
    match = re.search(r"Not proved here: .* on (\d{8}) at \d{4} UTC. To check it: openssl (.*) -CAfile ca.pem", output)
    assert code == 0
    assert match is not None
    assert match is not None
    assert match[1] in {f"{datetime.now(UTC) - timedelta(days=days):%Y%m%d}" for days in (0, 1)}
    arguments = match[2].replace("seal.tsr", str(export.folder / "seal.tsr")).split()
    assert openssl(*arguments, "-CAfile", authority.certificate).returncode == 0
    (export.folder / "seal.tsr").write_bytes(authority.reply(SEAL))
    export.sum_up()
    assert export.check() == (1, "REFUSED: seal.tsr: it stamps something else than the checksum of the archive\n")


def test_a_week_without_a_stamp_is_whole(
    authority: Authority, network: MemoryNetwork, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A stamp that comes is stored; a missing or unwritable one gives one warning; no warning without an address."""
    workspace = workspace_on(tmp_path / "a")

    def stamp_week(url: str, body: bytes = b"<html>welcome</html>") -> tuple[bool, int]:
        caplog.clear()
        network.plays = [[http_response(body)]]
        weeks._stamp_seal(replace(workspace, settings=replace(workspace.settings, stamp_url=url)), SEAL)
        warnings = [record for record in caplog.records if "stamp_url" in record.message]
        return stamp_of(workspace.data, SEAL) is not None, len(warnings)

    assert stamp_week("") == (False, 0)
    assert stamp_week("http://10.0.0.1/") == (False, 1)
    assert stamp_week("http://10.0.0.1/", authority.reply(SEAL)) == (True, 0)
    assert (workspace.data / "stamps" / f"{SEAL}.tsr").stat().st_mode & 0o777 == 0o600
    (workspace.data / "stamps" / f"{SEAL}.tsr").unlink()
    (workspace.data / "stamps").rmdir()
    (workspace.data / "stamps").touch()
    assert stamp_week("http://10.0.0.1/", authority.reply(SEAL)) == (False, 1)
    assert stamp_of(None, SEAL) is stamp_of(workspace.data, "") is None
