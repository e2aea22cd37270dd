"""The letter that asks an office for what the registry lacks: one request in one sentence, and whom to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from auditor.archive import Archive
from auditor.base.errors import ArchiveError
from auditor.base.text import N_
from auditor.registry.declension import dative_title
from auditor.registry.models import Office
from auditor.registry.requests import is_late, open_request, questions_to
from auditor.report.word_letter import Letter
from auditor.run.workspace import Workspace


def request_letter(workspace: Workspace, office: Office, today: date) -> Letter:
    """Return the letter that asks an office for what is missing of it on a day."""
    return _RequestWriter(workspace, office, today).letter()


@dataclass(frozen=True, slots=True)
class _RequestWriter:
    """Writes the request to one office."""

    workspace: Workspace
    office: Office
    today: date

    def letter(self) -> Letter:
        say = self.workspace.translator.translate
        return Letter(
            subject=say(N_("Request for information on the head's pages in social networks")),
            paragraphs=tuple(self.iter_paragraphs()),
            reference=(say(N_("Date: {day}"), day=self.today), say(N_("No. ______________"))),
            addressee=tuple(self.iter_addressee()),
        )

    def iter_addressee(self) -> Iterator[str]:
        office, contacts, region = self.office, self.office.contacts, self.workspace.registry.region
        yield dative_title(office.title) or self.workspace.translator.translate(N_("To: {office}"), office=office.title)
        if office.municipality[:_STEM].casefold() not in office.title.casefold():
            yield office.municipality
        yield from filter(None, (region.name if region else "",))
        yield from filter(None, (contacts.post, contacts.email) if contacts else ())

    def iter_paragraphs(self) -> Iterator[str]:
        say, registry = self.workspace.translator.translate, self.workspace.registry
        if _is_demonstration(self.workspace):
            yield say(N_("Demonstration. Names, districts, dates and figures are invented."))
        if is_late(self.office, self.today) and (request := open_request(self.office)) is not None:
            yield say(_REMINDER, sent=request.sent)
        yield say(_ASK)
        yield from self.iter_questions()
        act = registry.directive
        if act is not None and registry.bound(self.office):
            yield say(_PURPOSE, title=act.title, issuer=act.issuer, issued=act.issued)
        yield say(_LAW)
        contact = self.workspace.settings.contact or say(N_("(write your name and address here)"))
        yield say(N_("Please answer to: {contact}"), contact=contact)
        yield say(N_("Signature: ______________________ (name)"))

    def iter_questions(self) -> Iterator[str]:
        """Yield the parts of the sentence that asks, each with its number."""
        texts = [*map(self.workspace.translator.text, questions_to(self.workspace.registry, self.office, self.today))]
        for number, text in enumerate(texts, 1):
            yield f"{number}) {text}{'.' if number == len(texts) else ';'}"


def _is_demonstration(workspace: Workspace) -> bool:
    try:
        with Archive.read(workspace.data) as archive:
            return archive.synthetic
    except ArchiveError:
        return False


_STEM = 4
"""Letters of a municipality's name that stand in the title of its head in whatever case."""
_REMINDER = N_("No answer to the request of {sent} has come; it is repeated here.")
_ASK = N_("By this request, please tell:")
_PURPOSE = N_(
    "The answer is for the weekly check of how this is kept to: «{title}» ({issuer}, {issued}). It enters the registry "
    "of the check as a source with its date and number."
)
_LAW = N_(
    "The request rests on the federal law of 09.02.2009 № 8-ФЗ “Об обеспечении доступа к информации о деятельности "
    "государственных органов и органов местного самоуправления”, article 18; the term of the answer is 30 days."
)
