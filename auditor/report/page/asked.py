"""Under which of an official's posts the week's questions stand."""

from dataclasses import dataclass

from auditor.audit.document import AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, NN_
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import UnderPost

_QUESTIONS = NN_("{n} question", "{n} questions")
_ANSWERED = NN_("{n} question, answered by the owner", "{n} questions, each answered by the owner")


@dataclass(frozen=True, slots=True)
class AskedPost:
    """One of the official's posts with the week's questions under it."""

    url: str
    label: str
    questions: int
    no_reply_found: int
    said: str
    """What became of the questions."""


def asked_posts(office: AuditedOffice, words: Catalogue) -> list[AskedPost]:
    """Link the posts under which questions of the week were seen; citizens' comments are never linked."""
    found = office.read(ANSWERED)
    under = (found.values.posts or ()) if found is not None else ()
    open_ = found is None or bool(found.values.pending or found.values.uncertain)
    order = sorted(under, key=lambda post: (-post.no_reply_found, -post.questions, post.url))
    label = words.gettext(N_("post"))
    return [
        AskedPost(
            p.url,
            words.moment(p.at) if p.at is not None else label,
            p.questions,
            p.no_reply_found,
            _said(p, words, open_=open_),
        )
        for p in order
    ]


def _said(post: UnderPost, words: Catalogue, *, open_: bool) -> str:
    """Count a post's questions; where some of the week's are `open_`, too new or uncertain, they may be among them."""
    if post.no_reply_found:
        return words.say(N_("no answer of the owner seen: {m} of {n}"), m=post.no_reply_found, n=post.questions)
    return words.count(*(_QUESTIONS if open_ else _ANSWERED), post.questions)
