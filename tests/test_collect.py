"""What a look is told of the record: whose pages are whose."""

from auditor.base.snapshot import Network
from auditor.registry.models import Account, AccountKind, Group, Office
from auditor.run.plan import targets_of
from tests.cases import NOW, WEEK, account, address, office, registry, tenure


def test_a_look_knows_the_holders_other_pages_his_institution_and_his_name() -> None:
    """Issue 11, item 4: whoever answers from another confirmed page of his is the owner; leads are nobody's."""
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
