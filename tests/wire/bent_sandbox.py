"""The sandbox, some of whose responses over HTTP a test replaces."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from auditor.sandbox import Sandbox, World
from auditor.sandbox.ports import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Call:
    """One request."""

    network: str
    answer: Callable[[], HttpResponse]
    """Returns the network's own response."""


Bend = Callable[[Call], HttpResponse | None]
"""Returns a response in place of the network's own; None keeps its own."""


class BentSandbox(Sandbox):
    """Serves a world; each of `bends` may respond in a network's place, the last one first."""

    def __init__(self, world: World, *bends: Bend) -> None:
        """Prepare."""
        super().__init__(world)
        self.bends = [*bends]

    def _with_faults(
        self, network: str, respond: Callable[[HttpRequest], HttpResponse]
    ) -> Callable[[HttpRequest], Coroutine[None, None, HttpResponse]]:
        def bent(request: HttpRequest) -> HttpResponse:
            call = Call(network, lambda: respond(request))
            replies = (bend(call) for bend in reversed(self.bends))
            return next((reply for reply in replies if reply is not None), None) or respond(request)

        return super()._with_faults(network, bent)
