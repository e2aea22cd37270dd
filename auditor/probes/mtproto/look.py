"""One look at one channel: the same whether Telegram is asked or the stored answers of an earlier look are."""

from dataclasses import dataclass, replace
from datetime import datetime

from auditor.base.address import Address
from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Network, Post, Precision, Route, Snapshot
from auditor.probes.base import AuthorKey
from auditor.probes.mtproto.caller import Asker, Trouble
from auditor.probes.mtproto.directory import Directory
from auditor.probes.mtproto.history import Entry, entries, find_opening, read_back
from auditor.probes.mtproto.identity import Side
from auditor.probes.mtproto.reading import Card, Full
from auditor.probes.mtproto.threads import Talk, read_talks
from auditor.probes.tape import no_answer
from auditor.probes.tme.landing import Description, register_link
from auditor.probes.visit import Visit
from auditor.probes.words import text_key


@dataclass(frozen=True, slots=True)
class Look:
    """Whom to ask, whom the sign-in knows, and whether an absence is believed."""

    caller: Asker
    directory: Directory
    author_key: AuthorKey
    trusted: bool

    def at(self, visit: Visit) -> None:
        """Look at the visit's channel: what it is, its history, its opening, and the talk under its posts."""
        try:
            self._see(visit)
        except Trouble as trouble:
            visit.facts.setdefault("cause", trouble.cause)

    def _see(self, visit: Visit) -> None:
        target, name = visit.target, visit.target.address.name
        if name.startswith("+"):
            # Behind an invite one sees nothing without joining, and this account joins nothing.
            raise Trouble(Cause.PRIVATE)
        found = self.directory.find(
            name, EvidenceKind.PROFILE, visit.answers, full=target.full, number=target.id, seen=target.id_seen
        )
        card = found.card
        if card is None:
            visit.facts.update({"exists": False} if self.trusted else {"cause": Cause.CONTROL_FAILED})
        elif card.kind != "channel":
            visit.facts.update(cause=Cause.WRONG_KIND, kind=card.kind)
        else:
            visit.facts.update(exists=True, kind="channel", id=card.id, verified=card.verified)
            if card.names and card.id == target.id and name not in card.names:
                _rename(visit, card.names[0])
            if found.private or (found.moved and not card.names):
                visit.facts["cause"] = Cause.PRIVATE  # without a name it is nobody's but its members'
            elif target.id not in {None, card.id}:
                visit.facts["posts_cause"] = Cause.GONE  # another channel than the confirmed one: it is not read
            elif target.full:
                self._channel(visit, card, found.full)

    def _channel(self, visit: Visit, card: Card, full: Full | None) -> None:
        about = full.about if full is not None else None
        visit.facts.update(
            subscribers=full.subscribers if full is not None else None,
            register_link=register_link(Description(about) if about is not None else None),
        )
        if card.restricted:
            # Telegram shows it to nobody, whatever the history still answers; its date stands.
            visit.facts["posts_cause"] = Cause.REFUSED
            if card.left and card.date is not None:
                visit.facts.update(opened_at=card.date, opened_precision=Precision.EXACT)
            return
        walk = read_back(self.caller, visit.target.address.name, card, visit.window, visit.answers)
        opened_at, precision = find_opening(self.caller, visit.target.address.name, card, walk, visit.answers)
        visit.facts.update(
            opened_at=opened_at, opened_precision=precision, posts_cause=walk.cause, posts_since=walk.since
        )
        visit.facts["posts"] = self._posts(visit, card, full, entries(walk))

    def _posts(self, visit: Visit, card: Card, full: Full | None, posts: list[Entry]) -> tuple[Post, ...]:
        window = visit.window
        asked = [p for p in posts if window.comments_from <= p.at < window.ends]
        side = Side.of(visit.target, card, full, self.author_key)
        group = full.group if full is not None else None
        talks = read_talks(self.caller, visit.target.address.name, card, group, side, asked, visit.answers)
        return tuple(_post(p, visit.target.address.name, talks.get(p.id) or _unasked(p)) for p in posts)


def _rename(visit: Visit, name: str) -> None:
    """Go on under the name that the channel has now."""
    address = Address(Network.TELEGRAM, name)
    visit.target = replace(visit.target, address=address)
    visit.facts["renamed_to"] = address.url


def pass_by(visit: Visit, cause: Cause, at: datetime) -> None:
    """Note that nothing could be asked about the account, and why."""
    visit.facts["cause"] = cause
    visit.answers.append(no_answer(EvidenceKind.PROFILE, visit.target.address.url, at=at, cause=cause))


def snapshot_of(address: Address, visit: Visit, vantage: str) -> Snapshot:
    """Put together what a visit has seen of the account on record under `address`."""
    return Snapshot(
        network=Network.TELEGRAM,
        route=Route.TELEGRAM_CLIENT,
        url=address.url,
        taken_at=visit.taken_at,
        vantage=vantage,
        evidence=tuple(a.evidence for a in visit.answers),
        **visit.facts,
    )


def _unasked(post: Entry) -> Talk:
    """Return what a post outside the window says of its own comments."""
    if post.comments is None:
        return Talk(CommentsState.CLOSED)
    return Talk(CommentsState.OPEN, post.comments, Cause.TOO_LITTLE_DATA if post.comments else None)


def _post(entry: Entry, name: str, talk: Talk) -> Post:
    return Post(
        id=entry.id,
        at=entry.at,
        url=f"https://t.me/{name}/{entry.id}",
        repost=entry.repost,
        text_key=None if entry.repost else text_key(entry.text),
        comments_state=talk.state,
        comments_count=talk.count,
        comments_cause=talk.cause,
        comments=talk.comments,
    )
