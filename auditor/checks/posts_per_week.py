"""Check `posts_per_week`: how many posts of their own the holder published in the week."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from auditor.base.snapshot import Cause, EvidenceKind, Network, Outcome, Post
from auditor.base.text import N_, Sentence, Text, phrase
from auditor.checks.case import Case, evidence_ids, why_posts_incomplete
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, HeadlineFigure, HistoryFigure, Measure, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person
from auditor.registry.models import Basis, Policy
from auditor.registry.policy import NO_NORM, Threshold

_LEAST = Threshold(
    key="posts_per_week",
    value=3,
    least=0,
    most=1_000,
    wanted=N_("a whole number of posts, 0 to 1000"),
    basis=Basis.ANALOGUE,
    source=(
        "Башкортостан, 12.2025: news.mail.ru/society/68998010; Санкт-Петербург, 04.2024: "
        "moika78.ru/news/2024-04-18/978850"
    ),
    note="не меньше, собственные публикации",
    label=N_("Posts in a week, at least"),
    words=lambda value: Text(N_("at least {least} a week"), {"least": value.number}),
)

_SAME_TEXT = Threshold(
    key="same_text_hours",
    value=72,
    least=0,
    most=8_760,
    wanted=N_("a whole number of hours, 0 to 8760"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="часов: публикации одного текста за это время — одна",
    label=N_("Posts with the same text are one within, hours"),
)

_COUNTED = Sentence(
    "posts_per_week.counted",
    N_("Own posts in the week: {posts}; reposts: {reposts}"),
    rests_on="The week's walls and channels, read whole on every page of the person's where it is red",
    not_said="That nothing was posted and deleted before the first look",
    red=True,
)
_COPIES = Sentence(
    "posts_per_week.copies",
    N_("Own posts in the week: {posts}, with copies of the same words {all}; reposts: {reposts}"),
    rests_on="The same, and the words of the posts, of which digests are kept",
    not_said="Where the words were first",
    red=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsValues(Values):
    """The posts of one week, over all pages."""

    posts: int | None = value_field("posts", "own posts, a copy on another network counted too")
    reposts: int | None = value_field("posts", "reposts without words of the holder's own")
    distinct: int | None = value_field("posts", "own posts, the same words within policy's hours once: judged")
    at_least: bool | None = value_field("", "the week was not read whole, so there may be more of each")


def _judge(case: Case) -> Iterator[Finding[PostsValues]]:
    yield from judge_person(CHECK, case, _finding)


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[PostsValues]:
    """Judge by distinct publications: enough pass wherever seen, too few fail only if the whole week was read."""
    rows = [(page.account.network, post) for page in pages for post in case.posts([page])]
    own, least = [row for row in rows if not row[1].repost], case.policy_value("posts_per_week")
    distinct, at_most = count_distinct(own, timedelta(hours=case.policy_value("same_text_hours")))
    unread, evidence = why_posts_incomplete(pages, case.week.starts), evidence_ids(pages, EvidenceKind.POSTS)
    cause = unread or _why_not_counted(case, pages, certainly_few=at_most < least)
    values = PostsValues(posts=len(own), reposts=len(rows) - len(own), distinct=distinct, at_least=unread is not None)
    if distinct < least and cause is not None:
        return CHECK.cant_tell(case, cause, values if rows else None, evidence=evidence)
    outcome = Outcome.PASSED if distinct >= least else Outcome.FAILED
    return CHECK.finding(case, outcome, count_message(values), values, threshold=least, evidence=evidence)


def _why_not_counted(case: Case, pages: Sequence[ObservedPage], *, certainly_few: bool) -> Cause | None:
    """Return why posts may be more than were counted, though all were read."""
    if case.may_hide_own_posts(pages, case.week.starts):
        return Cause.UNPROVED_IDENTITY
    return None if certainly_few else Cause.TOO_LITTLE_DATA


_Row = tuple[Network, Post]


def count_distinct(rows: Iterable[_Row], same_within: timedelta) -> tuple[int, int]:
    """Count the distinct publications among own posts: at least, and at most (docs/dev/design.md, section 5).

    Posts with the same words are one publication if they come within `same_within` of its first post; a later one
    begins another. A post without words is always its own publication. They differ where a look did not record whether
    posts bear pictures.
    """
    publications: list[list[_Row]] = []
    last_of_sketch: dict[str, list[_Row]] = {}
    for network, post in sorted(rows, key=lambda row: row[1].at):
        copies = last_of_sketch.get(post.sketch) if post.sketch else None
        if copies is None or post.at - copies[0][1].at > same_within:
            copies = last_of_sketch[post.sketch or ""] = []
            publications.append(copies)
        copies.append((network, post))
    at_least = (_most_captions(rows, {True}, {False}) for rows in publications)
    at_most = (_most_captions(rows, {True, None}, {False, None}) for rows in publications)
    return sum(at_least), sum(at_most)


def _most_captions(copies: Sequence[_Row], media: set[bool | None], five_words: set[bool | None]) -> int:
    """Return how many publications posts of the same words are: a short caption may stand under many pictures.

    Two of one network that both bear a picture are then two; their copies on another network are the same two.
    """
    captions = Counter(n for n, post in copies if post.has_media in media and post.has_five_words in five_words)
    return max(1, *captions.values()) if captions else 1


def count_message(values: PostsValues) -> Text:
    """Return a message with the count of posts, with the copies of the same words where there are any."""
    if values.distinct == values.posts:
        return _COUNTED.fill(posts=values.posts, reposts=values.reposts)
    return _COPIES.fill(posts=values.distinct, all=values.posts, reposts=values.reposts)


def _history_values(finding: Finding[PostsValues]) -> PostsValues:
    """Return the values that a history keeps; all None if the week could not be judged or was not read in full."""
    is_known = finding.outcome is not Outcome.CANT_TELL and not finding.values.at_least
    return finding.values if is_known else PostsValues()


def _values_if_whole(finding: Finding[PostsValues]) -> PostsValues:
    """Return the values of a week that looks after it read whole; all None otherwise."""
    return finding.values if finding.values.at_least is False else PostsValues()


def _posting(findings: Iterable[Finding[PostsValues]], offices: int) -> Measure:
    """Count those who post as often as the benchmark, out of those judged."""
    outcomes = Counter(finding.outcome for finding in findings)
    judged = outcomes[Outcome.PASSED] + outcomes[Outcome.FAILED]
    return Measure(outcomes[Outcome.PASSED], judged, unknown=offices - judged)


def _never_red(policy: Policy) -> Text | None:
    is_zero = policy[_LEAST.key].value == 0
    return phrase(N_("too few posts can never be a red: posts_per_week is 0")) if is_zero else None


CHECK = Check(
    name="posts_per_week",
    order=4,
    section=ReportSection.PRACTICE,
    title=N_("Posts in the week"),
    passed=N_("As many posts as the benchmark, or more"),
    failed=N_("Fewer posts can be seen than the benchmark"),
    question=N_("How many posts of their own were there in the week?"),
    method=N_(
        "Own posts are counted, a repost with words of one's own among them; bare reposts are shown apart. Service "
        "messages, new profile photos, advertisements and posts behind a paywall are left out, an album is one "
        "post, a pinned older post does not count again. The same words within the policy's hours, on one network "
        "or on two, are one publication of the person; fewer than five words under several pictures are several. "
        "What a person on record writes on the own community's wall is theirs. A post that any look saw counts, "
        "also where it is not there any more."
    ),
    values=PostsValues,
    judge=_judge,
    threshold=_LEAST,
    never_red=_never_red,
    bar="distinct",
    headline=HeadlineFigure("posting", N_("Posts"), _posting),
    lists_posts=True,
    unrecognised=EvidenceKind.POSTS,
    history_figures=(
        HistoryFigure(
            "posts",
            lambda finding: _history_values(finding).distinct,
            from_look=lambda finding: _values_if_whole(finding).distinct,
        ),
        HistoryFigure(
            "reposts",
            lambda finding: _history_values(finding).reposts,
            from_look=lambda finding: _values_if_whole(finding).reposts,
        ),
    ),
)
