"""Under which of an official's posts the week's questions stand."""

from dataclasses import dataclass

from auditor.audit.document import AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.checks.comments_answered import CHECK as ANSWERED


@dataclass(frozen=True, slots=True)
class AskedPost:
    """One of the official's posts with the week's questions under it."""

    url: str
    label: str
    questions: int
    no_reply_found: int


def asked_posts(office: AuditedOffice, words: Catalogue) -> list[AskedPost]:
    """Link the posts under which questions of the week were seen; citizens' comments are never linked."""
    found = office.read(ANSWERED)
    under = (found.values.posts or ()) if found is not None else ()
    order = sorted(under, key=lambda post: (-post.no_reply_found, -post.questions, post.url))
    label = words.gettext(N_("post"))
    return [
        AskedPost(p.url, words.moment(p.at) if p.at is not None else label, p.questions, p.no_reply_found)
        for p in order
    ]
