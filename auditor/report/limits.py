"""What the report does not claim: said on the page, and in whatever leaves without it."""

from auditor.base.text import N_

LIMITS = (
    N_("that anyone broke the law: the directive is not a law;"),
    N_("why a page is not there, or why a reply was not found: motives cannot be seen from outside;"),
    N_("that there was no reply: found or not is said as of the look, and a reply may have been given in private "
       "messages, by telephone or in person;"),
    N_("who was banned, and why a comment is not available: this cannot be seen from outside;"),
    N_("anything about pages that nobody has confirmed: they are not judged;"),
    N_("that whoever posts more works better: there are no marks and no ranks here."),
)  # fmt: skip
