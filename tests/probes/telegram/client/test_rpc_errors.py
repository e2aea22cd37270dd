"""What each of Telegram's words means for a look."""

from auditor.base.snapshot import Cause
from auditor.probes.protocol import FailureAction
from auditor.probes.telegram.client.rpc_errors import UNREADABLE, ConnectionLost, RpcRefused, to_failure
from tests.cases import NOW


def test_each_word_has_its_meaning() -> None:
    """What the driver does about it, and what a look is told; an absurd wait ends."""
    for error, cause, act in [
        (RpcRefused("FLOOD_WAIT", 420, 60), Cause.THROTTLED, FailureAction.CLOSE_METHOD),
        (RpcRefused("TRANSPORT_FLOOD", 429), Cause.THROTTLED, FailureAction.CLOSE_METHOD),
        (RpcRefused("CHANNELS_TOO_MUCH", 400), Cause.THROTTLED, FailureAction.CLOSE_METHOD),
        (RpcRefused("AUTH_KEY_UNREGISTERED", 401), Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE),
        (RpcRefused("AUTH_KEY_DUPLICATED", 406), Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE),
        (RpcRefused("RPC_CALL_FAIL", 500), Cause.UNREACHABLE, FailureAction.RETRY),
        (RpcRefused("TIMED_OUT", -503), Cause.UNREACHABLE, FailureAction.RETRY),
        (RpcRefused("CHANNEL_PRIVATE", 400), Cause.PRIVATE, FailureAction.DELIVER),
        (RpcRefused("MSG_ID_INVALID", 400), Cause.TOO_LITTLE_DATA, FailureAction.DELIVER),
        (RpcRefused("USERNAME_INVALID", 400), Cause.REFUSED, FailureAction.DELIVER),
        (RpcRefused(UNREADABLE, 0), Cause.UNRECOGNISED_PAGE, FailureAction.DELIVER),
        (ConnectionLost(), Cause.UNREACHABLE, FailureAction.RETRY),
        (ConnectionLost("refused"), Cause.UNREACHABLE, FailureAction.DELIVER),
    ]:
        failure = to_failure(error, NOW)
        assert (failure.cause, failure.act) == (cause, act)
        assert (failure.wait is not None) == (act is FailureAction.CLOSE_METHOD)
        assert to_failure(RpcRefused("FLOOD_WAIT", 420, 10**12), NOW).wait == 30 * 86400
