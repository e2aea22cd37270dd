"""The sandbox, some of whose answers over HTTP a test bends."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from auditor.sandbox import Sandbox, World
from auditor.sandbox.ports import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Call:
    """One request."""

    network: str
    answered: Callable[[], HttpResponse]
    """What the network answers, where it is let to."""


Bend = Callable[[Call], HttpResponse | None]
"""What comes in the place of the network's answer to a call; None: its own answer."""


class BentSandbox(Sandbox):
    """Serves a world; each of `bends` may answer in a network's place, the last one first."""

    def __init__(self, world: World, *bends: Bend) -> None:
        """Prepare."""
        super().__init__(world)
        self.bends = [*bends]

    def _answering(
        self, network: str, answer: Callable[[HttpRequest], HttpResponse]
    ) -> Callable[[HttpRequest], Coroutine[None, None, HttpResponse]]:
        def bent(asked: HttpRequest) -> HttpResponse:
            call = Call(network, lambda: answer(asked))
            replies = (bend(call) for bend in reversed(self.bends))
            return next((reply for reply in replies if reply is not None), None) or answer(asked)

        return super()._answering(network, bent)
