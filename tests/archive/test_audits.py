"""Each audit that was ever stored of a week is there for good; the newest stands for the week."""

from datetime import timedelta

import pytest

from auditor.archive import Archive
from auditor.archive.seals import hash_of
from tests.archive_samples import NOW, RUNS, moment, week

DAY = timedelta(days=1)


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """Audits of three weeks, the second judged again a day later."""
    archive.audits.save("2026-W45", NOW, '"45"', "первый реестр")
    archive.audits.save("2026-W46", NOW, '"first"', "первый реестр")
    archive.audits.save("2026-W46", NOW + DAY, '"second"', "второй реестр")
    archive.audits.save("2026-W47", NOW, '"47"')
    return archive


def test_the_newest_audit_stands_for_its_week(archive: Archive) -> None:
    """The one of a second is asked for by the second."""
    audits = archive.audits
    assert (audits.text("2026-W46"), audits.text("2026-W46", NOW)) == ('"second"', '"first"')
    assert audits.text("2026-W46", NOW + timedelta(microseconds=5)) == '"first"'
    assert audits.text("2026-W46", NOW + 2 * DAY) is audits.text("2020-W01") is None
    told = [("2026-W45", "45"), ("2026-W46", "first"), ("2026-W46", "second"), ("2026-W47", "47")]
    assert audits.every() == [(week, f'"{text}"') for week, text in told]


def test_earlier_audits_are_those_made_up_to_a_moment(archive: Archive) -> None:
    """The last audited week before this one is what changes are measured against."""
    audits = archive.audits
    assert (audits.previous("2026-W47", NOW + DAY), audits.previous("2026-W47", NOW)) == ('"second"', '"first"')
    assert (audits.previous("2026-W46", NOW), audits.previous("2026-W47", NOW - DAY)) == ('"45"', None)
    assert audits.between("2026-W45", "2026-W47", NOW + DAY) == ['"45"', '"second"']
    assert audits.between("2026-W46", "2026-W48", NOW) == ['"first"', '"47"']
    assert audits.weeks("2026-W46", "2026-W48", NOW) == ["2026-W46", "2026-W47"]
    assert audits.weeks("2026-W45", "2026-W46", NOW) == ["2026-W45"]
    assert audits.weeks("2026-W45", "2026-W48", NOW - DAY) == []


def test_the_registry_that_an_audit_was_made_with_is_kept_once(archive: Archive) -> None:
    """As text; of a week that was stored without one, or not at all, there is none."""
    registry_of = archive.audits.registry_of
    assert [registry_of(f"2026-W{n}") for n in (45, 46, 47, 48)] == ["первый реестр", "второй реестр", None, None]
    hashes = archive._store.rows("SELECT sha256 FROM registries ORDER BY rowid")
    assert hashes == [(hash_of("первый реестр"),), (hash_of("второй реестр"),)]


def test_of_an_audit_its_moment_and_its_seal_are_told(archive: Archive) -> None:
    """Of the last made by then, to the second, as a document tells it; nothing of a week that was not audited."""
    made, seal_of = archive.audits.as_of, archive.audits.seal_of
    assert (made("2026-W46"), made("2026-W46", first=True), made("2020-W01")) == (NOW + DAY, NOW, None)
    seals = [seal.sha256 for seal in archive.evidence.seals()]
    moments = (NOW, NOW + DAY, NOW - DAY, NOW.replace(microsecond=0))
    assert [seal_of("2026-W46", at) for at in moments] == [seals[1], seals[2], "", seals[1]]


def test_the_runs_behind_an_audit_are_those_sealed_before_it(stored: Archive) -> None:
    """Times do not decide this: a later run may be dated by the audit's own moment."""
    behind = [stored.audits.runs_behind(str(week(number))) for number in range(1, RUNS + 2)]
    assert behind == [{1}, {1, 2}, {1, 2, 3}, set()]
    assert stored.requests(str(week(2)), moment(9), behind=True) == [{"telegram_preview": 4}]


def test_an_audit_that_was_damaged_is_none_of_every(archive: Archive) -> None:
    """And the others are read: its hash tells."""
    archive._store.db.execute("UPDATE audits SET body = x'00' WHERE week <> '2026-W45'")
    assert archive.audits.every() == [("2026-W45", '"45"'), *[("2026-W46", "")] * 2, ("2026-W47", "")]
