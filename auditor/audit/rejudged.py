"""What became of a published week's verdicts when it is judged again: no cell of it changes without a trace."""

from auditor.audit.document import Audit, AuditedRejudged


def rejudged(audit: Audit, stored: Audit) -> Audit:
    """Return `audit` with which verdicts are others than in the audit of the same week that was stored first.

    `stored` is the last one stored; where it was judged anew itself, it says what the first one held.
    """
    then, now = _first(stored), {office.id: office.verdict for office in audit.offices}
    other = [name for name in then | now if then.get(name) != now.get(name)]
    names = {office.id: office.municipality for office in stored.offices} | _gone(stored)
    told = AuditedRejudged(
        stored_as_of=stored.rejudged.stored_as_of if stored.rejudged else stored.as_of,
        offices=other,
        before={name: then[name] for name in other if name in then},
        gone={name: names[name] for name in other if name not in now},
    )
    return audit.model_copy(update={"rejudged": told})


def _first(stored: Audit) -> dict[str, str]:
    """Return the verdicts as they were stored first."""
    verdicts = {office.id: office.verdict for office in stored.offices}
    if stored.rejudged is None:
        return verdicts
    added = set(stored.rejudged.offices) - stored.rejudged.before.keys()
    return {name: verdict for name, verdict in (verdicts | stored.rejudged.before).items() if name not in added}


def _gone(stored: Audit) -> dict[str, str]:
    return stored.rejudged.gone if stored.rejudged else {}
