"""MTProto of the synthetic world: a server on loopback, on Telethon's own TL classes (facts/telegram.md 6.2).

Nothing else of the sandbox imports this package at the top: Telethon is loaded when a client's address is first asked
for. The modules from the wire inwards: `transport` (packets), `handshake` and `crypt` (keys, encryption), `connection`
(messages), `methods` (what is answered), `login` and `srp`, and `peers`, `history` and `messages` (the world as
Telegram's objects).
"""

__all__ = ["MtprotoServer"]

from auditor.sandbox.mtproto.server import MtprotoServer
