"""The sentences of reasons and doubts about a lead, by code."""

from collections.abc import Mapping

from auditor.base.text import N_, NN_, Text

FOR = {
    "given": NN_(
        "{n} official place gives this address as the person's: {pages}",
        "{n} official places give this address as the person's: {pages}",
    ),
    "mutual": NN_(
        "{n} official page and this one link to each other: {pages}",
        "{n} official pages and this one link to each other: {pages}",
    ),
    "mentioned": NN_(
        "{n} official place mentions it in another sentence, read it: {pages}",
        "{n} official places mention it in other sentences, read them: {pages}",
    ),
    "linked_both": N_("It and another page of the person link to each other: {page}"),
    "claimed": N_("It says itself that it is the holder's, unconfirmed: {place}"),
    "office": N_("The page names the office: {place}"),
    "place": N_("The page names the municipality: {place}"),
    "name_full": N_("The title bears the family name, the given name and the patronymic"),
    "name": N_("The title bears the family name and the given name"),
    "name_short": N_("The title bears the family name and a short form of the given name"),
    "name_initials": N_("The title bears the family name and both initials"),
    "name_initial": N_("The title bears the family name and one initial"),
    "name_family": N_("The title bears the family name alone"),
    "name_known": N_("The title bears the family name, and the registry has no more of the name"),
    "name_given": N_("The title bears the given name and the patronymic without the family name"),
    "name_described": N_("The description names the person"),
    "own_voice": N_("The page calls itself personal or the official page of a head"),
    "verified": N_("The network has verified the page"),
    "government": N_("The network marks it as a state organisation's page"),
    "on_record": N_("The address stands in the registry as an unconfirmed lead"),
    "silent": N_("The last post, of {date}, is older than the tenure"),
    "active": N_("The last post is of {date}"),
}
"""Reasons for a page."""
AGAINST = {
    "warned": NN_(
        "{n} official place may warn against this address, read it: {pages}",
        "{n} official places may warn against this address, read them: {pages}",
    ),
    "given_other": NN_(
        "{n} official place gives this address to the holder of another office: {pages}",
        "{n} official places give this address to the holder of another office: {pages}",
    ),
    "gone": N_("There is no page under this address"),
    "body": N_("The registry has this address as an institution's"),
    "predecessor": N_("The registry has this address as the predecessor's"),
    "name_other": N_("The title bears the name of another person"),
    "other_holder": N_("The page names somebody else beside the office"),
    "institution": N_("The title is that of an institution or a newspaper, not of a person"),
    "fan": N_("The page says that supporters, residents or opponents keep it, or that it is a parody"),
    "other_office": N_("The page names an office in another place"),
    "other_place": N_("The page names another municipality and not this one"),
    "other_region": N_("The page names another region and not this one"),
    "former": N_("The page speaks of a former office"),
    "other_job": N_("The page names another job"),
    "bot": N_("It is a bot"),
    "unlike": N_("The page itself names neither the person nor the office: it may be somebody else's by now"),
    "reopened": N_("The page was opened after an official page wrote of it: its name may have been taken again"),
    "twin": N_("Two pages alike, a person decides: {pages}"),
}
"""Doubts, the gravest first."""
_LAST = N_("{what}; last on {date}")


def of(code: str, params: Mapping[str, str | int]) -> Text:
    """Return the sentence of a code with its parameters; of an unknown code, the code itself."""
    sentence = {**FOR, **AGAINST}.get(code, code)
    if isinstance(sentence, str):
        return Text(sentence, params)
    text = Text(sentence[0], params, plural=sentence[1], count=int(params["n"]))
    return Text(_LAST, {"what": text, "date": params["date"]}) if "date" in params else text
