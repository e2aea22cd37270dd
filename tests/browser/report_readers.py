"""What five readers ask of the folder of reports, and the steps by which each finds it: by words that can be seen.

Each question starts on the page that opens the folder, looks for its answer as that reader would and compares it with
the audit document. What they took is in docs/dev/reader-questions.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

from auditor.audit.document import Audit, AuditedOffice, AuditedProof
from auditor.base.i18n import Translator
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.pages import folder as drawn

POINT, READ = 2.4, 3.0
"""Seconds to think of a target, point at it and press (keystroke-level model: 1.2 + 1.1 + 0.1); words read a second."""
TELEPHONE, DESK = (390, 844), (1440, 900)


def make_site(folder: Path) -> Path:
    """Draw two invented weeks into a folder of reports; return the page that opens it."""
    before = sample_audit(previous=False).model_copy(update={"week": "2026-W46"})
    for path, body in drawn([before, proved(sample_audit())], Translator("ru", TOMSK)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return folder / "index.html"


def proved(audit: Audit) -> Audit:
    """Return an audit whose stored answers have what real ones have: the address of a call, a way to the root."""
    call = f"wall.getComments?{'&'.join(f'parameter_{n}=value' for n in range(9))}"
    steps = [f"right:{'0f' * 32}"] * 9
    way = AuditedProof(leaf="a1" * 32, place=1, leaves=400, path=steps, root="b2" * 32, run=1, link=1)
    offices = [
        office.model_copy(
            update={
                "evidence": {
                    name: e.model_copy(update={"url": call, "proof": way}) for name, e in office.evidence.items()
                }
            }
        )
        for office in audit.offices
    ]
    return audit.model_copy(update={"offices": offices})


@dataclass
class Reader:
    """Somebody with a screen, a finger and eyes: acts by visible words and remembers the steps."""

    page: Page
    steps: list[str] = field(default_factory=list)
    acts: int = 0
    words: int = 0
    depths: dict[str, int] = field(default_factory=dict)
    """For each page that was opened, the screen on which the lowest thing lay that was pressed or read."""

    def clicks(self, name: str) -> None:
        """Press the first link that is called so."""
        target = self.page.get_by_role("link", name=name).first
        self._looks_at(target)
        target.click()
        self._acted(f"press «{name}»")

    def chooses(self, target: Locator, value: str) -> None:
        """Pick an entry of a list by its words."""
        self._looks_at(target)
        target.select_option(label=value)
        self._acted(f"choose «{value}»")

    def reads(self, label: str, target: Locator) -> str:
        """Read a thing that can be seen, and say which it was."""
        target.wait_for(state="visible")
        self._looks_at(target)
        text = " ".join(target.inner_text().split())
        self.words += len(text.split())
        self.steps.append(f"read {label}")
        return text

    @property
    def screens(self) -> int:
        """How many screens the reader passed, over all pages."""
        return sum(self.depths.values())

    @property
    def seconds(self) -> float:
        """How long a person takes by the model: pressing and reading."""
        return self.acts * POINT + self.words / READ

    def _looks_at(self, target: Locator) -> None:
        top = target.evaluate("e => e.getBoundingClientRect().top + scrollY")
        height = (self.page.viewport_size or {"height": DESK[1]})["height"]
        path = self.page.url.partition("#")[0].partition("?")[0]
        self.depths[path] = max(self.depths.get(path, 1), int(top // height) + 1)

    def _acted(self, step: str) -> None:
        self.acts += 1
        self.steps.append(step)


def office(audit: Audit, **wanted: object) -> AuditedOffice:
    """Return the first bound office with these fields, alphabetically."""
    fit = (o for o in audit.offices if o.bound and all(getattr(o, k) == v for k, v in wanted.items()))
    return min(fit, key=lambda o: o.municipality)


def short(audited: AuditedOffice) -> str:
    """Return a municipality as the first screen calls it."""
    return audited.municipality.removesuffix(" район")


def group_of(page: Page, word: str) -> Locator:
    """Return the part of the first screen's table with this outcome."""
    return page.locator(".heads tbody", has=page.locator("th[scope=rowgroup]", has_text=word)).first


def who_fails(reader: Reader, audit: Audit) -> None:
    """How many do not comply, and who?"""
    failed = [o for o in audit.offices if o.bound and o.verdict == "failed"]
    assert f"Не соблюдено у {len(failed)}" in reader.reads("the heading", reader.page.locator("h1"))
    text = reader.reads("«не соблюдено»", group_of(reader.page, "не соблюдено"))
    assert all(short(failed_office) in text for failed_office in failed)


def got_worse(reader: Reader, audit: Audit) -> None:
    """Does it get better, and who got worse?"""
    assert "неделю назад" in reader.reads("the three measures", reader.page.locator(".measures"))
    text = reader.reads("«Ведение ухудшилось»", reader.page.locator(".changes li", has_text="Ведение ухудшилось"))
    assert all(short(audited) in text for audited in audit.offices if audited.bound and audited.change == "regression")


def what_to_do(reader: Reader, audit: Audit) -> None:
    """What must this head do?"""
    reader.clicks(short(office(audit, verdict="failed")))
    assert "Более ранняя личная страница" in reader.reads("«Что изменит итог»", reader.page.locator(".act ol"))


def opened_late(reader: Reader, audit: Audit) -> None:
    """Who opened late, and by how much?"""
    text = reader.reads("«не соблюдено»", group_of(reader.page, "не соблюдено"))
    judged = [o.finding("opened_by_deadline") for o in audit.offices if o.bound and o.verdict == "failed"]
    late = [f"опоздание: {f.values['days_late']} " for f in judged if f and f.values.get("days_late")]
    assert late
    assert [phrase for phrase in late if phrase not in text] == []


def three_posts(reader: Reader, audit: Audit) -> None:
    """By what norm is three posts too few?"""
    reader.clicks("Методика")
    row = reader.page.locator("table.method").get_by_role("row", name="Публикации за неделю")
    text = reader.reads("threshold, basis and source", row.get_by_role("cell").nth(1))
    assert "по примеру другого региона" in text
    assert audit.policy["posts_per_week"].source.split(",")[0] in text


def proof(reader: Reader, audit: Audit) -> None:
    """Where is the proof?"""
    failed_office = office(audit, verdict="failed")
    reader.clicks(short(failed_office))
    reader.clicks("Доказательства")
    text = reader.reads("«На чём основано, запись за записью»", reader.page.locator("table.proofs").first)
    numbers = failed_office.proved()[0].evidence
    assert numbers
    assert [number for number in numbers if number not in text] == []


def no_public_reply(reader: Reader, audit: Audit) -> None:
    """Which comments had no public reply?"""
    reader.clicks(short(audit.offices[0]))
    text = reader.reads("«Где ответа не видно»", reader.page.locator("#questions ul").first)
    posts = audit.offices[0].finding("comments_answered").values["posts"]
    figures = [f"{post['no_reply_found']} из {post['questions']}" for post in posts]
    assert figures
    assert [figure for figure in figures if figure not in text] == []


def ownership(reader: Reader, audit: Audit) -> None:
    """How was ownership confirmed?"""
    confirmed = audit.offices[2].accounts[0].confirmed
    reader.clicks(short(audit.offices[2]))
    based = reader.page.locator("section, .act", has=reader.page.get_by_role("heading", name="На чём основано")).last
    text = reader.reads("«На чём основано»", based.locator("tbody tr").first)
    assert f"{confirmed.how}, {confirmed.on:%d.%m.%Y}" in text


def where_to_write(reader: Reader, audit: Audit) -> None:
    """Where do we send our statement?"""
    reader.clicks(short(office(audit, verdict="failed")))
    heading = reader.page.get_by_role("heading", name="Куда писать")
    assert audit.contact in reader.reads("«Куда писать»", heading.locator("xpath=following-sibling::p[1]"))
    below = " ".join(heading.locator("xpath=following-sibling::p[2]").inner_text().split())
    assert "Заявление главы печатается на странице" in below


def my_district(reader: Reader, audit: Audit) -> None:
    """What of my district?"""
    passed_office = office(audit, verdict="passed")
    reader.clicks(short(passed_office))
    heading = reader.reads("the heading", reader.page.get_by_role("heading", level=1))
    assert heading == f"{passed_office.municipality}: поручение соблюдено"


def grey_cell(reader: Reader, audit: Audit) -> None:
    """Why is this cell grey, who is exempt and by whom?"""
    exempt = office(audit, verdict_reason="exemption")
    reader.clicks(short(exempt))
    assert exempt.exemption.by in reader.reads("«Почему»", reader.page.locator(".lead").first)


def what_people_ask(reader: Reader, audit: Audit) -> None:
    """Does our head answer people?"""
    values = audit.offices[0].finding("comments_answered").values
    link = reader.page.get_by_role("link", name=short(audit.offices[0]), exact=True)
    text = reader.reads("the row of the district", reader.page.locator(".heads tr", has=link))
    assert f"{values['answered_in_time'] + values['answered_late']} из {values['due']}" in text


def not_looked_at(reader: Reader, audit: Audit) -> None:
    """What was not looked at, and why?"""
    text = reader.reads("«не установлено»", group_of(reader.page, "не установлено"))
    text += reader.reads("«не проверялось»", group_of(reader.page, "не проверялось"))
    assert all(
        short(audited) in text
        for audited in audit.offices
        if audited.bound and audited.verdict in {"cantTell", "untested"}
    )
    assert "заглушка вместо страницы" in text
    assert "годной записи о поиске нет" in text


def never_opened(reader: Reader, audit: Audit) -> None:
    """Who never opened one?"""
    reader.clicks("Таблицы недели")
    reader.chooses(reader.page.get_by_label("Страницы"), "нет в реестре")
    rows = reader.page.locator(".rows tbody tr:not(.group):visible").all()
    names = [reader.reads("the name", row.locator("th a").first) for row in rows]
    assert len(names) == sum(all(a.kind != "personal" for a in o.accounts) for o in audit.offices) > 0


def link_to_a_list(reader: Reader, _audit: Audit) -> None:
    """What link do I send, so that a colleague sees the same rows?"""
    reader.clicks("Таблицы недели")
    reader.chooses(reader.page.get_by_label("Итог"), "не соблюдено, 3")
    assert reader.page.url.endswith("2026-W47/index.html#outcome=failed")
    reader.steps.append("copy the address")


Question = Callable[[Reader, Audit], None]
READERS: dict[str, tuple[tuple[int, int], tuple[Question, Question, Question]]] = {
    "deputy governor, on a telephone": (TELEPHONE, (who_fails, got_worse, what_to_do)),
    "journalist": (DESK, (opened_late, three_posts, proof)),
    "press officer of a red district": (DESK, (no_public_reply, ownership, where_to_write)),
    "resident, on a telephone": (TELEPHONE, (my_district, grey_cell, what_people_ask)),
    "new operator": (DESK, (not_looked_at, never_opened, link_to_a_list)),
}
"""Each reader's screen and questions."""
