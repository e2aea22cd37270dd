"""Commands in processes of their own that need not import the program first: each is forked from one that has.

The one that forks has no thread and has made one page alone, so that what it forks differs from a fresh process in its
start.
"""

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
import traceback
import warnings
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import NoReturn

import auditor
from auditor.base.i18n import Translator
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.pages import card, folder

_FIRST = ("rich.console", "httpx")
"""What the program imports late."""


@dataclass(frozen=True)
class Forked:
    """How a command ended, and what it wrote."""

    code: int
    out: bytes
    err: bytes


@cache
def _forking() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forked"],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate)  # it ends with its questions
    return process


def forked(*args: str | Path, cwd: Path, env: dict[str, str], umask: int = 0) -> Forked:
    """Run ``auditor ARGS`` in `cwd`, named as its folder, with `env` and no other settings; a warning is an error."""
    process = _forking()
    plain = {key: value for key, value in os.environ.items() if not key.startswith("AUDITOR_")} | {"AUDITOR_HOME": "."}
    with tempfile.TemporaryDirectory() as place:
        asked = {"args": list(map(str, args)), "cwd": str(cwd), "env": plain | env, "umask": umask, "place": place}
        try:
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            code = int(process.stdout.readline())
        except BaseException:  # a test that ran out of time: the next one would take this one's answer for its own
            process.kill()
            _forking.cache_clear()
            raise
        return Forked(code, Path(place, "out").read_bytes(), Path(place, "err").read_bytes())


def _serve() -> None:
    """Fork a process for each line that is asked, and answer how it ended."""
    for name in (*_FIRST, *_modules()):
        import_module(name)
    for lang in ("ru", "en"):  # so that no child reads the templates and translations again
        folder([sample_audit()], Translator(lang, TOMSK))
        card(sample_audit(), Translator(lang, TOMSK))
    os.fsync = lambda file: None  # as in tests/conftest.py
    gc.freeze()  # no child's collector touches, and so copies, what all of them share
    for line in sys.stdin:
        asked = json.loads(line)
        process = os.fork()
        if process == 0:
            _run(asked)
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _modules() -> list[str]:
    """Every module of the program but the sandbox, which few commands start."""
    module_names = (module.name for module in walk_packages(auditor.__path__, "auditor."))
    return [name for name in module_names if not name.startswith("auditor.sandbox") and name != "auditor.__main__"]


def _run(asked: dict) -> NoReturn:
    """Become the command: its folder, its settings, its files in the place of the three that are open."""
    code = 70
    try:
        for number, name in ((0, os.devnull), (1, f"{asked['place']}/out"), (2, f"{asked['place']}/err")):
            file = os.open(name, os.O_RDWR | os.O_CREAT)
            os.dup2(file, number)
            os.close(file)
        os.umask(asked["umask"])
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        sys.argv = ["auditor", *asked["args"]]
        warnings.simplefilter("error")
        code = _exit_of(import_module("auditor.commands.cli").main)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - the process ends here in any case, and its test reads what it says
        traceback.print_exc()
    finally:
        os._exit(code)


def _exit_of(main) -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


if __name__ == "__main__":
    _serve()
