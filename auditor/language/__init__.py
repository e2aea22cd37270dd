"""Classify Russian texts: whether a comment asks, a page has moved or answers people, two texts have the same words.

In: the text of a post or a comment, before anything is stored. Out: codes, flags, digests and sketches, never a
citizen's words (docs/dev/design.md, sections 10 and 12); `classify(text)` returns the intent and the rule that decided.
Pure, and bounded in time whatever the text. It imports `auditor.base` alone; probes call `minimise_text`.
A new phrase or rule of comments goes into words.toml with a higher `minimise_text.RULES`; a new tag of words into
`grammar` and `tagger`; where a clause begins and whether it asks is `clauses`.
"""

from auditor.language.comment import CommentReading, classify

__all__ = ["CommentReading", "classify"]
