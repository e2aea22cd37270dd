"""What a look is told of the record: whose pages are whose."""

from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.errors import SettingsError
from auditor.base.secrets import remember
from auditor.base.snapshot import Network
from auditor.registry.models import Account, AccountKind, Group, Office
from auditor.run.collect import collect
from auditor.run.plan import targets_of
from tests.cases import NOW, WEEK, account, address, office, registry, tenure


def test_a_look_knows_the_holders_other_pages_his_institution_and_his_name() -> None:
    """Whoever answers from another confirmed page of his is the owner; leads are nobody's."""
    mine, other, lead = account(), account(Network.VK, "perviy"), account(Network.VK, "lead", confirmed=False)
    body = Account(url=address(Network.VK, "administraciya"), kind=AccountKind.INSTITUTION)
    neighbour = Office(id="b", municipality="Второй район", title="глава", group=Group.MUNICIPAL_HEAD, accounts=[
        Account(url=address(Network.VK, "sosedi"), kind=AccountKind.INSTITUTION)
    ])  # fmt: skip
    book = registry(office(tenure(since="2020", accounts=[mine, other, lead]), accounts=[body]), neighbour)
    targets = {target.address: target for target in targets_of(book, WEEK, NOW, book.offices)}
    seen = targets[mine.url]
    assert seen.own == {other.url}
    assert seen.institution == {body.url}
    assert seen.others == {mine.url, other.url, body.url, address(Network.VK, "sosedi")}
    assert seen.names == ("Имярек Анна Андреевна",)
    assert not targets[body.url].full


@pytest.mark.parametrize("secret", ["telegram", "comments", "Posts_Cause"])
def test_a_secret_that_is_a_word_of_what_is_stored_stops_a_run_before_it_begins(secret: str, tmp_path: Path) -> None:
    """Taken out of every look as a secret is, it would leave none that can be read."""
    remember(secret)
    with Archive.open(tmp_path) as archive:
        with pytest.raises(SettingsError, match="choose another"):
            collect(archive, registry(office()), WEEK, (), lambda: NOW, command="weekly")
        assert archive.looks.all(NOW) == []
