"""ACGME's Report 1, "List of Programs by Specialty": one PDF a specialty, saved by hand from the public report page.

The PDF names directors, telephone numbers and e-mail addresses. Its cleaned form is stored in its place: JSON with the number,
name, city, state, ZIP code, status and date of each program, and the total that the report states. A report that cannot be
cleaned to the last word is not stored.
"""

import json
from dataclasses import asdict

import polars as pl

from flows.sources.pdf_glyphs import PdfLayoutError
from flows.sources.reading import read_items, read_json, read_keys, read_text, require_media, us_date
from flows.sources.report_pdf import read_report
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
from schemas.listings import ACGME_PROGRAM, located
from schemas.vocabulary import OriginFamily

NAME = "acgme_report_1"

_KEPT = {
    "place": "locator",
    "number": "acgme_id",
    "name": "program_name",
    "city": "city",
    "state": "state",
    "zip_code": "zip_code",
    "status": "accreditation_status",
    "effective": "status_effective_on",
}
"""What the cleaned form keeps of a program, and the column it becomes."""


def without_persons(data: bytes) -> bytes:
    """The cleaned form of a report: JSON without addresses, directors and anything that reaches a person.

    Raises:
        SourceError: When the bytes are not the report as it is known, to the last word; nothing printed is quoted.
    """
    require_media(NAME, data, Media.PDF)
    try:
        report = read_report(data)
    except PdfLayoutError as error:
        raise SourceError(NAME, "the layout of ACGME's Report 1", str(error)) from error
    head = json.dumps({"pages": report.pages, "programs_found": report.found})[:-1]
    programs = ",\n".join(json.dumps(asdict(program), ensure_ascii=False) for program in report.programs)
    return f'{head}, "programs": [\n{programs}\n]}}\n'.encode()


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read the cleaned form of a report: listing ``acgme_program``, one row a printed program.

    The stated total is the report's own; a report of none is a whole and empty list.

    Raises:
        SourceError: When it is not what ``without_persons`` makes.
    """
    report = read_keys(NAME, "a cleaned report", read_json(NAME, data), ("pages", "programs_found", "programs"))
    rows = []
    for item in read_items(NAME, "programs", report["programs"]):
        program = read_keys(NAME, "a program", item, tuple(_KEPT))
        rows.append({column: read_text(NAME, key, program[key]) for key, column in _KEPT.items()})
    wanted = located(ACGME_PROGRAM).column_names
    frame = pl.DataFrame(rows, schema=dict.fromkeys(wanted, pl.String()), orient="row").with_columns(
        us_date("status_effective_on").alias("status_effective_on"), pl.lit("false").alias("name_cut")
    )
    total = report["programs_found"]
    return Parsed({ACGME_PROGRAM.name: frame.select(wanted)}, total if isinstance(total, int) else None)


SOURCE = Source(
    name=NAME,
    title="ACGME Report 1, programs by specialty",
    publisher="ACGME",
    address="https://apps.acgme.org/ads/Public/Reports/Report/1 (one PDF a specialty, saved by hand)",
    licence=Licence(
        fetch="by hand: the report page is public, its search pages carry a captcha; there is a free Public Data Request",
        redistribute="derived facts, cited; not the original set",
        learn="educational, non-commercial",
    ),
    cadence="daily; accreditation decisions come several times a year",
    access=Access.DATED_FILES,
    media=Media.PDF,
    also_stored=(Media.JSON,),
    origin_family=OriginFamily.ACGME,
    listings=(ACGME_PROGRAM,),
    limits=Limits(
        max_drop=Limit(0.10, "about 1 program in 20 closes or moves in a year; more means that a part is missing"),
        max_quarantined=Limit(0.05, "the report is printed from ACGME's own data; a row that fails means another layout"),
    ),
    parser_version="1",
    parse=parse,
    states_total=True,
    before_storing=without_persons,
    caveats=(
        "Directors, telephone numbers, e-mail addresses and streets are never stored: what is kept is a cleaned form of the PDF.",
        "One specialty a file: a specialty whose report was not dropped looks like one without programs.",
        "Keep one file name a specialty, such as 440.pdf: a newer report under another name stands beside the older one.",
        "Written after descriptions of the report; no real one was at hand. What it does not know it refuses.",
    ),
)
