"""What a look was given, as the archive keeps it: with the stored answers it is all that a replay needs."""

from pydantic import BaseModel, ConfigDict

from auditor.probes.base import AskedAddress, Target, Window
from auditor.registry.models import Control


class _Note(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    live: bool = False
    """Whether the clock was the machine's: then no post can be of a later moment than the look."""


class LookNote(_Note):
    """Of a look at an account."""

    target: Target
    window: Window


class ControlNote(_Note):
    """Of a look at a control."""

    address: AskedAddress
    exists: bool

    @property
    def control(self) -> Control:
        """What was looked at."""
        return Control(url=self.address, exists=self.exists)
