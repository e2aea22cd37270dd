"""A root folder of its own, in which the steps of a Containerfile are carried out where no container program is.

The machine lends its tools and its Python, not to be written to. All else is new: /usr/local with a pip, /etc, /tmp,
/program, /week.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CAN_BE_MADE = os.geteuid() == 0 and all(shutil.which(name) for name in ("unshare", "mount", "chroot"))
_LENT = ["/usr/bin", "/usr/lib", "/usr/lib64", "/bin", "/lib", "/lib64", "/dev", sys.base_prefix]
_PATH = "/usr/local/bin:/usr/bin:/bin"


def steps(containerfile: Path) -> Iterator[tuple[str, str]]:
    """Yield each instruction's name and what follows it, in order; comments left out, long lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", containerfile.read_text(encoding="utf-8")).replace("\\\n", "")
    yield from ((name, rest) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line.strip()))


@dataclass
class FreshRoot:
    """The root, and what the steps so far said of the program that starts in it."""

    folder: Path
    wheels: Path
    """In place of the package index."""
    environ: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    facts: dict[str, str] = field(default_factory=dict)
    """The last value of USER, WORKDIR, ENTRYPOINT, CMD, VOLUME."""

    def build(self, source: Path) -> None:
        """Carry out the steps of the Containerfile in `source`."""
        for name, rest in steps(source / "Containerfile"):
            match name:
                case "FROM":
                    self._begin()
                case "COPY":
                    self._copy(source, *shlex.split(rest))
                case "ENV":
                    self.environ |= dict([rest.split("=", 1)])
                case "RUN":
                    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
                    done = self.run("sh", "-ec", rest, environ=offline, volumes={"/wheels": self.wheels})
                    assert done.returncode == 0, done.stdout + done.stderr
                case _:
                    self.facts[name] = rest

    def start(self, *args: str, user: str, week: Path, **options: bool) -> subprocess.CompletedProcess[str]:
        """Start the program as a container does: its entry point, the volume, no home folder."""
        entry, command = (shlex.split(self.facts[name].strip("[]").replace(",", " ")) for name in ("ENTRYPOINT", "CMD"))
        volumes = {self.facts["VOLUME"]: week}
        return self.run(*entry, *(args or command), user=user, folder=self.facts["WORKDIR"], volumes=volumes, **options)

    def run(
        self,
        *command: str,
        user: str = "0:0",
        folder: str = "/",
        environ: dict[str, str] | None = None,
        volumes: dict[str, Path] | None = None,
        read_only: bool = False,
        network: bool = True,
        lines: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the root as a user; what is mounted there is gone with it."""
        variables = [f"{name}={value}" for name, value in {**self.environ, **(environ or {})}.items()]
        inside = ["env", "-i", *variables, "sh", "-c", 'cd "$0" && exec "$@"', folder, *command]
        entered = shlex.join(["chroot", f"--userspec={user}", "--groups=", str(self.folder), *inside])
        script = "\n".join(["set -e", *self._mounts(volumes or {}, read_only=read_only), f"exec {entered}"])
        separate = ["unshare", "--mount", *([] if network else ["--net"]), "sh", "-c", script]
        return subprocess.run(separate, check=False, capture_output=True, text=True, input=lines, timeout=600)

    def _mounts(self, volumes: dict[str, Path], *, read_only: bool) -> Iterator[str]:
        here = shlex.quote(str(self.folder))
        yield f"mount --bind {here} {here}"
        lent = {place: Path(place) for place in _LENT if Path(place).is_dir() and not Path(place).is_symlink()}
        for place, source in {**lent, **volumes}.items():
            inside = self.folder / place.lstrip("/")
            inside.mkdir(parents=True, exist_ok=True)
            yield shlex.join(["mount", "--bind", str(source), str(inside)])
            if place in lent and place != "/dev":
                yield shlex.join(["mount", "-o", "remount,bind,ro", str(inside)])
        if read_only:
            yield f"mount -o remount,bind,ro {here}"

    def _begin(self) -> None:
        """Stand in for the base image: a Python with pip in /usr/local, and a /tmp."""
        for place in filter(os.path.islink, _LENT):
            (self.folder / place.lstrip("/")).symlink_to(Path(place).readlink())
        for name in ("etc", "tmp"):
            (self.folder / name).mkdir()
        (self.folder / "tmp").chmod(0o1777)
        (self.folder / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n", encoding="ascii")
        done = self.run(os.path.realpath(sys.executable), "-m", "venv", "/usr/local")
        assert done.returncode == 0, done.stdout + done.stderr

    def _copy(self, source: Path, *names: str) -> None:
        """Copy as COPY does: a folder's content, or files into a folder that ends in a slash."""
        *sources, last = names
        place = self.folder / last.lstrip("/")
        for name in sources:
            if (source / name).is_dir():
                shutil.copytree(source / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / name, place)
