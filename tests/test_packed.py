"""Documents that are read one by one: what was made of all of them is made once."""

from auditor.audit.document import AuditedPast
from auditor.base.packed import Packed

MANY = 300


def weeks(count: int = MANY) -> Packed[AuditedPast]:
    return Packed.of(AuditedPast, (AuditedPast(week=str(number)) for number in range(count)))


def test_a_change_of_very_many_is_made_no_more_once_it_is_settled() -> None:
    """However often they are read after that."""
    changed: list[str] = []

    def change(past: AuditedPast) -> AuditedPast:
        changed.append(past.week)
        return past.model_copy(update={"posts": 1})

    settled = weeks().each(change).settled()
    assert [[one.posts for one in settled] for _ in range(2)] == [[1] * MANY] * 2
    assert changed == [str(number) for number in range(MANY)]


def test_what_is_made_of_all_is_made_once_and_anew_after_a_change() -> None:
    """A changed list is another one."""
    asked: list[int] = []

    def first(past: Packed[AuditedPast]) -> str:
        asked.append(len(past))
        return past[0].week

    some = weeks(3)
    assert (some.once(first), some.once(first), asked) == ("0", "0", [3])
    other = some.each(lambda past: past.model_copy(update={"week": f"{past.week}!"}))
    assert (other.once(first), some.once(first), asked) == ("0!", "0", [3, 3])
