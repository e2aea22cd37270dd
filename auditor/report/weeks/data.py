"""All weeks as data: two tables, the schema of a week's document, and a page that says what is in them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor import __version__
from auditor.base.i18n import Catalogue
from auditor.report.page.templates import lay_out
from auditor.report.schema import audit_schema_text
from auditor.report.site import DATA, DATA_PAGE, SCHEMA, Public, Spot
from auditor.report.tables import data
from auditor.report.weeks.published_weeks import Volume, read_audit


def data_files(
    out: Path, volumes: Sequence[Volume], *, catalogue: Catalogue, public: Public
) -> Iterator[tuple[str, str]]:
    """Yield the files by path, the page that leads to them last. `volumes` are the weeks that they hold."""
    weeks = [volume.week for volume in volumes if volume.known]
    yield f"{DATA}/{data.OFFICES}", data.joined(_tables(out, weeks, data.OFFICES))
    yield f"{DATA}/{data.POSTS}", data.joined(_tables(out, weeks, data.POSTS))
    yield SCHEMA, audit_schema_text()
    said = catalogue.at(ZoneInfo("UTC"))
    context = {
        "lang": said.lang,
        "public": public,
        "version": __version__,
        "synthetic": any(volume.known.synthetic for volume in volumes if volume.known),
        "offices": data.office_columns(),
        "posts": data.post_columns(),
        "files": {"offices": data.OFFICES, "posts": data.POSTS, "schema": Path(SCHEMA).name},
        "weeks": weeks,
    }
    yield DATA_PAGE, lay_out("data.html", Spot(DATA_PAGE), said, context)


_TABLES = {data.OFFICES: data.offices_table, data.POSTS: data.posts_table}


def _tables(out: Path, weeks: Sequence[str], name: str) -> Iterator[str]:
    """Yield the weeks' tables; of a week that has none beside its page, one made of its document."""
    for week in weeks:
        path = out / week / name
        if path.is_file():
            yield path.read_bytes().decode()
        elif (audit := read_audit(out, week)) is not None:
            yield _TABLES[name](audit)
