"""The page as an A4 PDF, printed by a chromium on this machine, with its tags, its outline and page numbers.

The browser sees one file in a folder of its own that is removed after it, is given no network and none of our
environment, and has a time-out. What it writes of the clock is replaced by the audit's own moment, so that the same
audit and the same browser give the same bytes.
"""

import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_TIMEOUT = 180.0
"""Seconds: 2,500 offices take under two minutes."""
_QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-breakpad",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    # Nobody to speak to: no name resolves, and a proxy that is not there takes what needs none.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
_TAG = re.compile(rb"\(node\d{8}\)")
_DATE = re.compile(rb"/(CreationDate|ModDate) ?\(D:\d{14}[^)]{0,8}\)")


def find_browser(named: Path | None = None) -> Path:
    """Return the browser that `named` names, or one on ``PATH``. Raises `CannotRunError` where there is none."""
    if named is not None:
        found = shutil.which(named)
        if found is None:
            raise CannotRunError(f"AUDITOR_BROWSER: {named} is no program that can be run; name a chromium's file")
        return Path(found)
    known = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if known is None:
        raise CannotRunError(
            "the PDF is printed by chromium, and there is none here; install it, or set AUDITOR_BROWSER"
        )
    return Path(known)


def print_pdf(page: str, audit: Audit, *, browser: Path | None = None, timeout: float = _TIMEOUT) -> bytes:
    """Print the weekly page of `audit`. Raises `CannotRunError` where no browser is there or it does not print.

    The page should have no ways to other files: their addresses would lead into the folder that is removed.
    """
    program = find_browser(browser)
    with TemporaryDirectory(prefix="auditor-pdf-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        # Without its script: paper has no buttons.
        (place / "report.html").write_text(_SCRIPT.sub("", page), encoding="utf-8")
        _print(program, place, f"auditor {audit.tool_version}", timeout)
        printed = _read(place / "report.pdf", program)
    return _settled(printed, audit.as_of)


def _print(program: Path, place: Path, agent: str, timeout: float) -> None:
    command = [
        str(program),
        *_QUIET,
        *(["--no-sandbox"] if os.geteuid() == 0 else []),  # chromium has none for root
        f"--user-agent={agent}",  # it becomes the document's creator
        f"--user-data-dir={place / 'profile'}",
        f"--print-to-pdf={place / 'report.pdf'}",
        (place / "report.html").as_uri(),
    ]
    home = {"HOME": str(place), "TMPDIR": str(place), "PATH": os.environ.get("PATH", os.defpath)}
    plain = home | {"LANG": "C.UTF-8", "TZ": "UTC", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    try:
        running = subprocess.Popen(  # noqa: S603 - a browser that the user named or has, and our own arguments
            command,
            env=plain,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise CannotRunError(f"{program} cannot be started to print the PDF: {error.strerror or error}") from error
    try:
        running.wait(timeout)
    except subprocess.TimeoutExpired:
        raise CannotRunError(f"{program} did not print the PDF within {timeout:g} s; nothing else is lost") from None
    finally:
        _end(running)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """End the browser with all that it started: a process of it may outlive the first."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _read(path: Path, program: Path) -> bytes:
    """Read what was printed; a browser that fails may still end well and leave nothing, or a piece."""
    try:
        printed = path.read_bytes()
    except OSError:
        printed = b""
    if not printed.startswith(b"%PDF-") or not printed.rstrip().endswith(b"%%EOF"):
        raise CannotRunError(f"{program} printed no PDF; is it a chromium, and does it start by itself?")
    return printed


def _settled(printed: bytes, moment: datetime) -> bytes:
    """Put the audit's moment in the place of the clock's, and number the tags anew: each as long as it was.

    A tag's number is counted over all that the browser has made since it started. Their order is kept, because the
    table of them is sorted by it.
    """
    stamp = f"D:{moment.astimezone(UTC):%Y%m%d%H%M%S}+00'00'".encode()
    dated = _DATE.sub(lambda found: found[0][: found[0].index(b"(") + 1] + stamp + b")", printed)
    names = {name: b"(node%08d)" % number for number, name in enumerate(sorted(set(_TAG.findall(dated))), start=1)}
    return _TAG.sub(lambda found: names[found[0]], dated)
