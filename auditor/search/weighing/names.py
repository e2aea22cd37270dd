"""Names of persons: a full name taken apart, and the given names in use in Russia with their short forms."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from auditor.search.weighing.words import declined, fold, plain


@dataclass(frozen=True, slots=True)
class FullName:
    """Family name, given name, patronymic; the last two may be unknown, and are then empty."""

    family: str
    given: str = ""
    patronymic: str = ""

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read a name as the registry writes it: family name first. A patronymic of several words stays whole."""
        family, _, rest = " ".join(name.split()).partition(" ")
        given, _, patronymic = rest.partition(" ")
        return cls(family, given, patronymic)

    def __str__(self) -> str:
        """Render family name first."""
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)


_NAMES = """
александр саша саня шура алекс алексаша; алексей леша алеша лешка; альберт; анатолий толя; андрей андрюша; антон тоша;
аркадий; арсений сеня; артем тема артемий; артур; богдан; борис боря; вадим вадик; валентин валя; валерий валера;
василий вася; вениамин веня; виктор витя; виталий виталик; владимир вова володя; владислав влад владик;
вячеслав слава; геннадий гена; георгий гоша жора; герман; глеб; григорий гриша; давид; даниил даня данил данила;
денис дениска; дмитрий дима митя; евгений женя; егор; захар; иван ваня; игорь игорек; илья илюша; иннокентий кеша;
иосиф; кирилл; константин костя; лев лева; леонид леня; макар; максим макс; марат; марк; матвей; михаил миша;
никита; николай коля; олег; павел паша; петр петя; прохор; рамиль; ренат ринат; ринат ренат; роберт; родион;
роман рома; ростислав; руслан; рустам; савва; семен сема; сергей сережа серега; станислав стас; степан степа;
тарас; тимофей тима; тимур; тихон; федор федя; филипп; фома; харитон; чингис; шамиль; эдуард эдик; эльдар; юрий юра;
яков яша; ярослав; савелий; елисей; платон; лука; всеволод сева; святослав слава; ильдар; айрат; азат; дамир;
агата; аглая; алевтина; александра саша шура; алена; алина; алиса; алла; альбина; анастасия настя; ангелина; анна аня;
антонина тоня; валентина валя; валерия лера; варвара варя; василиса; вера; вероника; виктория вика; галина галя;
дарья даша; диана; евгения женя; екатерина катя; елена лена; елизавета лиза; жанна; зинаида зина; злата; зоя;
инга; инна; ирина ира; камилла; карина; кира; клавдия; ксения оксана; лариса лара; лидия лида; лилия лиля; любовь люба;
людмила люда мила; маргарита рита; марина; мария маша марья; милана; надежда надя; наталья наташа наталия; нелли; нина;
оксана ксения; ольга оля; пелагея; полина поля; раиса рая; римма; светлана света; серафима; снежана; софья соня софия;
таисия; тамара; татьяна таня; ульяна; фаина; фекла; эвелина; элеонора; элла; эльвира; эмма; юлия юля; яна
"""
_PATRONYMIC = re.compile(
    r"(?:[оеё]вич|[а-я]ич|[оеё]вн|[иы]ничн|[а-я]ичн)(?:|а|у|ем|ом|е|ы|ой)$"
    r"|(?:ovich|evich|yevich|ievich|ovna|evna|ichna)$"
    r"|^(?:оглы|кызы|ogly|kyzy)$"
)


@lru_cache(maxsize=1)
def _table() -> dict[str, set[str]]:
    """Map each form's key to the names it may stand for."""
    table: dict[str, set[str]] = {}
    for entry in _NAMES.replace("\n", " ").split(";"):
        name, *short = entry.split()
        for form in (name, *short):
            table.setdefault(fold(form), set()).add(name)
    return table


@lru_cache(maxsize=1)
def _forms() -> tuple[str, ...]:
    return tuple(form for entry in _NAMES.replace("\n", " ").split(";") for form in entry.split())


@lru_cache(maxsize=20_000)
def canonical(word: str, *, oblique: bool = False) -> frozenset[str]:
    """Return the given names that `word` may be, in full or short, in either alphabet; none if it is no such name.

    With `oblique`, the other cases of the declension count as well.
    """
    found = set(_table().get(fold(word), ()))
    if oblique and not found:
        for form in _forms():
            if declined(word, form):
                found |= _table()[fold(form)]
    return frozenset(found)


def is_patronymic(word: str) -> bool:
    """Tell whether `word` has the shape of a patronymic, in any case of the declension."""
    written = plain(word)
    return len(written) >= 4 and bool(_PATRONYMIC.search(written))
