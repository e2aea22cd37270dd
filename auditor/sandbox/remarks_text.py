"""What the invented officials say to the reports, and what the invented auditor had to put right."""

from datetime import date, datetime, timedelta

from auditor.sandbox.story import ZONE

_HEAD = "# Synthetic: every office, person and word in this file is invented.\n"


def statements_yaml(ends: datetime) -> str:
    """Write a statements.yaml for the world whose audited week ends at `ends`.

    One is about the week before and still holds; one is of a head who left since, so it stands with that week alone.
    """
    return (
        f"{_HEAD}statements:\n"
        f"  - office: rayon-04\n"
        f"    week: {_week(ends, 1)}\n"
        f"    text: До открытия личной страницы на вопросы жителей отвечала страница администрации района.\n"
        f"    who: пресс-служба Четвёртого района\n"
        f"    on: {_day(ends, 3)}\n"
        f"    source: письмо, вх. № 4, https://example.invalid/statement\n"
        f"  - office: rayon-19\n"
        f"    week: {_week(ends, 1)}\n"
        f"    text: Ответы на вопросы этой недели готовятся.\n"
        f"    who: пресс-служба Девятнадцатого района\n"
        f"    on: {_day(ends, 6)}\n"
        f"    source: письмо, вх. № 3\n"
    )


def corrections_yaml(ends: datetime) -> str:
    """Write a corrections.yaml for that world: one of the week before, one of the audited week."""
    return (
        f"{_HEAD}corrections:\n"
        f"  - number: 1\n"
        f"    week: {_week(ends, 1)}\n"
        f"    text: В версии 1 было неверно названо время сбора.\n"
        f"    on: {_day(ends, 6)}\n"
        f"    source: проверка оператора\n"
        f"  - number: 2\n"
        f"    week: {_week(ends, 0)}\n"
        f"    office: rayon-03\n"
        f"    check: posts_per_week\n"
        f"    text: В версии 1 закреплённая запись была посчитана ещё раз, публикаций вышло на одну больше.\n"
        f"    on: {_day(ends, -1)}\n"
        f"    source: письмо, вх. № 5, https://example.invalid/correction\n"
    )


def _date(ends: datetime, back: int) -> date:
    """Return the day so many days before the Monday at which the week ends."""
    return (ends - timedelta(days=back)).astimezone(ZONE).date()


def _day(ends: datetime, back: int) -> str:
    return _date(ends, back).isoformat()


def _week(ends: datetime, back: int) -> str:
    iso = _date(ends, 1 + 7 * back).isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}"
