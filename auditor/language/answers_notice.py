"""Recognise a post that says its page answers people.

An invitation to ask and an announcement of a broadcast are none (docs/dev/design.md, section 5, Comments). The words
are data: the lists `page_answers` and `page_invites` of words.toml.
"""

from auditor.language.engine import language
from auditor.language.tagger import plain, sentences, untagged
from auditor.language.words import without_mentions

_MOST_READ = 20_000


def says_answers(text: str | None) -> bool:
    """Return whether a post says by a listed word that it answers people."""
    spoken = [untagged(sentence) for sentence in sentences(plain(without_mentions((text or "")[:_MOST_READ])))]
    lists, post = language().lists, ", ".join(spoken)
    replies = (
        lists["people_asked"].search(post)
        and lists["page_replies"].search(post)
        and not lists["page_invites"].search(post)
    )
    return bool(replies) or any(map(_answers, spoken, [*spoken[1:], ""]))


def _answers(sentence: str, following: str) -> bool:
    """Return whether a sentence says so; `following`, the next, may turn it into an invitation."""
    invitation = language().lists["page_invites"].search(sentence + following)
    invites = invitation is not None and invitation.start() < len(sentence)
    return not invites and language().lists["page_answers"].search(sentence) is not None
