"""MTProto of the sandbox: a server on loopback, made of Telethon's own TL classes (docs/dev/sources.md).

Nothing else in the sandbox imports this package at the top of a module: Telethon is loaded when the address is first
asked for. From the wire inwards: `transport` cuts packets, `keys` agrees on keys and encrypts, `server` reads messages
and sends answers, `methods` answers, `login` signs in, `history` and `peers` show the world as Telegram's objects.
"""

__all__ = ["MtprotoServer"]

from auditor.sandbox.mtproto.mtproto_server import MtprotoServer
