"""Looks at VK that are made again from their answers as soon as they were made."""

import functools
from collections.abc import Sequence
from typing import Any

from auditor.base.answers import Answer
from auditor.base.snapshot import ControlResult
from auditor.probes.base import Sighting, Target, Window
from auditor.probes.tape import Tape
from auditor.probes.vk.probe import VkProbe, replay_control, replay_look
from auditor.registry.models import Control


def taped(answers: Sequence[Answer], at: Any) -> Tape:
    """The tape that an archive would give back."""
    return Tape(answers, at)


def same_again(sighting: Sighting, target: Target, window: Window, *, trusted: bool) -> None:
    """Hold that a replay sees the same and leaves nothing unplayed."""
    seen = sighting.snapshot
    tape = taped(sighting.answers, seen.taken_at)
    again = replay_look(target, window, tape, trusted=trusted, vantage=seen.vantage)
    assert again.model_dump() == seen.model_dump()
    assert tape.left == ()


def replaying(probe: VkProbe) -> VkProbe:
    """Make a probe play back, after each look and each control, what it has just seen."""
    looked, controlled = probe.look, probe.control

    @functools.wraps(looked)
    def look(target: Target, window: Window) -> Sighting:
        sighting = looked(target, window)
        same_again(sighting, target, window, trusted=probe._controls.seen)
        return sighting

    @functools.wraps(controlled)
    def control(asked: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        result, answers = controlled(asked)
        tape = taped(answers, probe._clock())
        assert replay_control(asked, tape) == result
        assert tape.left == ()
        return result, answers

    probe.look, probe.control = look, control  # type: ignore[method-assign]
    return probe
