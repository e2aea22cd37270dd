"""A digest tells that what decides whose words a comment is has changed since a look."""

from typing import Any

import pytest

from auditor.base.snapshot import Network
from auditor.registry.holders import holder_on
from auditor.registry.models import AccountKind, Office
from auditor.registry.sides_digest import all_pages_digest, sides_digest
from tests.cases import NOW, account, office, registry, tenure

PAGE, LEAD = account(), account(name="lead", confirmed=False)
BODY = account(Network.VK, "rayon").model_copy(update={"kind": AccountKind.INSTITUTION})


def post(*pages: Any, name: str = "Имярек А. А.", body: Any = ()) -> Office:
    """Return an office whose holder, and which itself, has these pages."""
    return office(tenure(name, since="2020", accounts=list(pages)), accounts=list(body))


def digest(of: Office, *others: Office) -> str:
    """Return what is stored with a look at an office's pages."""
    return sides_digest(of, holder_on(of, NOW.date()), all_pages_digest(registry(of, *others)))


CHANGES = [
    (post(PAGE, LEAD), True),
    (post(PAGE.model_copy(update={"id": 5})), True),
    (post(PAGE.model_copy(update={"staff": [5]})), False),
    (post(PAGE, account(Network.VK)), False),
    (post(PAGE, BODY), False),
    (post(PAGE, body=[BODY]), False),
    (post(PAGE, name="Имярек Б. Б."), False),
    (office(), False),
]


@pytest.mark.parametrize(("changed", "same"), CHANGES)
def test_pages_staff_and_the_name_count_and_a_lead_does_not(changed: Office, same: bool) -> None:
    """The number of a page does not decide whose words a comment is."""
    assert (digest(changed) == digest(post(PAGE))) == same


def test_the_order_of_staff_does_not_count_but_a_page_of_another_office_does() -> None:
    """Who answers there may be its holder."""
    first, second = (post(PAGE.model_copy(update={"staff": staff})) for staff in ([1, "b"], ["b", 1]))
    assert digest(first) == digest(second)
    assert digest(first) != digest(first, post(account(name="drugoy")))
    assert digest(first) == digest(first, post(LEAD))
