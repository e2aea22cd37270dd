"""MTProto of the sandbox: a server on loopback, made of Telethon's own TL classes (docs/dev/sources.md).

In: packets of a Telethon client. Out: packets with Telegram's objects, made of the world of a `SandboxState`.
No other module of the sandbox imports this package at its top: Telethon is loaded when the address is first needed.
From the wire inwards: `packets` frames, `auth_keys` agrees on keys and encrypts, `mtproto_server` reads messages,
`methods` responds (a new method goes there), `auth` signs in, `message_lists` and `peers` make Telegram's objects.
"""

__all__ = ["MtprotoServer"]

from auditor.sandbox.mtproto.mtproto_server import MtprotoServer
