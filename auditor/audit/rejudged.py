"""What became of a published week's verdicts when it is judged again: no cell of it changes without a trace."""

__all__ = ["rejudged"]

from auditor.audit.document import Audit, AuditedRejudged


def rejudged(audit: Audit, stored: Audit) -> Audit:
    """Return `audit` with which verdicts are others than in the `stored` audit of the same week."""
    then, now = ({office.id: office for office in one.offices} for one in (stored, audit))
    other = [
        name for name in then | now if name not in then or name not in now or then[name].verdict != now[name].verdict
    ]
    told = AuditedRejudged(
        stored_as_of=stored.as_of,
        offices=other,
        before={name: then[name].verdict for name in other if name in then},
        gone={name: then[name].municipality for name in other if name not in now},
    )
    return audit.model_copy(update={"rejudged": told})
