"""A hand that types at a terminal once it is asked."""

import os
import termios
import time


def type_unseen(file: int, text: str, *, within: float = 30) -> None:
    """Type a line at a prompt that does not echo, once it does not: what comes earlier is dropped by `getpass`."""
    ends = time.monotonic() + within
    while termios.tcgetattr(file)[3] & termios.ECHO and time.monotonic() < ends:
        time.sleep(0.01)
    os.write(file, text.encode() + b"\n")
