"""What people's words say: does a comment ask, has a page moved, have two texts the same words.

`read` is the door for comments: `read(text).says` is asks, reports, not or unsure, and `.rule` is what decided. All is
pure and bounded in time whatever the text. It is called at the door, before anything is stored: nothing here returns a
citizen's words, and what is stored of a text is a code, a flag or a sketch (docs/dev/design.md, sections 10 and 12).
"""

from auditor.language.comment import CommentReading, classify

__all__ = ["CommentReading", "classify"]
