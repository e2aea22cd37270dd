"""A look at VK made again from its stored answers: the probe itself, with the answers in the network's place."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from auditor.base.secrets import redact
from auditor.base.snapshot import Cause, ControlResult, Snapshot
from auditor.probes.base import Target, Window
from auditor.probes.http import HttpConnection
from auditor.probes.tape import Take, Tape
from auditor.probes.vk import restore
from auditor.probes.vk.answers import whole
from auditor.probes.vk.client import Param, VkAnswer, VkFailure, url_of
from auditor.probes.vk.directory import IDS, Directory, Resolution, spoken
from auditor.probes.vk.errors import Act
from auditor.probes.vk.probe import VkProbe
from auditor.registry.models import Control


def replay_look(target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
    """Look at `target` again with the answers on `tape`, as a run did that had seen a control (`trusted`) or had not.

    An answer that is not on the tape counts as none: `unreachable`. Who answers on whose behalf is not asked again:
    each comment on the tape says it.
    """
    return _Replayed(tape, vantage, asked_as=target.address.url, trusted=trusted).look(target, window).snapshot


def replay_control(control: Control, tape: Tape, *, vantage: str = "") -> ControlResult:
    """Look at a control again."""
    return _Replayed(tape, vantage, asked_as=control.url.url).control(control)[0]


class _Replayed(VkProbe):
    """The probe over a tape. It has no key, so that nothing could be sent."""

    def __init__(self, tape: Tape, vantage: str, *, asked_as: str, trusted: bool = False) -> None:
        super().__init__(HttpConnection(interval=0, clock=tape.clock), None, author_key=_nobody, vantage=vantage)
        answers = _Answers(tape)
        self._ask_through(answers, _Names(answers, tape), has_key=True)
        self._controls.seen = trusted
        unasked = tape.play(asked_as)  # stands for all that was not asked because the route was closed
        if unasked is not None and unasked.silence is not None:
            self.breaker.stop(unasked.silence)


def _nobody(identity: str) -> str:
    """Know no author: stored comments bear their keyed hash already."""
    del identity
    return ""


class _Answers:
    """The stored answers of one look, asked as VK is. What was never stored was never answered."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._stopped: dict[str, VkFailure] = {}

    def call(self, method: str, **params: Param) -> VkAnswer | VkFailure:
        """Return what the same call came to."""
        take = self._tape.play(redact(url_of(method, params)))
        if take is not None:
            return self.played(method, take, whole(params.get("owner_id")) or 0)
        # That a method was not asked any more was kept once.
        return self._stopped.get(method) or _unanswered()

    def played(self, method: str, take: Take, owner_id: int = 0) -> VkAnswer | VkFailure:
        """Return what the call came to of which `take` was kept."""
        outcome = restore.outcome(method, take, owner_id=owner_id)
        if isinstance(outcome, VkFailure) and not outcome.sent:
            self._stopped[method] = replace(outcome, exchange=None)
        return outcome


class _Names(Directory):
    """The names that one look asked for. A name may have been asked for among others; its own part was kept."""

    def __init__(self, answers: _Answers, tape: Tape) -> None:
        super().__init__(answers)
        self._answers_of_look = answers
        self._tape = tape

    def resolve(self, names: Iterable[str]) -> list[Resolution]:
        """Return what each of `names` stood for."""
        wanted = [name.casefold() for name in names]
        for name in wanted:
            if name not in self._known:
                self._known[name] = self._again(Resolution(name))
        return [self._known[name] for name in wanted]

    def ids(self, names: Iterable[str]) -> frozenset[int]:
        """Return none: whose a comment is was said when it was kept."""
        del names
        return frozenset()

    def _again(self, search: Resolution) -> Resolution:
        """Take in the answers about a name in the order in which they came."""
        for take in self._tape.left:
            method = _method(take)
            if not search.open_to(method) or not _is_about(take, method, search.name):
                continue
            self._tape.play(take.evidence.url)
            outcome = self._answers_of_look.played(method, take)
            if isinstance(outcome, VkAnswer):
                self._take(method, [search], outcome)
            else:
                search.note(method, outcome, None)
        if search.missing and not search.absent.issuperset(search.methods()):
            search.failures.append(_unanswered())  # a tape with a gap knows nothing of absence
        self._ask_alone(search)
        return search


def _unanswered() -> VkFailure:
    return VkFailure(None, Act.GIVE_UP, Cause.UNREACHABLE, sent=False)


def _method(take: Take) -> str:
    return urlsplit(take.evidence.url).path.rpartition("/")[2]


def _is_about(take: Take, method: str, name: str) -> bool:
    """Tell whether a take is of `name`: by its mark where several were asked for at once, else by the question."""
    parts = urlsplit(take.evidence.url)
    if parts.fragment:
        return parts.fragment == name
    return parse_qs(parts.query).get(IDS[method]) == [spoken(name)]
