"""Who is judged, and of whom nothing is asked."""

import pytest

from tests.cases import NOW, day, posts
from tests.rules.helpers import PRACTICE, all_of, channel, exemption, failing, in_office, of_office, profile, vk_page


# Item 23
@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("until", [None, "2026-11-16"], ids=["still", "until the week's Monday"])
def test_an_exempt_head_is_judged_by_nothing(check: str, until: str | None) -> None:
    """An exemption bars all checks in each week that it touches, not the directive's alone."""
    looks = [channel(*failing(check))]
    person = in_office(exemptions=[exemption(on="2026-10-01", until=until)])
    over = in_office(exemptions=[exemption(on="2026-10-01", until="2026-11-15")])
    assert of_office(check, looks, person=over).verdict == ("failed", None)
    assert of_office(check, looks, person=person).verdict == ("inapplicable", None)


# Item 23
def test_the_deleted_page_of_an_exempt_head_is_no_failure() -> None:
    """An exemption bars `account_exists` too."""
    looks = [profile(*posts(-24 * 200), at=day(-24 * 30)), profile(exists=False, at=day(30)), profile(exists=False)]
    person = in_office(vk_page(), exemptions=[exemption(on="2026-10-01")])
    assert {found.outcome for found in all_of("account_exists", looks, person=person, as_of=NOW)} == {"inapplicable"}
