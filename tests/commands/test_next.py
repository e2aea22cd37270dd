"""`auditor next`: what is missing or too old, office by office, and what mends it."""

import re
from datetime import timedelta
from pathlib import Path

from auditor.archive import Archive
from auditor.base.snapshot import Post
from tests.archive_samples import BOOK, PAGES, begun, look
from tests.cases import WEEK
from tests.commands.heads import HEAD, MOMENT, NOW, heads
from tests.commands.typed import typed


def steps(out: str) -> list[str]:
    """The commands that mend something."""
    return re.findall(r"(?m)^ +\$ (.+)$", out)


def test_where_pages_were_found_the_next_step_is_to_decide(tmp_path: Path) -> None:
    """Else it is to search; once about one office, and in all. Of one office all search links are shown."""
    heads(tmp_path)
    for name, command, count in (("rayon-1", "review", "2"), ("rayon-2", "review", "1"), ("rayon-4", "discover", None)):
        done = typed("next", name, *NOW, cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        assert steps(done.out)[0] == f"auditor {command} {name}"
        assert re.findall(r"(?m)^  1\. (\d) page", done.out) == ([count] if count else [])
    everybody = typed("next", "--all", *NOW, cwd=tmp_path).out
    assert {"auditor review rayon-1", "auditor discover rayon-5"} <= set(steps(everybody))
    assert "auditor next WHO" in everybody
    links = re.findall(r"(?m)^ +[^:\n$]+: (https://\S+)$", done.out)
    shorter = [link for link in links if link in typed("next", *NOW, cwd=tmp_path).out]
    assert len(links) > 3
    assert 0 < len(shorter) < len(links)
    assert len(steps(done.out)) == len(set(steps(done.out)))
    assert "auditor next WHO" not in done.out


def test_a_last_post_that_may_say_that_the_page_moves_is_shown(tmp_path: Path) -> None:
    """It excuses nothing; who keeps the registry looks at it, and no longer once another post follows."""
    (tmp_path / "officials.yaml").write_text(BOOK, encoding="utf-8")
    url, at = PAGES[0], MOMENT - timedelta(days=1)
    post = Post(id=5, url=f"{url}/5", at=at - timedelta(hours=2), may_have_moved=True)
    later = Post(id=6, url=f"{url}/6", at=at - timedelta(hours=1))
    for posts, is_asked in (((post,), True), ((post, later), False)):
        with Archive.open(tmp_path / "data") as archive:
            snapshot, responses = look(url, at)
            run = begun(archive, at)
            archive.snapshots.save(
                run, str(WEEK), snapshot.model_copy(update={"posts": posts, "taken_at": at}), responses
            )
            archive.finish_run(run, at, {})
        done = typed("next", "perviy", *NOW, cwd=tmp_path)
        assert done.code == 0
        assert (f"{url}/5" in done.out) == is_asked, done.out
        at += timedelta(minutes=5)


def test_where_nothing_is_missing_it_is_said(tmp_path: Path) -> None:
    """In one line, between how far one is and what to do next."""
    gone = "  - {id: bylo, municipality: Было, title: глава, group: municipal_head, abolished: 2025-10-07}\n"
    (tmp_path / "officials.yaml").write_text(HEAD + gone, encoding="utf-8")
    done = typed("next", *NOW, cwd=tmp_path)
    missing = "Nothing is missing in the registry, and nothing in it is too old."
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "Heads known: 0 of 0, confirmed pages of theirs: 0",
            "",
            missing,
            "",
            "What to do next:",
            "  auditor weekly — look at the pages and write the week's report",
        ],
    )


def test_it_begins_with_how_far_one_is_and_ends_with_what_to_do(tmp_path: Path) -> None:
    """In Russian as in English; of one office neither."""
    heads(tmp_path)
    lines = typed("next", *NOW, cwd=tmp_path).out.splitlines()
    assert lines[0] == "Heads known: 5 of 5, confirmed pages of theirs: 0"
    russian = typed("next", *NOW[:2], "--lang", "ru", cwd=tmp_path).out.splitlines()
    assert russian[0] == "Глав известно 5 из 5, страниц 0"
    steps = [
        "What to do next:",
        "  auditor review — decide about the pages that were found, offices: 3",
        "  auditor letter --ask — ask the offices what only they know, letters: 5",
        "  auditor weekly — look at the pages and write the week's report",
    ]
    assert lines[-4:] == steps
    assert "What to do next" not in typed("next", "rayon-1", *NOW, cwd=tmp_path).out
