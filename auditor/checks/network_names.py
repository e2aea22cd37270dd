"""The names of networks for readers: of what a page or a report is on, or the press where it names none."""

from auditor.base.snapshot import Network
from auditor.base.text import N_, PART, Sentence
from auditor.registry.models import AnyNetworkKey, OtherNetwork

NETWORKS: dict[AnyNetworkKey | None, Sentence] = {
    None: Sentence("network.press", N_("Press report"), rests_on=PART),
    **{network: Sentence(f"network.{network}", network.facts.name, rests_on=PART) for network in Network},
    OtherNetwork.OK: Sentence("network.ok", N_("Odnoklassniki"), rests_on=PART),
    OtherNetwork.MAX: Sentence("network.max", "MAX", rests_on=PART),
    OtherNetwork.OTHER: Sentence("network.other", N_("Another network"), rests_on=PART),
}
