"""The seal of an audit is stamped by an authority's clock and OpenSSL finds it good; without one a week is whole."""

import io
import re
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week
from auditor.commands.proof import pack
from auditor.commands.publish import run_weekly
from auditor.probes.stamps import stamp_request, time_stamp
from auditor.run.kept_stamps import stamp_of
from auditor.sandbox import World
from tests.cases import NOW
from tests.pipeline import few, sandboxed
from tests.test_export_proofs import Export

SEAL = "ab" * 32
CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(*args: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, args)], capture_output=True, check=False)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An authority on this machine: its address, and the certificate that who checks it trusts."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    made = openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=Invented authority"),
        *(
            "-addext",
            "extendedKeyUsage=critical,timeStamping",
            "-keyout",
            folder / "key.pem",
            "-out",
            folder / "ca.pem",
        ),
    )
    assert made.returncode == 0, made.stderr

    class Stamping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "ask.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            said = openssl(
                *("ts", "-reply", "-queryfile", folder / "ask.tsq", "-config", folder / "tsa.cnf"),
                *("-inkey", folder / "key.pem", "-signer", folder / "ca.pem", "-out", folder / "said.tsr"),
            )
            assert said.returncode == 0, said.stderr
            body = (folder / "said.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Stamping) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", folder / "ca.pem"
        server.shutdown()


def checked(seal: str, token: bytes, ca: Path, folder: Path) -> bool:
    (folder / "token.tsr").write_bytes(token)
    done = openssl("ts", "-verify", "-digest", seal, "-in", folder / "token.tsr", "-CAfile", ca)
    return done.returncode == 0


def test_openssl_reads_the_request(tmp_path: Path) -> None:
    """Version, algorithm, the seal as the hash, and the certificate asked for."""
    (tmp_path / "ask.tsq").write_bytes(stamp_request(SEAL))
    said = openssl("ts", "-query", "-in", tmp_path / "ask.tsq", "-text").stdout.decode()
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert "ab ab ab ab" in said


@pytest.fixture(scope="module")
def week(authority: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Export]:
    """The token of a stamped week, and an export of it with its seal."""
    folder = tmp_path_factory.mktemp("week")
    with sandboxed(few(World.build()), folder, AUDITOR_STAMP_URL=authority[0]) as (_, session):
        week = Week.last_ended(session.clock(), session.registry.zone)
        audit = run_weekly(session, week, synthetic=True)[0].audit
        with Archive.read(session.data) as archive:
            token = stamp_of(archive.folder, audit.seal)
            assert archive.verify() == []
            package = pack(archive, session.registry.offices[0], str(week), Catalogue("en"))
    assert token is not None
    zipfile.ZipFile(io.BytesIO(package.data)).extractall(folder / "export")
    return token, Export(folder / "export", audit.seal)


def test_the_seal_of_a_week_is_stamped(week: tuple[bytes, Export], authority: tuple[str, Path], tmp_path: Path) -> None:
    """The token is kept, and good for this seal and no other."""
    (token, export), (_, ca) = week, authority
    assert checked(export.seal, token, ca, tmp_path)
    assert not checked(SEAL, token, ca, tmp_path)


def test_the_verifier_tells_of_the_stamp_and_how_to_check_it(
    week: tuple[bytes, Export], authority: tuple[str, Path]
) -> None:
    """Python alone reads what is stamped and when, and says that it proves neither; OpenSSL does, by that line."""
    (_, export), (_, ca) = week, authority
    code, said = export.check()
    assert code == 0
    told = re.search(r"Not proved here: .* on (\d{8}) at \d{4} UTC. To check it: openssl (.*) -CAfile ca.pem", said)
    assert told is not None
    assert told[1] in {f"{datetime.now(UTC):%Y%m%d}", f"{datetime.now(UTC) - timedelta(days=1):%Y%m%d}"}
    words = told[2].replace("seal.tsr", str(export.folder / "seal.tsr")).split()
    assert openssl(*words, "-CAfile", ca).returncode == 0


def test_a_stamp_of_another_seal_is_refused(
    week: tuple[bytes, Export], authority: tuple[str, Path], tmp_path: Path
) -> None:
    """Though an authority made it, and all sums were made anew."""
    there = week[1].copy(tmp_path / "there")
    token = time_stamp(authority[0], SEAL, lambda: NOW)
    assert token is not None
    (there.folder / "seal.tsr").write_bytes(token)
    there.sum_up()
    assert there.check() == (1, "REFUSED: seal.tsr: it stamps something else than the seal of the audit\n")


def test_without_an_answer_the_week_is_whole(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody listens there: one warning, and a report."""
    with sandboxed(few(World.build()), tmp_path, AUDITOR_STAMP_URL="http://127.0.0.1:9") as (_, session):
        week = Week.last_ended(session.clock(), session.registry.zone)
        judged, page = run_weekly(session, week, synthetic=True)
        audit = judged.audit
        with Archive.read(session.data) as archive:
            assert stamp_of(archive.folder, audit.seal) is None
    assert page.is_file()
    assert [record.message for record in caplog.records if "AUDITOR_STAMP_URL" in record.message]


def test_a_stamp_of_something_else_is_none(authority: tuple[str, Path]) -> None:
    """A page with 200 in its place is not kept."""
    url, _ = authority
    token = time_stamp(url, SEAL, lambda: NOW)
    assert token is not None
    assert bytes.fromhex(SEAL) in token
