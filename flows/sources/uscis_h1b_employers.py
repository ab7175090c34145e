"""USCIS H-1B Employer Data Hub: first decisions on H-1B petitions, by employer and fiscal year.

USCIS calls a petition *initial* when its form asks for new employment or new concurrent employment, and *continuing* when it
asks for anything else: extension, amendment, change of employer. Layouts 1 and 2 are counted so by USCIS; layout 3 prints
the six kinds of petition, and their sums here are ours, by that same definition.

One line is one spelling of an employer in one city, ZIP code and industry under one tax id, of which the last four digits are
printed. Lines that agree in all of this exist: in most years a few hundred, told apart by something that is not printed. The file
of 2021 has thousands of them, nearly all with an id or ZIP code that begins with zero, and in nearly all of them no count
of one line exceeds that of the other: the year was put together from two states of itself, and where a lost zero hid that
both mean one employer, both stayed. What is equal in every cell goes to quarantine, what differs is listed line by line,
the largest first.
"""

import polars as pl

from flows.sources.reading import read_csv, require_columns, zip5
from flows.sources.source import About, Access, Licence, Limit, Limits, Media, Parsed, Source, SourceError
from schemas.listings import USCIS_EMPLOYER, located
from schemas.vocabulary import OriginFamily

NAME = "uscis_h1b_employers"

_LAYOUT_1 = {
    "Fiscal Year": "fiscal_year",
    "Employer": "employer_name",
    "NAICS": "naics2",
    "Tax ID": "tax_id_last4",
    "State": "state",
    "City": "city",
    "ZIP": "zip_code",
}
_LAYOUTS_2_AND_3 = {
    "Fiscal Year": "fiscal_year",
    "Employer (Petitioner) Name": "employer_name",
    "Industry (NAICS) Code": "naics2",
    "Tax ID": "tax_id_last4",
    "Petitioner State": "state",
    "Petitioner City": "city",
    "Petitioner Zip Code": "zip_code",
}
_SERIAL_NUMBER = "Line by line"
_COUNTS = ("initial_approvals", "initial_denials", "continuing_approvals", "continuing_denials")
_KINDS = {
    "initial": ("New Employment", "New Concurrent"),
    "continuing": ("Continuation", "Change with Same Employer", "Change of Employer", "Amended"),
}
_PRINTED: dict[int, dict[str, tuple[str, ...]]] = {
    1: {name: (name.replace("_", " ").title(),) for name in _COUNTS},
    2: {name: (name.replace("_", " ").title().removesuffix("s"),) for name in _COUNTS},
    3: {
        f"{stage}_{decision}s": tuple(f"{kind} {decision.title()}" for kind in kinds)
        for stage, kinds in _KINDS.items()
        for decision in ("approval", "denial")
    },
}
"""Columns whose sum is a count, by layout. Layout 1 came with the singular of layout 2, too."""

_GROUP = ("naics2", "tax_id_last4", "state", "city", "zip_code")
_WIDTH, _LAST_CUT_YEAR = 34, 2022


def parse(data: bytes, about: About) -> Parsed:  # noqa: ARG001
    """Read one fiscal year of any of the three layouts: listing ``uscis_employer``, one row a line.

    Zeros that a spreadsheet ate are put back where the column has a fixed number of digits by its definition: four of a tax
    id, five of a ZIP code. State ``XX`` is USCIS's word for none.

    Raises:
        SourceError: When the columns are not those of a known layout, or there are no rows.
    """
    frame = _trimmed(read_csv(NAME, data))
    columns, counts = _layout(frame.columns[1:])
    texts = frame.select("locator", *(pl.col(printed).str.strip_chars().alias(name) for printed, name in columns.items()))
    rows = texts.with_columns(
        pl.coalesce(pl.col("naics2").str.extract(r"^(\d{2}) - "), "naics2"),
        pl.when(pl.col("tax_id_last4").str.contains(r"^\d{1,3}$"))
        .then(pl.col("tax_id_last4").str.zfill(4))
        .otherwise("tax_id_last4")
        .alias("tax_id_last4"),
        pl.when(pl.col("state") != "XX").then("state").alias("state"),
        zip5("zip_code"),
        _may_be_cut().alias("name_cut"),
        *(_sum(frame, counts[name]).alias(name) for name in _COUNTS),
    )
    rows = rows.with_columns(pl.concat_str([pl.col(name).fill_null("") for name in _GROUP], separator="/").alias("line_group"))
    return Parsed({USCIS_EMPLOYER.name: _numbered(rows).select(located(USCIS_EMPLOYER).column_names)})


def _trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with headings without the blanks around them.

    Raises:
        SourceError: When two headings are one without them.
    """
    names = [name.strip() for name in frame.columns]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(NAME, "each column once", f"repeated columns {', '.join(repeated)}")
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _layout(found: list[str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Our name by column, and the columns of each count, for the layout that a header is of.

    Raises:
        SourceError: When it is of none.
    """
    if "Employer" in found or not any(name in found for name in (_SERIAL_NUMBER, "Employer (Petitioner) Name")):
        columns, counts = _LAYOUT_1, _PRINTED[1 if any(name.endswith("s") for name in found) else 2]
        needed = tuple(columns)
    else:
        columns, counts = _LAYOUTS_2_AND_3, _PRINTED[2 if any(name.startswith("Initial ") for name in found) else 3]
        needed = (_SERIAL_NUMBER, *columns)
    require_columns(NAME, found, (*needed, *(name for names in counts.values() for name in names)))
    return columns, counts


def _may_be_cut() -> pl.Expr:
    """Until 2022 names end at 34 letters; later ones are whole."""
    year = pl.col("fiscal_year").cast(pl.Int64, strict=False)
    full = pl.col("employer_name").str.len_chars() == _WIDTH
    return (full & (year <= _LAST_CUT_YEAR)).fill_null(value=False).cast(pl.String)


def _sum(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series:
    """The sum of some columns as text; where a cell is no number, all cells as they stand, so that validation tells them."""
    cells = [pl.col(name).str.replace_all(",", "").str.strip_chars() for name in columns]
    numbers = [cell.cast(pl.Int64, strict=False) for cell in cells]
    summed = pl.when(pl.all_horizontal(number.is_not_null() for number in numbers)).then(pl.sum_horizontal(numbers))
    printed = pl.concat_str(cells, separator=" + ", ignore_nulls=True)
    return frame.select(pl.coalesce(summed.cast(pl.String), pl.when(printed != "").then(printed)).alias("sum"))["sum"]


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``line_in_group``: a number by the counts, not by the order, so that equal rows have equal keys."""
    group, key = ["fiscal_year", "employer_name", "line_group"], [f"n_{name}" for name in _COUNTS]
    counted = rows.with_columns(pl.col(name).cast(pl.Int64, strict=False).alias(f"n_{name}") for name in _COUNTS)
    lines = (
        counted.select(*group, *key)
        .unique()
        .sort(key, descending=True, nulls_last=True)
        .with_columns(pl.int_range(1, pl.len() + 1).over(group).cast(pl.String).alias("line_in_group"))
    )
    return counted.join(lines, on=[*group, *key], how="left", nulls_equal=True, maintain_order="left")


SOURCE = Source(
    name=NAME,
    title="USCIS H-1B Employer Data Hub",
    publisher="US Citizenship and Immigration Services",
    address="https://www.uscis.gov/tools/reports-and-studies/h-1b-employer-data-hub",
    licence=Licence(fetch="yes, public US government data", redistribute="rows", learn="yes"),
    cadence="yearly files to fiscal year 2023, since then exports of a view that is renewed each quarter",
    access=Access.DATED_FILES,
    media=Media.CSV,
    origin_family=OriginFamily.USCIS,
    listings=(USCIS_EMPLOYER,),
    limits=Limits(
        max_drop=Limit(0.10, "a file may be issued again without the lines that stood in it twice: 9 in 100 in 2021"),
        max_quarantined=Limit(0.10, "of 60,806 lines of 2021 5,224 stand there twice in every cell; other years lose 1 in 500"),
    ),
    parser_version="1",
    parse=parse,
    caveats=(
        "No occupation: researchers, nurses and programmers of a hospital count like its residents.",
        "First decisions only; names are cut at 34 letters in files to 2021, and partly in 2022.",
        "One employer files under many spellings, cities and industries (Mayo under 61 and 62): add them up.",
        "2021 is put together from two states of the year: take line 1 of a group there, and never the sum of its lines.",
        "The file of 2023 that is in circulation holds about half a year's decisions.",
    ),
)
