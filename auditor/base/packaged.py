"""Where the files that come with the program are: in a wheel inside the package, in a checkout beside it."""

from pathlib import Path

from auditor.base.errors import CannotRunError

_PACKAGE = Path(__file__).resolve().parent.parent


def packaged(name: str) -> Path:
    """Return the path of ``templates`` or ``officials.yaml``.

    A wheel carries them in ``auditor/_data``; an editable install and a checkout have them beside ``pyproject.toml``.
    Raises `CannotRunError` where neither is there.
    """
    checkout = _PACKAGE.parent
    places = [_PACKAGE / "_data" / name]
    if (checkout / "pyproject.toml").is_file():
        places.append(checkout / name)
    for place in places:
        if place.exists():
            return place
    raise CannotRunError(f"{name}, a part of the program, is missing; install auditor again")
