"""Logs go to the standard error and never hold what a network answered."""

__all__ = ["set_up_logs"]

import logging
import sys


def set_up_logs(*, verbose: bool = False, quiet: bool = False) -> None:
    """Show warnings; with `verbose` what is being done; with `quiet` errors alone.

    The HTTP libraries stay at warnings whatever is asked: their lines quote addresses with hashes in them.
    """
    level = logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="auditor: %(message)s", force=True)
    for name in ("httpx", "httpcore", "urllib3", "requests", "vk_api", "telethon", "asyncio", "stamina"):
        logging.getLogger(name).setLevel(logging.WARNING)
