"""What each of Telegram's words means for a look."""

from auditor.base.snapshot import Cause
from auditor.probes.looks import Act
from auditor.probes.telegram.client.words import UNREADABLE, Lost, Refused, meaning
from tests.cases import NOW


def test_each_word_has_its_meaning() -> None:
    """What the driver does about it, and what a look is told; an absurd wait ends."""
    for error, cause, act in [
        (Refused("FLOOD_WAIT", 420, 60), Cause.THROTTLED, Act.CLOSE),
        (Refused("TRANSPORT_FLOOD", 429), Cause.THROTTLED, Act.CLOSE),
        (Refused("CHANNELS_TOO_MUCH", 400), Cause.THROTTLED, Act.CLOSE),
        (Refused("AUTH_KEY_UNREGISTERED", 401), Cause.NO_CREDENTIALS, Act.STOP),
        (Refused("AUTH_KEY_DUPLICATED", 406), Cause.NO_CREDENTIALS, Act.STOP),
        (Refused("RPC_CALL_FAIL", 500), Cause.UNREACHABLE, Act.RETRY),
        (Refused("TIMED_OUT", -503), Cause.UNREACHABLE, Act.RETRY),
        (Refused("CHANNEL_PRIVATE", 400), Cause.PRIVATE, Act.TELL),
        (Refused("MSG_ID_INVALID", 400), Cause.TOO_LITTLE_DATA, Act.TELL),
        (Refused("USERNAME_INVALID", 400), Cause.REFUSED, Act.TELL),
        (Refused(UNREADABLE, 0), Cause.UNRECOGNISED_PAGE, Act.TELL),
        (Lost(), Cause.UNREACHABLE, Act.RETRY),
        (Lost("refused"), Cause.UNREACHABLE, Act.TELL),
    ]:
        failure = meaning(error, NOW)
        assert (failure.cause, failure.act) == (cause, act)
        assert (failure.wait is not None) == (act is Act.CLOSE)
        assert meaning(Refused("FLOOD_WAIT", 420, 10**12), NOW).wait == 30 * 86400
