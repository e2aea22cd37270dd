"""How long a new user waits: from `git clone` to `make demo`, and the program installed as a wheel in another folder.

    python -m benchmarks.install

Seconds and megabytes of each step, with pip's cache left aside. The package index is asked as pip is set to ask it.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def timed(step: str, command: str, folder: Path, made: str) -> None:
    """Run a command in `folder` and print its seconds, and the megabytes of what it made at `made`."""
    begun = time.monotonic()
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("AUDITOR_", "PYTHONPATH"))}
    environ = plain | {"PIP_NO_CACHE_DIR": "1", "PYTHON": sys.executable}
    process = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if process.returncode not in {0, 1, 3}:
        raise SystemExit(f"{command}: {process.stderr}")
    seconds, made_path = time.monotonic() - begun, folder / made
    files = [made_path] if made_path.is_file() else made_path.rglob("*")
    size = sum(file.lstat().st_size for file in files if file.is_file()) / 1e6
    print(f"| {step} | {seconds:.0f} s | {size:.1f} MB |", flush=True)


def main() -> None:
    """Print the table."""
    print("| step | takes | weighs |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        timed("`git clone`", f"git clone -q {ROOT} auditor", folder, "auditor")
        timed("all that the program needs, installed", "make -s .venv/.runs", folder / "auditor", ".venv")
        timed("`make demo`, from there", "make -s demo", folder / "auditor", "demo")
        pip = "auditor/.venv/bin/python -m pip -q"
        timed("the wheel", f"{pip} wheel --no-deps --wheel-dir wheel ./auditor", folder, "wheel")
        lock = "auditor/requirements.lock"
        install = f"venv/bin/pip -q install --require-hashes -r {lock} && venv/bin/pip -q install --no-deps wheel/*.whl"
        timed("it in another folder", f"$PYTHON -m venv venv && {install}", folder, "venv")
        check = "mkdir elsewhere && cd elsewhere && ../venv/bin/auditor registry check"
        timed("`auditor registry check` there", check, folder, "elsewhere")


if __name__ == "__main__":
    main()
