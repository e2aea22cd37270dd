"""The second route to Telegram: a signed-in client. The network itself is told of in `auditor.probes.tme.network`."""

from auditor.base.networks import RouteFacts
from auditor.base.text import N_

ROUTE = RouteFacts(
    key="telegram_client",
    network="telegram",
    name=N_("Telegram (client)"),
    doing=N_("Telegram, signed in"),
    order=2,
    signed_in=True,
    # A look-up of a name is rationed, and one that must not exist could never be remembered (telegram.md 5).
    asks_for_missing=False,
)
