"""What is never said of a person: motives, blame, and what was not seen (docs/dev/sources.md)."""

import re

FORBIDDEN = re.compile(
    r"\bне зав[её]л|(?<!сеть )\bне отве(тил[аио]?\b|чает|чал)|удалил|удал[её]н"
    r"|(?<!кто-либо )наруш(ени[ея]|ил[аио]?|ает) закон|нарушител|накру[тч]"
    r"|игнорир|уклон|скрыва|(?<!у)молч[аи]|саботир|отписк|не выполнил|обман|лж[её]т|боится",
    re.IGNORECASE,
)
"""A network may have given no answer, the report says that it does not claim «что кто-либо нарушил закон», and what is
so «по умолчанию» is of nobody."""
FORBIDDEN_ENGLISH = re.compile(
    r"(?<!network )did(n't| not) (answer|reply)|never (answered|replied|opened)|ignor(ed|es|ing)|evad|(?<!no )violat"
    r"|deleted (the|a) comment|cheat|fake|refus(ed|es) to (answer|reply)|hides|law-?break",
    re.IGNORECASE,
)
