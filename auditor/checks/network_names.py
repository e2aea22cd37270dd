"""The names of networks for readers: of what a page or a report is on, or the press where it names none."""

from auditor.base.snapshot import Network
from auditor.base.text import N_, Sentence
from auditor.registry.models import AnyNetworkKey, OtherNetwork

NETWORKS: dict[AnyNetworkKey | None, Sentence] = {
    None: Sentence("network.press", N_("Press report")),
    **{network: Sentence(f"network.{network}", network.facts.name) for network in Network},
    OtherNetwork.OK: Sentence("network.ok", N_("Odnoklassniki")),
    OtherNetwork.MAX: Sentence("network.max", "MAX"),
    OtherNetwork.OTHER: Sentence("network.other", N_("Another network")),
}
