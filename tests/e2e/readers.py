"""What readers ask of the page, and the steps by which each finds it: through the words that can be seen, nothing else.

Each question looks for its answer as a reader would and compares it with the audit document. The tests run them;
`benchmarks/reader_questions.py` writes down what they take.
"""

__all__ = ["QUESTIONS", "Question", "Reader"]

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from auditor.audit.document import Audit, AuditedOffice

POINT, READ = 2.4, 3.0
"""Seconds to think of a target, point at it and press (keystroke-level model: 1.2 + 1.1 + 0.1); words read a second."""


@dataclass
class Reader:
    """Somebody with a mouse and eyes: acts by visible words, reads what is in sight, and remembers the steps."""

    page: Page
    steps: list[str] = field(default_factory=list)
    acts: int = 0
    words: int = 0
    started: float = field(default_factory=time.perf_counter)

    def clicks(self, target: Locator, said: str) -> None:
        """Press what is called `said`."""
        target.click()
        self._acted(f"press «{said}»")

    def chooses(self, target: Locator, value: str) -> None:
        """Pick an entry of a list by its words."""
        target.select_option(label=value)
        self._acted(f"choose «{value}»")

    def reads(self, target: Locator, what: str) -> str:
        """Read a thing that can be seen, and say which it was."""
        target.wait_for(state="visible")
        text = " ".join(target.inner_text().split())
        self.words += len(text.split())
        self.steps.append(f"read {what}")
        return text

    def opens(self, office: AuditedOffice) -> Locator:
        """Press an office's name in the first table; its card opens."""
        name = self.page.get_by_role("table", name="Итог по каждой").get_by_role("link", name=office.municipality)
        self.clicks(name, office.municipality)
        return self.page.locator("details.card", has=self.page.get_by_role("heading", name=office.municipality))

    @property
    def seconds(self) -> float:
        """How long a person takes by the model: pressing and reading."""
        return self.acts * POINT + self.words / READ

    @property
    def measured(self) -> float:
        """How long it took here: the browser's part of it."""
        return time.perf_counter() - self.started

    def _acted(self, step: str) -> None:
        self.acts += 1
        self.steps.append(step)


def rows(reader: Reader) -> list[str]:
    """Read names and «Чем установлено» of the first table's rows that are in sight."""
    table = reader.page.get_by_role("table", name="Итог по каждой")
    shown = [row for row in table.get_by_role("row").all() if row.is_visible() and row.get_by_role("cell").count()]
    return [
        " ".join(
            [
                reader.reads(row.get_by_role("link").first, "the name"),
                reader.reads(row.get_by_role("cell").nth(1), "«Чем установлено»"),
            ]
        )
        for row in shown
    ]


def office(audit: Audit, **wanted: object) -> AuditedOffice:
    """Return the first bound office with these fields, alphabetically."""
    fit = (o for o in audit.offices if o.bound and all(getattr(o, k) == v for k, v in wanted.items()))
    return min(fit, key=lambda o: o.municipality)


def block(card: Locator, heading: str) -> Locator:
    """Return the part of a card under `heading`."""
    return card.locator(".block, .todo", has=card.page.get_by_role("heading", name=heading, exact=False)).first


def never_opened(reader: Reader, audit: Audit) -> str:
    """Who never opened one?"""
    reader.clicks(reader.page.get_by_role("radio", name="не соблюдено 3"), "не соблюдено 3")
    reader.chooses(reader.page.get_by_label("Страница"), "нет в реестре")
    found = rows(reader)
    none = [o for o in audit.offices if o.verdict == "failed" and not any(a.kind == "personal" for a in o.accounts)]
    assert [row.split(" район")[0] for row in found] == [o.municipality.split(" район")[0] for o in none]
    assert all("Личная страница не найдена на" in row for row in found)
    return found[0]


def opened_late(reader: Reader, audit: Audit) -> str:
    """Who opened late, and by how much?"""
    reader.clicks(reader.page.get_by_role("radio", name="не соблюдено 3"), "не соблюдено 3")
    found = [row for row in rows(reader) if "после срока" in row]
    judged = [o.finding("opened_by_deadline") for o in audit.offices if o.bound and o.verdict == "failed"]
    late = [f.values["days_late"] for f in judged if f and f.values.get("days_late")]
    for days in late:
        assert any(f"через {days} " in row for row in found), days
    assert late
    return "; ".join(found)


def got_worse(reader: Reader, audit: Audit) -> str:
    """Who got worse?"""
    said = reader.reads(
        reader.page.locator(".changes dl > div", has_text="в практике хуже"), "«хуже» under «Что изменилось»"
    )
    worse = [o for o in audit.offices if o.bound and o.change == "regression"]
    assert said.startswith(f"в практике хуже {len(worse)} ")
    assert [o.municipality for o in worse if o.municipality.removesuffix(" район") not in said] == []
    return said


def grey_cell(reader: Reader, audit: Audit) -> str:
    """Why is this cell grey?"""
    exempt = office(audit, verdict_reason="exemption")
    name = exempt.municipality.removesuffix(" район")
    reader.clicks(reader.page.get_by_role("link", name=f"{name} не применяется"), f"{name}, не применяется")
    card = reader.page.locator("details.card", has=reader.page.get_by_role("heading", name=exempt.municipality))
    said = reader.reads(block(card, "Почему поручение не применяется"), "«Почему поручение не применяется»")
    assert exempt.exemption
    assert exempt.exemption.by in said
    assert exempt.exemption.reason in said
    return said


def no_public_reply(reader: Reader, audit: Audit) -> str:
    """Which comments had no public reply?"""
    asked = audit.offices[0]
    card = reader.opens(asked)
    said = reader.reads(block(card, "Вопросы и ответы"), "«Вопросы и ответы»")
    finding = asked.finding("comments_answered")
    assert finding
    assert f"публичный ответ не найден к моменту проверки {finding.values['no_reply_found']}" in said
    posts = reader.reads(
        block(card, "Неделя по дням").locator(".posts").first, "the links to the posts they stand under"
    )
    assert posts
    return said


def three_posts(reader: Reader, audit: Audit) -> str:
    """By what norm is three posts too few?"""
    head = reader.page.get_by_role("table", name="Числа недели").get_by_role("columnheader").nth(1)
    assert "не меньше 3 в неделю, аналог" in reader.reads(head, "the column's head in «Практика ведения»")
    reader.clicks(reader.page.get_by_role("navigation").get_by_role("link", name="Методика"), "Методика")
    row = reader.page.get_by_role("table", name="Проверки").get_by_role("row", name="Публикации за неделю")
    threshold = reader.reads(row.get_by_role("cell").nth(1), "threshold and basis in the row «Публикации за неделю»")
    source = reader.reads(row.get_by_role("cell").nth(2), "its source")
    value = audit.policy["posts_per_week"]
    assert "аналог" in threshold
    assert value.source.split(",")[0] in source
    return f"{threshold}; {source}"


def ownership(reader: Reader, audit: Audit) -> str:
    """How was ownership confirmed?"""
    asked = audit.offices[2]
    said = reader.reads(block(reader.opens(asked), "Страницы"), "«Страницы»")
    proof = asked.accounts[0].confirmed
    assert proof
    assert "Принадлежность подтверждена: чем, когда, кем" in said
    assert f"{proof.how}; {proof.on:%d.%m.%Y}, {proof.by}" in said
    return said


def what_to_do(reader: Reader, audit: Audit) -> str:
    """What must this head do?"""
    asked = office(audit, verdict="failed")
    said = reader.reads(block(reader.opens(asked), "Что сделать"), "«Что сделать»")
    assert "Изменит подтверждение более ранней личной страницы." in said
    return said


def not_looked_at(reader: Reader, audit: Audit) -> str:
    """What was not looked at, and why?"""
    unsure = reader.reads(
        reader.page.locator(".who > div", has_text="не установлено").first, "«не установлено» at the top"
    )
    untested = reader.reads(reader.page.locator(".who > div", has_text="не проверялось").first, "«не проверялось»")
    for one in audit.offices:
        if one.bound and one.verdict in {"cantTell", "untested"}:
            assert one.municipality.removesuffix(" район") in unsure + untested
    assert "заглушка вместо страницы" in unsure
    assert "страницу ещё не искали" in untested
    return f"{unsure}; {untested}"


def proof(reader: Reader, audit: Audit) -> str:
    """Where is the proof?"""
    asked = office(audit, verdict="passed")
    part = block(reader.opens(asked), "Доказательства")
    said = reader.reads(part, "«Доказательства»")
    for number, stored in asked.evidence.items():
        assert number in said
        assert part.get_by_text(stored.sha256).count() == 1
    assert "auditor evidence show ev-" in said
    return said


def exempt_by_whom(reader: Reader, audit: Audit) -> str:
    """Who is exempt, and by whom?"""
    label = f"не применяется {audit.summary.inapplicable}"
    reader.clicks(reader.page.get_by_role("radio", name=label), label)
    found = [row for row in rows(reader) if "Освобождён" in row]
    exempt = [o for o in audit.offices if o.bound and o.exemption]
    assert len(found) == len(exempt)
    for one, row in zip(exempt, found, strict=True):
        assert one.exemption
        assert row.startswith(one.municipality)
        assert one.exemption.by in row
    return "; ".join(found)


Question = Callable[[Reader, Audit], str]
QUESTIONS: tuple[Question, ...] = (
    never_opened, opened_late, got_worse, grey_cell, no_public_reply, three_posts, ownership, what_to_do, not_looked_at,
    proof, exempt_by_whom,
)  # fmt: skip
