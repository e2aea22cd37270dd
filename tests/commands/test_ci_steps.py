"""A repository's weekly job, step by step as its workflow has them: what it publishes and keeps, and why it stops."""

import io
import re
import shutil
import sys
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from auditor.archive.connection import FILE
from auditor.audit.change import cells_of
from auditor.audit.document import Audit
from auditor.sandbox import Sandbox, World
from tests.command import Done, auditor
from tests.commands.typed import Person, typed
from tests.pipeline import FEW, few
from tests.repository_job import Ended, Job, job_of

WEEK = timedelta(weeks=1)
STEPS = ["Взять архив", "Проверить всех", "Стереть то, чему вышел срок", "Сверить архив с контрольными суммами"]
STEPS += ["Положить архив обратно", "Итог"]
pytestmark = pytest.mark.timeout(120)


def made(folder: Path, world: World) -> Path:
    """Return a repository as `start --ci` writes it, with the world's registry."""
    folder.mkdir(parents=True)
    (folder / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    answers = iter([str(folder), "otchet@example.invalid", "news/page", "auditor==1.1.0"])
    assert typed("start", "--ci", "github", cwd=folder.parent, answers=Person(lambda: next(answers))).code == 0
    return folder


@pytest.fixture(scope="module")
def box(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def begun(world: World, box: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose first job ran a week before, and its releases: only read."""
    folder = tmp_path_factory.mktemp("begun")
    box.now = world.now - WEEK
    with job_of(made(folder / "page", world), folder / "job", box.settings(), world.now - WEEK) as job:
        done = job.run(first=True)
    assert (done.failed, done.log) == ("", "")
    return folder


@pytest.fixture
def job(begun: Path, world: World, box: Sandbox, tmp_path: Path) -> Iterator[Job]:
    """A copy of it, a week later."""
    place = shutil.copytree(begun, tmp_path / "copy")
    box.now = world.now
    box.requests.clear()
    shutil.copytree(place / "job/releases", tmp_path / "new/releases")
    releases = place / "job/releases"
    with job_of(place / "page", tmp_path / "job", box.settings(), world.now) as running:
        shutil.copytree(releases, tmp_path / "job/releases", dirs_exist_ok=True)
        yield running


@pytest.fixture(scope="module")
def at_home(begun: Path, world: World, box: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of reports that the same two weeks make on a machine of one's own."""
    home = shutil.copytree(begun / "page", tmp_path_factory.mktemp("home") / "week")
    for now in (world.now - WEEK, world.now):
        box.now = now
        for command in ("weekly", "purge"):
            auditor("--as-of", now.isoformat(), command, "-q", cwd=home, env=box.settings())
    return home / "reports"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def drawn(folder: Path) -> dict[str, bytes]:
    """Return the pages of a folder without checksums: two looks at the same page are not the same answer."""
    sums = rb"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{8,64}"
    return {n: re.sub(sums, b"#", body) for n, body in files(folder).items() if not n.endswith(".xlsx")}


def outcomes(folder: Path) -> dict[str, str]:
    """Return the outcomes of all findings of a folder's weeks."""
    audits = [Audit.from_json(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/audit.json"))]
    return {f"{audit.week} {cell}": outcome for audit in audits for cell, outcome in cells_of(audit).items()}


def unpacked(job: Job) -> dict[str, bytes]:
    """Return the files of the archive that the release holds."""
    (name,) = job.assets
    identity = pyrage.x25519.Identity.from_str(job.secrets["ARCHIVE_KEY"])
    packed = pyrage.decrypt((job.place / "releases/archive" / name).read_bytes(), [identity])
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def test_a_second_week_is_published_as_at_home(job: Job, at_home: Path) -> None:
    """Each step is carried out; the pages are the same bytes, and the release holds one file, the new archive."""
    (before,) = job.assets
    done = job.run()
    assert (done.failed, done.log) == ("", "")
    assert drawn(job.place / "published") == drawn(at_home)
    assert len(job.assets) == 1
    assert job.assets != [before]
    headline, *lines = done.page.strip().splitlines()
    assert headline.startswith("## Неделя 47")
    assert [int(re.findall(r"\*\*(\d+)\*\*", line)[0]) for line in lines if "**" in line] == [3, 1, 2]


def taken_home(job: Job, data: Path) -> Done:
    """Take the archive out of the release, and compare what was published with it, byte by byte."""
    env = {"AUDITOR_ARCHIVE_KEY": job.secrets["ARCHIVE_KEY"], "GH_TOKEN": "token", "AUDITOR_DATA": str(data)}
    env |= {"PATH": f"{job.place / 'bin'}:/usr/bin:/bin", "RELEASES": str(job.place / "releases"), "GH_FAILS": ""}
    assert auditor("ci", "take", cwd=job.repository, env=env).code == 0
    published = ("evidence", "verify", "--published", str(job.place / "published"))
    return auditor("--as-of", job.now.isoformat(), *published, cwd=job.repository, env=env)


def test_the_archive_can_be_taken_home_and_proves_what_was_published(job: Job, tmp_path: Path) -> None:
    """With the key alone: each file of the folder is what the archive makes of it."""
    job.run()
    done = taken_home(job, tmp_path / "taken")
    assert (done.code, done.err) == (0, "")


def test_the_archive_is_in_the_release_alone_and_encrypted(job: Job, world: World) -> None:
    """Not among the pages, not in the repository; its file names nobody, and no key lies in the folder."""
    job.run()
    published = files(job.place / "published")
    assert not [name for name in published if name.endswith((".sqlite", ".warc.gz", ".age", ".tar"))]
    (asset,) = (job.place / "releases/archive").iterdir()
    assert FILE.encode() not in asset.read_bytes()
    assert FILE in unpacked(job)
    everything = b"".join(files(job.repository).values())
    assert job.secrets["ARCHIVE_KEY"].encode() not in everything
    assert not (job.repository / "data").exists()


def test_without_its_archive_a_run_looks_at_nothing(job: Job, box: Sandbox) -> None:
    """The server fails, the release is not there, or the key is another's: exit 4, and the job's page says why."""
    ended = []
    job.gh_fails = "download"
    ended.append(job.run())
    job.gh_fails = "list"
    ended.append(job.run())
    job.gh_fails, key = "", job.secrets["ARCHIVE_KEY"]
    job.secrets["ARCHIVE_KEY"] = str(pyrage.x25519.Identity.generate())
    ended.append(job.run())
    job.secrets["ARCHIVE_KEY"] = key
    shutil.rmtree(job.place / "releases/archive")
    ended.append(job.run())
    assert [(done.failed, done.code) for done in ended] == [("Взять архив", 4)] * 4
    assert [
        why in done.page for done, why in zip(ended, ("502", "502", "не открывает", "нет релиза"), strict=True)
    ] == [True] * 4
    assert box.requests == []


def test_a_first_run_is_declared_and_never_replaces_an_archive(job: Job, box: Sandbox) -> None:
    """Where an archive is there already it is taken as ever; a server that fails is no missing release."""
    earlier = {name: body for name, body in unpacked(job).items() if "evidence/" in name}
    job.gh_fails = "list"
    assert job.run(first=True).code == 4
    assert box.requests == []
    job.gh_fails = ""
    assert job.run(first=True).failed == ""
    assert earlier.items() <= unpacked(job).items()


def ends_well(job: Job, at_home: Path) -> None:
    """The next run publishes what an undisturbed one does, and leaves one archive with all looks of the week before."""
    done = job.run()
    assert (done.failed, done.log) == ("", "")
    assert len(job.assets) == 1
    assert files(job.place / "published").keys() == files(at_home).keys()
    assert outcomes(job.place / "published") == outcomes(at_home)


thorough = pytest.mark.thorough


@pytest.mark.parametrize("step", [pytest.param(s, marks=thorough) if s != "Итог" else s for s in STEPS[1:]])
def test_killed_before_a_step_the_next_run_loses_nothing(job: Job, at_home: Path, step: str) -> None:
    """Wherever it was killed; what the earlier archive held is still there."""
    earlier = {name: body for name, body in unpacked(job).items() if "evidence/" in name}
    assert job.run(until=step).failed == ""
    ends_well(job, at_home)
    assert earlier.items() <= unpacked(job).items()


@pytest.mark.parametrize("command", ["upload", pytest.param("download", marks=thorough), "delete-asset"])
def test_a_server_that_fails_while_the_archive_is_put_back_costs_nothing(job: Job, at_home: Path, command: str) -> None:
    """Before, amid and after the upload: the earlier archive stays until the new one has come back whole."""
    before = job.assets
    with job.checked_out() as folder:
        assert job.steps(folder, until="Положить архив обратно").failed == ""
        job.gh_fails = command
        assert job.steps(folder, begin="Положить архив обратно").code == 4
    assert set(before) <= set(job.assets)
    job.gh_fails = ""
    ends_well(job, at_home)


def test_a_file_whose_upload_was_cut_off_is_no_archive(job: Job, at_home: Path) -> None:
    """The server holds an empty place for it: the one before is taken, and the place is cleared."""
    newest = "archive-20990101T000000Z-" + "0" * 32 + ".age"
    (job.place / "releases/archive" / newest).touch()
    ends_well(job, at_home)


def test_a_damaged_file_is_not_taken_for_the_archive(job: Job) -> None:
    """Its own name holds its sum: a changed byte stops the run, and nothing is removed."""
    (asset,) = (job.place / "releases/archive").iterdir()
    asset.write_bytes(asset.read_bytes()[:-1] + b"\0")
    done = job.run()
    assert (done.failed, done.code, asset.name in done.page) == ("Взять архив", 4, True)
    assert job.assets == [asset.name]


def test_an_archive_that_was_changed_does_not_replace_a_whole_one(job: Job) -> None:
    """The comparison with the checksums fails the job, and its page names what differs."""
    before, compare = job.assets, "Сверить архив с контрольными суммами"
    with job.checked_out() as folder:
        assert job.steps(folder, until=compare).failed == ""
        stored = next(path for path in (folder / "data/evidence").rglob("*") if path.is_file())
        stored.write_bytes(stored.read_bytes()[:-9])
        done = job.steps(folder, begin=compare)
    assert (done.failed, done.code, "    " in done.page) == (compare, 1, True)
    assert job.assets == before


def test_two_runs_at_once_do_not_mix(job: Job) -> None:
    """GitHub lets the second one wait. Without that the later one stops, and the archive of the earlier one stays."""
    put_back = "Положить архив обратно"
    with job.checked_out() as earlier, job.checked_out() as later:
        for folder in (earlier, later):
            assert job.steps(folder, until=put_back).failed == ""
        assert job.steps(earlier, begin=put_back).failed == ""
        after_the_first = job.assets
        done = job.steps(later, begin=put_back)
    assert (done.failed, done.code, after_the_first[0] in done.page) == (put_back, 4, True)
    assert job.assets == after_the_first


def test_a_mistake_in_the_registry_fails_the_job_and_is_named(job: Job, box: Sandbox) -> None:
    """Exit 2: file and line stand on the job's page, and nothing was asked."""
    registry = job.repository / "officials.yaml"
    registry.write_text(registry.read_text(encoding="utf-8") + "oops: 1\n", encoding="utf-8")
    done = job.run()
    assert (done.failed, done.code, "officials.yaml:" in done.page) == ("Проверить реестр", 2, True)
    assert box.requests == []


def test_a_network_that_fails_is_a_result(job: Job, box: Sandbox) -> None:
    """Exit 1 or 3 of a week: it is published, and what could not be told is not known."""
    box.faults.on("vk_captcha")
    try:
        done = job.run()
    finally:
        box.faults.off("vk_captcha")
    assert (done.failed, done.log) == ("", "")


def test_one_office_by_hand_prints_its_card_and_publishes_nothing(job: Job) -> None:
    """The looks are kept; the job's page has the card. A name is a name, whatever a shell makes of it."""
    before = job.assets
    done = job.run(office="rayon-01")
    assert (done.failed, "Публикации за неделю" in done.page) == ("", True)
    assert not (job.place / "published").exists()
    assert job.assets != before
    for hostile in ('"; touch hostile; "', "$(touch hostile)", "`touch hostile`"):
        assert job.run(office=hostile).failed == "Проверить одну администрацию"
    assert not list(job.place.rglob("hostile"))


@pytest.mark.parametrize(("later_deadline", "heading"), [("before", "красным"), (".", "зелёным")])
def test_a_change_of_the_registry_says_what_turns_red_or_green(job: Job, later_deadline: str, heading: str) -> None:
    """Judged from the archive, which stays as it is; a stranger's copy gets no key, and only its mistakes are named."""
    before = job.assets
    with job.checked_out() as folder:
        shutil.copytree(folder, folder / "before")
        registry = folder / later_deadline / "officials.yaml"
        text = registry.read_text(encoding="utf-8")
        registry.write_text(text.replace("2022-06-01", "2026-11-01"), encoding="utf-8")
        done = job.steps(folder, "registry")
        assert (done.failed, done.log) == ("", "")
        assert re.search(rf"### Станет {heading}: [1-9]\d*\n- \*\*.*: .* → ", done.page), done.page
        of_stranger = job.steps(folder, "registry", fork=True)
    assert "Станет" not in of_stranger.page.removeprefix(done.page)
    assert job.assets == before


@pytest.fixture
def two_regions(job: Job) -> Job:
    """The repository with two folders of regions in place of its own registry, each begun this week."""
    for name in ("north", "south"):
        (job.repository / "regions" / name).mkdir(parents=True)
        for file in ("auditor.toml", "officials.yaml", "statements.yaml", "corrections.yaml"):
            shutil.copy(job.repository / file, job.repository / "regions" / name / file)
    (job.repository / "auditor.toml").unlink()
    job.secrets |= {f"VK_TOKEN_{name}": job.secrets["VK_TOKEN"] for name in ("NORTH", "SOUTH")}
    return job


def test_each_region_has_its_own_key_archive_and_pages(two_regions: Job) -> None:
    """One whose key is missing leaves VK unchecked, and costs its neighbour nothing."""
    job = two_regions
    del job.secrets["VK_TOKEN_SOUTH"]
    assert ended(job.run(first=True)) == ("", "")
    published = job.place / "published/regions"
    assert sorted(path.name for path in published.iterdir()) == ["north", "south"]
    assert (published / "north/index.html").exists()
    assert outcomes(published / "north") != outcomes(published / "south")
    assert sorted(p.name for p in (job.place / "releases").iterdir()) == ["archive", "archive-north", "archive-south"]


def test_a_region_that_fails_lets_the_others_keep_their_archives_and_publishes_nothing(two_regions: Job) -> None:
    """Its pages would be gone from the site. By its name the other is run alone; an unknown name stops."""
    job = two_regions
    (job.repository / "regions/north/officials.yaml").write_text("oops: 1\n", encoding="utf-8")
    done = job.run(first=True)
    assert (done.failed, done.code) == ("Проверить реестр", 2)
    assert not (job.place / "published").exists()
    assert len(job.assets) == 1
    assert job.row["archive"] == "archive-south"
    assert ended(job.run(region="south")) == ("", "")
    assert (job.run(region="nowhere").failed, job.run(region="../x").failed) == ("Найти регионы", "Найти регионы")


def test_a_region_that_is_new_has_nothing_to_be_compared_with(two_regions: Job) -> None:
    """Its registry is checked; no archive is asked for."""
    done = two_regions.run(workflow="registry")
    assert (done.failed, done.log, "Станет" in done.page) == ("", "", False)


def ended(done: Ended) -> tuple[str, str]:
    return done.failed, done.log


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_a_year_of_weekly_jobs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the workflow's own steps: what is published is what the archive makes at home; a purge leaves its share."""
    weeks, world = 52, few(World.build(past=56), sorted(FEW)[:3])
    sizes: list[int] = []
    repository = made(tmp_path / "page", world)
    with Sandbox(world) as box, job_of(repository, tmp_path / "job", box.settings(), world.now) as job:
        for week in range(weeks):
            job.now = box.now = world.now - (weeks - 1 - week) * WEEK
            assert ended(job.run(first=week == 0)) == ("", ""), week
            sizes.append(next((tmp_path / "job/releases/archive").iterdir()).stat().st_size)
        assert len(job.assets) == 1
        assert taken_home(job, tmp_path / "taken").code == 0
        env = {"AUDITOR_DATA": str(tmp_path / "taken"), "AUDITOR_OUT": str(tmp_path / "home")}
        auditor("--as-of", job.now.isoformat(), "report", "-q", cwd=repository, env=env)
        published, made_at_home = files(tmp_path / "job/published"), files(tmp_path / "home")
        assert published == made_at_home
        evidence = sorted(name for name in unpacked(job) if name.startswith("evidence/"))
    with capsys.disabled():
        shown = ", ".join(f"{sizes[n] / 1e6:.2f}" for n in (0, 12, 25, 38, 51))
        sys.stdout.write(f"\narchive of weeks 1, 13, 26, 39, 52 in MB: {shown}; files of evidence: {len(evidence)}")
        sys.stdout.write(f"; files published, the same bytes as at home: {len(published)}\n")
    assert len(evidence) == weeks + 90 // 7 + 1  # the pages of a year, people's words of ninety days
    assert sizes[-1] < 3 * sizes[12]
