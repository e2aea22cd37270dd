"""The points of every reason, and why: the one table behind the ranking.

The points are judgement, not measurement. Two rules made them what they are. A page that merely bears the name is a
citizen's until something else ties it to the office, so a name alone stays below the line (`lead.LINE`), with every
mark that a namesake can have as well. And what an official body says next to the person's name is worth more than all
that a page says of itself.
"""

from typing import NamedTuple


class _Weight(NamedTuple):
    """Points of a reason, and why."""

    points: float
    why: str


WEIGHTS: dict[str, _Weight] = {
    # The name. None of them reaches the line: namesakes are many.
    "name_full": _Weight(31, "all three parts are rarely shared, yet they are: still below the line with a place"),
    "name": _Weight(30, "family and given name: what most real pages bear, and all their namesakes"),
    "name_short": _Weight(22, "a short given name stands for several names"),
    "name_initials": _Weight(24, "two initials fit one namesake in some hundred"),
    "name_initial": _Weight(16, "one initial fits one in ten"),
    "name_family": _Weight(5, "a family name alone is hardly a sign"),
    "name_known": _Weight(
        20, "the registry itself has no more than the family name: with the office it reaches the line"
    ),
    "name_given": _Weight(18, "given name and patronymic, as people address a head"),
    "name_described": _Weight(12, "a description may name whom the page is about, not whose it is"),
    "name_other": _Weight(-60, "another given name, patronymic or initial: another person"),
    # What the page says of itself: anybody may write it, and a clone does.
    "office": _Weight(30, "claims the very office: with the name it reaches the line"),
    "office_bare": _Weight(6, "claims an office and does not say where"),
    "place": _Weight(15, "the municipality alone: a neighbour with the same name lives there too"),
    "region": _Weight(2, "the region alone: a million people"),
    "own_voice": _Weight(8, "calls itself personal, where only the description names the person"),
    "body_linked": _Weight(12, "links to an official page: free to do, but fan pages and namesakes seldom do"),
    # What others say of the page.
    "linked": _Weight(55, "an official body names the person beside the address: enough without a word on the page"),
    "linked_office": _Weight(38, "an official body names the office or the place beside the address, no person"),
    "linked_near": _Weight(22, "an official body names the person in the line before, or by family name alone"),
    "linked_again": _Weight(10, "a second body says the same; more add nothing, they copy each other"),
    "linked_confirmed": _Weight(45, "the person's own confirmed page links to it"),
    "linked_lead": _Weight(25, "a page of this person above the line links to it"),
    "linked_lead_both": _Weight(52, "it and a page of this person above the line link to each other: one owner"),
    "linked_both": _Weight(5, "it and another page found under the name link to each other: a namesake's do as well"),
    "on_record": _Weight(15, "somebody wrote it into the registry as a lead"),
    "verified": _Weight(10, "the network checked who the owner is: the name is real, the office need not be"),
    "government": _Weight(5, "the network says that it is a state organisation's"),
    "active": _Weight(3, "posts since the person took office"),
    # Against.
    "warned": _Weight(
        -120, "an official body warns of it as a fake: no copy may come above the line, whatever it says"
    ),
    "linked_other": _Weight(-70, "an official body gives the address to somebody else"),
    "body": _Weight(-100, "the registry has the address as an institution's"),
    "predecessor": _Weight(-90, "the registry has the address as the predecessor's"),
    "institution": _Weight(-120, "the title is an institution's: its page is not the person's, whoever links to it"),
    "fan": _Weight(-100, "says itself that others keep it: supporters, a parody, opponents"),
    "other_office": _Weight(-60, "claims an office in another place: the namesake there"),
    "other_place": _Weight(-35, "names another municipality of the registry, and not this one"),
    "other_region": _Weight(-30, "names another region, and not this one"),
    "other_town": _Weight(
        -10, "lives elsewhere by its profile; villages of the district are not known here, so little"
    ),
    "other_job": _Weight(-12, "names another job"),
    "namesake_holder": _Weight(-10, "another holder in the registry has a name that agrees as well"),
    "former": _Weight(-35, "speaks of a former office"),
    "silent": _Weight(-25, "no post since before the person took office"),
    "closed": _Weight(-10, "closed: an official page that nobody can read would be odd"),
    "empty": _Weight(-5, "no subscribers at all"),
    "name_only": _Weight(-5, "its own words were seen and name neither office nor place"),
    "bot": _Weight(-60, "a bot is nobody's page"),
    "group": _Weight(-15, "a group chat is rarely one person's page"),
    "gone": _Weight(-100, "there is no such page"),
    # Between leads (auditor.search.weighing.rank).
    "clone": _Weight(-100, "a younger copy of another page's name and claim"),
    "older": _Weight(-15, "a much older page makes the same claim: one body may be wrong, so both are to be looked at"),
    "double": _Weight(-30, "claims the same as a page that an official body links to, and nobody links to this one"),
}
"""All reasons. The positive ones of what a page can say of itself add up to less than what any disproof takes away."""
