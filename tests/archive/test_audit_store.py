"""Every stored audit of a week stays readable; the newest is the week's current audit."""

from datetime import timedelta

import pytest

from auditor.archive import Archive
from auditor.archive.seals import hash_of
from tests.archive_samples import NOW, RUNS, moment, week

DAY = timedelta(days=1)


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """Return an archive with audits of three weeks, the second judged again a day later."""
    archive.audits.save("2026-W45", NOW, '"45"', "первый реестр")
    archive.audits.save("2026-W46", NOW, '"first"', "первый реестр")
    archive.audits.save("2026-W46", NOW + DAY, '"second"', "второй реестр")
    archive.audits.save("2026-W47", NOW, '"47"')
    return archive


def test_the_newest_audit_stands_for_its_week(archive: Archive) -> None:
    """An earlier audit is found by its moment, to the second."""
    audits = archive.audits
    assert (audits.text("2026-W46"), audits.text("2026-W46", NOW)) == ('"second"', '"first"')
    assert audits.text("2026-W46", NOW + timedelta(microseconds=5)) == '"first"'
    assert audits.text("2026-W46", NOW + 2 * DAY) is audits.text("2020-W01") is None
    expected = [("2026-W45", "45"), ("2026-W46", "first"), ("2026-W46", "second"), ("2026-W47", "47")]
    assert audits.every() == [(week, f'"{text}"') for week, text in expected]


def test_earlier_audits_are_those_made_up_to_a_moment(archive: Archive) -> None:
    """Changes are measured against the last audited week before this one."""
    audits = archive.audits
    assert (audits.previous("2026-W47", NOW + DAY), audits.previous("2026-W47", NOW)) == ('"second"', '"first"')
    assert (audits.previous("2026-W46", NOW), audits.previous("2026-W47", NOW - DAY)) == ('"45"', None)
    assert audits.between("2026-W45", "2026-W47", NOW + DAY) == ['"45"', '"second"']
    assert audits.between("2026-W46", "2026-W48", NOW) == ['"first"', '"47"']
    assert audits.weeks("2026-W46", "2026-W48", NOW) == ["2026-W46", "2026-W47"]
    assert audits.weeks("2026-W45", "2026-W46", NOW) == ["2026-W45"]
    assert audits.weeks("2026-W45", "2026-W48", NOW - DAY) == []


def test_the_registry_that_an_audit_was_made_with_is_kept_once(archive: Archive) -> None:
    """As text; None for a week that was stored without a registry, or not stored."""
    registry_of = archive.audits.registry_of
    assert [registry_of(f"2026-W{n}") for n in (45, 46, 47, 48)] == ["первый реестр", "второй реестр", None, None]
    hashes = archive._store.rows("SELECT sha256 FROM registries ORDER BY rowid")
    assert hashes == [(hash_of("первый реестр"),), (hash_of("второй реестр"),)]


def test_the_moment_and_the_seal_of_an_audit_are_found(archive: Archive) -> None:
    """The last audit made by a moment, to the second as in `audit.json`; None or an empty text without an audit."""
    audited_at, seal_of = archive.audits.as_of, archive.audits.seal_of
    assert (audited_at("2026-W46"), audited_at("2026-W46", first=True), audited_at("2020-W01")) == (
        NOW + DAY,
        NOW,
        None,
    )
    seals = [seal.sha256 for seal in archive.evidence.seals()]
    moments = (NOW, NOW + DAY, NOW - DAY, NOW.replace(microsecond=0))
    assert [seal_of("2026-W46", as_of) for as_of in moments] == [seals[1], seals[2], "", seals[1]]


def test_the_runs_behind_an_audit_are_those_sealed_before_it(shared_archive: Archive) -> None:
    """The order of seals decides, not times: a later run may carry the audit's own moment."""
    runs_by_week = [shared_archive.audits.runs_behind(str(week(number))) for number in range(1, RUNS + 2)]
    assert runs_by_week == [{1}, {1, 2}, {1, 2, 3}, set()]
    assert shared_archive.requests(str(week(2)), moment(9), behind=True) == [{"telegram_preview": 4}]


def test_every_returns_an_empty_text_for_a_damaged_audit(archive: Archive) -> None:
    """The text of a damaged audit is empty; the others are read."""
    archive._store.db.execute("UPDATE audits SET body = x'00' WHERE week <> '2026-W45'")
    assert archive.audits.every() == [("2026-W45", '"45"'), *[("2026-W46", "")] * 2, ("2026-W47", "")]
