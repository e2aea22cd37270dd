"""The requests to Ladya, and what is stored of its answers: an official's page, posts and comments without words.

A minimiser reduces an answer before anything else reads it. An item that cannot be read makes the whole page
`unrecognised_page`: then nothing is known of it, and nothing is missing. The answers, with invented values::

    /user?name=glava
    {"user": {"id": 7, "name": "glava", "created": "2022-05-20T09:00:00Z", "posts": 40, "subscribers": 9, "about": ""}}

    /posts?user=7&offset=0&count=100, newest first
    {"total": 40, "items": [{"id": 91, "user": 7, "at": "2026-11-20T09:00:00Z", "text": "Открыли мост",
                             "comments": 1, "open": true}]}

    /comments?post=91&offset=0&count=100, oldest first
    {"total": 1, "items": [{"id": 5, "post": 91, "at": "2026-11-20T10:00:00Z", "text": "Когда починят дорогу?",
                            "author": {"id": 12, "name": "sosed"}, "reply": null}]}

A name that no page has is ``{"user": null}``, an error ``{"error": "private"}``.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from pydantic import Field

from auditor.base.links import is_advertisement, leads_to_register
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Moment, Post
from auditor.language.minimise_text import post_fields
from auditor.probes.comment_reader import CommentAuthor, CommentReader
from auditor.probes.ladya.ladya_network import NETWORK
from auditor.probes.paged_list import PAGE
from auditor.probes.protocol import Call, MinimisedModel, MinimisedResponse, Request

Raw = Mapping[str, Any]
"""A JSON object as Ladya sends it."""
ItemT = TypeVar("ItemT")

# A page --------------------------------------------------------------------------------------------------------------


class LadyaUser(MinimisedModel):
    """A page. Of what it says of itself only is stored whether that leads to the register of large pages."""

    id: int
    name: str
    created: Moment
    posts: int = Field(ge=0)
    """How many posts it has."""
    subscribers: int | None = Field(None, ge=0)
    register_link: bool | None = None


class UserResponse(MinimisedResponse):
    """The page that has a name; None if no page has it."""

    user: LadyaUser | None


def user_request(name: str, kind: EvidenceKind, website: str = "") -> Request[UserResponse]:
    """Return the request for the page with a name; `website` is the office's own site, which may be linked."""
    return Request(Call("user", {"name": name}), UserResponse, kind, minimiser=partial(_minimise_user, website))


def _minimise_user(website: str, raw: Raw) -> UserResponse:
    user = raw["user"]
    if user is not None:
        user = {**user, "register_link": leads_to_register([user.get("about", "")], website)}
    return UserResponse(at=raw["at"], user=user)


# Lists ---------------------------------------------------------------------------------------------------------------


class ListPage(MinimisedResponse, Generic[ItemT]):
    """A page of a list, as `paged_list.PositionList` reads it."""

    total: int = Field(ge=0)
    items: tuple[ItemT, ...]

    @property
    def readable(self) -> tuple[ItemT, ...]:
        """Its items, all of which could be read."""
        return self.items

    @property
    def unread(self) -> int:
        """None of its items could not be read."""
        return 0

    @property
    def places(self) -> int:
        """How many positions of the list it takes."""
        return len(self.items)

    @property
    def ends_readable(self) -> bool:
        """Whether it has a last item."""
        return bool(self.items)


class LadyaPost(Post):
    """A post, or an advertisement, which is not judged."""

    advertisement: bool = False

    @property
    def plain(self) -> Post:
        """The post as a snapshot has it."""
        return Post(**self.model_dump(exclude={"advertisement"}))


class PostPage(ListPage[LadyaPost]):
    """A page of a page's posts, newest first."""

    @property
    def posts(self) -> tuple[LadyaPost, ...]:
        """The posts that it shows."""
        return self.items

    @property
    def cause(self) -> Cause | None:
        """None: Ladya sends an error instead of another page."""
        return None


def posts_request(user_id: int, kind: EvidenceKind, offset: int = 0) -> Request[PostPage]:
    """Return the request for a page of posts."""
    call = Call("posts", {"user": user_id, "offset": offset, "count": PAGE})
    return Request(call, PostPage, kind, minimiser=partial(_minimise_posts, user_id))


def _minimise_posts(user_id: int, raw: Raw) -> PostPage:
    posts = tuple(_minimise_post(user_id, item) for item in raw["items"])
    return PostPage(at=raw["at"], total=raw["total"], items=posts)


def _minimise_post(user_id: int, raw: Raw) -> LadyaPost:
    """Return a post, of whose words there remains what they do. Raises `ValueError` for another page's."""
    if raw["user"] != user_id:
        raise ValueError("another page's")
    return LadyaPost(
        id=raw["id"],
        at=raw["at"],
        url=f"https://{NETWORK.host}/post/{raw['id']}",
        comments_count=raw["comments"],
        comments_state=CommentsState.OPEN if raw["open"] else CommentsState.CLOSED,
        comments_cause=Cause.TOO_LITTLE_DATA,
        advertisement=is_advertisement(raw["text"]),
        **post_fields(raw["text"]),
    )


# Comments ------------------------------------------------------------------------------------------------------------


def comments_request(reader: CommentReader, post_id: int, offset: int) -> Request[ListPage[Comment]]:
    """Return the request for a page of the comments under a post, oldest first."""
    call = Call("comments", {"post": post_id, "offset": offset, "count": PAGE})
    minimiser = partial(_minimise_comments, reader, post_id)
    return Request(call, ListPage[Comment], EvidenceKind.COMMENTS, minimiser=minimiser)


def _minimise_comments(reader: CommentReader, post_id: int, raw: Raw) -> ListPage[Comment]:
    comments = tuple(_minimise_comment(reader, post_id, item) for item in raw["items"])
    return ListPage[Comment](at=raw["at"], total=raw["total"], items=comments)


def _minimise_comment(reader: CommentReader, post_id: int, raw: Raw) -> Comment:
    """Return a comment without its author and its words. Raises `ValueError` for another post's."""
    if raw["post"] != post_id:
        raise ValueError("another post's")
    author = CommentAuthor((raw["author"]["name"].casefold(),), id=raw["author"]["id"])
    return reader.read(author, raw["text"], id=raw["id"], at=raw["at"], reply_to=raw["reply"])


class ThreadProbe(MinimisedResponse):
    """How many comments a post shows, and nothing of them."""

    total: int

    @property
    def shows_comments(self) -> bool:
        """Whether it shows any."""
        return self.total > 0


def probe_request(post_id: int) -> Request[ThreadProbe]:
    """Return the request for whether a control's post shows comments."""
    return Request(Call("comments", {"post": post_id, "offset": 0, "count": 1}), ThreadProbe, EvidenceKind.CONTROL)
