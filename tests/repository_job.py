"""A job of GitHub's carried out here: the `run:` steps of a workflow in their order, by bash, as GitHub runs them.

A folder stands for the releases, with a ``gh`` that knows no more; the sandbox for the networks; ``auditor`` is the
program itself, forked, with the clock of the test.
"""

import json
import re
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.forked import forked

_GH = """
import json, os, pathlib, shutil, sys
command, *words = sys.argv[2:]
root = pathlib.Path(os.environ["RELEASES"])
if os.environ.get("GH_TOKEN") != "token" or command == os.environ.get("GH_FAILS"):
    sys.exit("HTTP 502: Server Error")
if command == "list":
    print(json.dumps([{"tagName": path.name} for path in root.iterdir()]))
    sys.exit()
place = root / words[0]
if command == "create":
    place.mkdir()
elif not place.is_dir():
    sys.exit("release not found")
elif command == "view":
    states = {True: "starter", False: "uploaded"}
    assets = [{"name": path.name, "state": states[not path.stat().st_size]} for path in place.iterdir()]
    print(json.dumps({"assets": assets}))
elif command == "upload":
    shutil.copy(words[1], place)
elif command == "download":
    shutil.copy(place / words[2], words[4])
elif command == "delete-asset":
    (place / words[1]).unlink()
"""
_AUDITOR = """
import json, os, socket, sys
asking = socket.socket(socket.AF_UNIX)
asking.connect(os.environ["FORKING"])
asking.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\\n")
code, out, err = json.loads(asking.makefile().readline())
sys.stdout.write(out), sys.stderr.write(err)
sys.exit(code)
"""
_PIP = "import os, sys; open(os.environ['PIP'], 'a').write(' '.join(sys.argv[1:]) + '\\n')"


class _Asked(socketserver.StreamRequestHandler):
    """Carries out one command for the ``auditor`` of a step."""

    def handle(self) -> None:
        args, cwd, env = json.loads(self.rfile.readline())
        done = forked("--as-of", env["AS_OF"], *args, cwd=Path(cwd), env=env)
        self.wfile.write(json.dumps([done.code, done.out.decode(), done.err.decode()]).encode() + b"\n")


@dataclass
class Job:
    """A repository, its releases, and what it published last."""

    repository: Path
    place: Path
    networks: dict[str, str]
    """The settings that lead to the sandbox."""
    now: datetime
    secrets: dict[str, str] = field(default_factory=dict)
    gh_fails: str = ""
    """The command of ``gh release`` that fails."""
    row: dict[str, str] = field(default_factory=lambda: {"folder": ".", "archive": "archive", "vk_key": "VK_TOKEN"})
    """The row of the matrix whose steps are carried out."""

    @property
    def assets(self) -> list[str]:
        """The names of what the row's release holds."""
        return sorted(path.name for path in (self.place / "releases" / self.row["archive"]).glob("*"))

    def run(self, *, until: str = "", workflow: str = "weekly", **inputs: object) -> "Ended":
        """Carry out a workflow, each registry's steps up to `until`, which is not begun: there it is killed."""
        with self.checked_out() as folder:
            ended, pages = self._steps(folder, workflow, "regions", inputs), self.place / "pages"
            outputs = _outputs(folder)
        shutil.rmtree(pages, ignore_errors=True)
        for row in [] if ended.failed else json.loads(outputs["list"]):
            self.row = row
            with self.checked_out() as folder:
                ended = ended.worst(self.steps(folder, workflow, until=until, **inputs))
                if (folder / "site").exists():
                    shutil.copytree(folder / "site", pages, dirs_exist_ok=True)
        if not (ended.failed or until or inputs.get("office") or inputs.get("region")) and pages.exists():
            shutil.rmtree(self.place / "published", ignore_errors=True)
            pages.rename(self.place / "published")
        return ended

    @contextmanager
    def checked_out(self) -> Iterator[Path]:
        """Yield a fresh checkout, which goes again."""
        with TemporaryDirectory(dir=self.place) as folder:
            yield Path(shutil.copytree(self.repository, Path(folder, "checkout")))

    def steps(
        self, folder: Path, workflow: str = "weekly", *, begin: str = "", until: str = "", **inputs: object
    ) -> "Ended":
        """Carry out the steps of the row from `begin` to `until` in a checkout."""
        name = {"weekly": "week", "registry": "compare"}[workflow]
        return self._steps(folder, workflow, name, inputs, begin=begin, until=until)

    def _steps(
        self, folder: Path, workflow: str, name: str, inputs: dict, *, begin: str = "", until: str = ""
    ) -> "Ended":
        job = _read(self.repository, workflow)["jobs"][name]
        names = [step.get("name") for step in job["steps"]]
        chosen = job["steps"][names.index(begin) if begin else 0 : names.index(until) if until else None]
        page, script = folder / "summary.md", folder.parent / "step.sh"
        for step in chosen:
            if "run" in step and _wanted(step, folder, inputs):
                env = self._env(folder, {**job.get("env", {}), **step.get("env", {})}, inputs)
                script.write_text(step["run"], encoding="utf-8")
                line = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
                cwd = folder / (self.row["folder"] if "defaults" in job else ".")
                done = subprocess.run(line, cwd=cwd, env=env, capture_output=True, text=True, check=False)
                if done.returncode:
                    return Ended(step["name"], done.returncode, _text(page), done.stdout + done.stderr)
        return Ended("", 0, _text(page), "")

    def _env(self, folder: Path, texts: dict[str, str], inputs: dict) -> dict[str, str]:
        """Return the environment of a step: its expressions are put in, and of this machine it has the PATH alone."""
        values = {f"matrix.{name}": value for name, value in self.row.items()} | {"github.repository": "news/page"}
        values |= {f"inputs.{name}": inputs.get(name, "") for name in ("office", "region")}
        values |= {"inputs.first && 'yes' || ''": "yes" if inputs.get("first") else ""}
        values |= {"github.workspace": str(folder), "github.token": "token"}
        values |= {"secrets.ARCHIVE_KEY": self.secrets["ARCHIVE_KEY"]}
        values |= {"secrets[matrix.vk_key]": self.secrets.get(self.row["vk_key"], "")}
        put_in = {
            name: re.sub(r"\$\{\{ (.+?) \}\}", lambda match: values[match[1]], text) for name, text in texts.items()
        }
        machine = {"PATH": f"{self.place / 'bin'}:/usr/bin:/bin", "HOME": str(folder.parent)}
        machine |= {"AS_OF": self.now.isoformat(), "RELEASES": str(self.place / "releases"), "GH_FAILS": self.gh_fails}
        machine |= {"GITHUB_WORKSPACE": str(folder), "PIP": str(self.place / "pip")}
        machine |= {"GITHUB_STEP_SUMMARY": str(folder / "summary.md"), "GITHUB_OUTPUT": str(folder / "output")}
        return self.networks | put_in | machine


def _wanted(step: dict, folder: Path, inputs: dict) -> bool:
    """Return whether a step's condition holds."""
    holds = {"inputs.office == ''": not inputs.get("office"), "inputs.office != ''": bool(inputs.get("office"))}
    holds |= {"github.event.pull_request.head.repo.full_name == github.repository": not inputs.get("fork")}
    holds |= {"steps.before.outputs.registry": "registry" in _outputs(folder)}
    return all(holds[term] for term in step.get("if", "").split(" && ") if term)


def _outputs(folder: Path) -> dict[str, str]:
    """Return what the steps of a checkout gave to GitHub."""
    return dict(line.split("=", 1) for line in _text(folder / "output").splitlines())


@dataclass(frozen=True)
class Ended:
    """How a job ended: the step that failed, its code, the job's page and what the step wrote."""

    failed: str
    code: int
    page: str
    log: str

    def worst(self, other: "Ended") -> "Ended":
        """Return this one with the other's page; what failed is told of the first that failed."""
        first = self if self.failed else other
        return replace(first, page=self.page + other.page)


def _read(repository: Path, workflow: str) -> dict:
    return yaml.safe_load((repository / f".github/workflows/{workflow}.yml").read_text(encoding="utf-8"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@contextmanager
def job_of(repository: Path, place: Path, networks: dict[str, str], now: datetime) -> Iterator[Job]:
    """Yield what carries out the jobs of a repository, with the releases and all else under `place`."""
    (place / "releases").mkdir(parents=True)
    (place / "bin").mkdir()
    for name, program in {"gh": _GH, "auditor": _AUDITOR, "pip": _PIP}.items():
        (place / "bin" / name).write_text(f"#!{sys.executable} -IS\n{program}", encoding="utf-8")
        (place / "bin" / name).chmod(0o755)
    key = repository.with_name(f"{repository.name}-archive-key.txt").read_text(encoding="utf-8").strip()
    secrets = {"ARCHIVE_KEY": key, "VK_TOKEN": networks["AUDITOR_VK_TOKEN"]}
    open_networks = {name: value for name, value in networks.items() if name != "AUDITOR_VK_TOKEN"}
    with TemporaryDirectory() as folder:  # a socket's path may be no longer than 107 bytes
        socket_path = f"{folder}/forking"
        server = socketserver.UnixStreamServer(socket_path, _Asked)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield Job(repository, place, open_networks | {"FORKING": socket_path}, now, secrets)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
