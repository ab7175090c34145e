"""Bad files: a document that is not what its source publishes is refused in words, and costs nothing that was known.

Each case is three nights: the sample is published, one file turns bad, the good file is back.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from flows.captures import CaptureStore, digest_of_bytes
from flows.sources import SOURCE_BY_NAME, SOURCES, sources_for
from flows.sources.results_pdf import read_results
from flows.steps import Outcome, Published, ReleaseWithheldError
from schemas.vocabulary import AttemptOutcome, Audience, NightVerdict
from tests.nights import (
    FIRST,
    SECOND,
    THIRD,
    SampleFolder,
    content,
    current_release,
    differing,
    home_at,
    ledger_of,
    run_night,
    sample_files,
    source_of,
)
from tests.results_pdf_maker import Block, Page, Row, Years, lay_out, render
from tests.sample_lists import SPECIALTIES
from tests.sample_maker import make_sample
from tests.specialty_table_maker import make_specialty_pdf, totals_of

Spoil = Callable[[bytes], bytes]

SAMPLE = make_sample()
SAMPLED = {source_of(file) for file in sample_files()}
PUBLISHED = SAMPLED & set(sources_for(Audience.PUBLIC))
"""Sources of which the sample has a file, and those of them that a release carries."""
CMS, FELLOWSHIPS, OBGYN = (
    "cms_hospital_general_information.csv",
    "acgme_clinical_informatics_fellowships.csv",
    "acgme_obgyn_programs.csv",
)
LCA_2020, LCA_2025 = "dol_lca_fy2020_q1.csv", "dol_lca_fy2025_q2.csv"
USCIS, MEDITECH = "uscis_h1b_fy2021.csv", "meditech_endpoints.json"
DIRECTORY, RESULTS = "nrmp_directory.html", "nrmp_program_results_2020_2024.pdf"
SPECIALTY_REPORT = "nrmp_results_and_data_2024.pdf"

LOGIN_PAGE = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><form>Password</form></body></html>\n"
COMMENTED_LOGIN_PAGE = b"<!-- gateway 7 -->\n" + LOGIN_PAGE
JSON_ERROR = b'{"status": "error", "message": "rate limit exceeded", "code": 429}\n'

# --- spoiling CSV -----------------------------------------------------------------------------------------------------


def records(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def rename_first_column(data: bytes) -> bytes:
    header, *rows = records(data)
    return as_csv([["Renamed", *header[1:]], *rows])


def drop_first_column(data: bytes) -> bytes:
    return as_csv([row[1:] for row in records(data)])


def add_a_column(data: bytes) -> bytes:
    header, *rows = records(data)
    return as_csv([[*header, "Remark"], *([*row, "new"] for row in rows)])


def with_an_accent(data: bytes) -> bytes:
    """The same with an accented letter in the second cell of the first row."""
    header, first, *rows = records(data)
    return as_csv([header, [first[0], "Hôpital", *first[2:]], *rows])


def as_latin_1(data: bytes) -> bytes:
    return with_an_accent(data).decode().encode("latin-1", errors="replace")


def as_utf_16(data: bytes) -> bytes:
    return data.decode("utf-8-sig").encode("utf-16")


def as_utf_16_without_mark(data: bytes) -> bytes:
    return data.decode("utf-8-sig").encode("utf-16-le")


def with_mark(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def cut_within_a_row(data: bytes) -> bytes:
    return as_csv(records(data)[:5]).rstrip(b"\n").rpartition(b",")[0]


def header_only(data: bytes) -> bytes:
    return as_csv(records(data)[:1])


def header_without_line_end(data: bytes) -> bytes:
    return header_only(data).rstrip(b"\n")


def half_the_rows(data: bytes) -> bytes:
    header, *rows = records(data)
    return as_csv([header, *rows[: len(rows) // 2]])


def with_nul(data: bytes) -> bytes:
    return data.replace(b"\n", b"\n\x00", 1)


def open_quote_in_third_row(data: bytes) -> bytes:
    header, *rows = as_csv(records(data)).splitlines(keepends=True)
    name, _, rest = rows[2].partition(b",")
    return b"".join([header, *rows[:2], name + b',"' + rest, *rows[3:]])


def open_quote_at_the_end_of_a_late_row(data: bytes) -> bytes:
    """Everything behind it is one cell of a column that we do not even keep."""
    lines = data.splitlines(keepends=True)
    return b"".join([*lines[:-3], lines[-3].rstrip(b"\n") + b'"\n', *lines[-2:]])


def open_quotes_in_two_rows(data: bytes) -> bytes:
    """In the same column: everything between them is one cell, and the row that is left has as many cells as any."""
    lines = data.splitlines(keepends=True)
    for number in (-4, -2):
        lines[number] = lines[number].replace(b",", b',"', 1)
    return b"".join(lines)


def open_quote_in_the_header(data: bytes) -> bytes:
    """So large that Python's csv module gives up on the one cell it sees."""
    return b'"' + data.replace(b'"', b"") * (200_000 // len(data))


def without_leading_zeros(data: bytes) -> bytes:
    """What a spreadsheet makes of every number with leading zeros."""
    return as_csv([[cell.lstrip("0") if re.fullmatch(r"0+[1-9][0-9]*", cell) else cell for cell in row] for row in records(data)])


# --- spoiling the directory and the results ---------------------------------------------------------------------------


def replaced(old: str, new: str, count: int = -1) -> Spoil:
    def spoil(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), count)

    return spoil


def articles(first: int) -> Spoil:
    """Only so many articles of the page, each of them whole; with ``</div>`` and all that follows."""

    def spoil(data: bytes) -> bytes:
        *kept, tail = data.split(b"</article>")
        return b"</article>".join(kept[:first]) + (b"</article>" if first else b"") + tail

    return spoil


def no_article(data: bytes) -> bytes:
    return re.sub(rb"<article.*</article>", b"", data, flags=re.DOTALL)


def cut_between_articles(data: bytes) -> bytes:
    return data[: data.rindex(b"<article")]


def cut_in_the_middle(data: bytes) -> bytes:
    return data[: len(data) // 2]


def without_acgme_codes(data: bytes) -> bytes:
    return re.sub(rb"<li>\s*<span>ACGME code</span>.*?</li>", b"", data, flags=re.DOTALL)


def blocks_of(pdf: bytes) -> tuple[Years, list[Block]]:
    """What the maker of a results PDF was given."""
    book = read_results(pdf)
    blocks: list[Block] = []
    rows = book.rows.rows(named=True)
    for first in range(0, len(rows), len(book.years)):
        one, *_ = printed = rows[first : first + len(book.years)]
        pairs = [None if year["quota"] is None else (int(year["quota"]), int(year["matched"])) for year in printed]
        where = (one["state_name"], one["institution_name"], one["city"])
        if not blocks or where != (blocks[-1].state, blocks[-1].institution, blocks[-1].city):
            blocks.append(Block(*where, []))
        blocks[-1].rows.append(Row(one["program_name"], one["nrmp_code"], pairs))
    return book.years, blocks  # type: ignore[return-value]


def rebuilt(change: Callable[[list[Block]], list[Block]]) -> Spoil:
    """The results printed again with other blocks."""

    def spoil(pdf: bytes) -> bytes:
        years, blocks = blocks_of(pdf)
        return render(lay_out(years, change(blocks)))

    return spoil


def reprinted(text: str, becomes: str) -> Spoil:
    """The results printed again with another text in the place of one."""

    def change(page: Page) -> Page:
        return [type(piece)(piece.x, piece.y, piece.size, becomes if piece.text == text else piece.text) for piece in page]

    return lambda pdf: render([change(page) for page in lay_out(*blocks_of(pdf))])


def becomes(data: bytes) -> Spoil:
    return lambda _good: data


# --- three nights -----------------------------------------------------------------------------------------------------

How = tuple[tuple[str, str | None], ...]
"""How a document may end: captured, listed."""

AT_CAPTURE: How = ((AttemptOutcome.FAILED, None),)
"""Found out before anything was stored."""
AT_READING: How = ((AttemptOutcome.FETCHED, "refused"),)
"""Stored, and found out when it was read."""
AT_EITHER = AT_CAPTURE + AT_READING

CSV_CASES: dict[str, tuple[Spoil, How, list[str]]] = {
    "renamed column": (
        rename_first_column,
        AT_READING,
        ["known columns; found missing columns: ", "unexpected columns: Renamed"],
    ),
    "missing column": (drop_first_column, AT_READING, ["known columns; found missing columns: "]),
    "extra column": (add_a_column, AT_READING, ["known columns; found unexpected columns: Remark"]),
    "Latin-1": (as_latin_1, AT_READING, ["expected UTF-8 text; found byte 0xf4 in line 2: another charset"]),
    "UTF-16": (as_utf_16, AT_READING, ["expected UTF-8 text; found a UTF-16 byte order mark"]),
    "UTF-16 without a mark": (as_utf_16_without_mark, AT_READING, ["expected text; found NUL bytes"]),
    "cut within a row": (cut_within_a_row, AT_READING, ["cells in every row; found"]),
    "login page": (becomes(LOGIN_PAGE), AT_CAPTURE, ["expected a CSV file; found an HTML page (a login or error page?)"]),
    "login page after a comment": (becomes(COMMENTED_LOGIN_PAGE), AT_CAPTURE, ["expected a CSV file; found an HTML page"]),
    "header only": (header_only, AT_READING, ["expected at least one row; found a header and no rows"]),
    "header without line end": (header_without_line_end, AT_READING, ["expected at least one row; found a header and no rows"]),
    "empty file": (becomes(b""), AT_CAPTURE, ["expected a CSV document; found an empty body"]),
    "blank file": (becomes(b" \r\n\n"), AT_CAPTURE, ["expected a CSV document; found an empty body"]),
    "half the rows": (half_the_rows, AT_READING, ["expected at least ", " rows of last time (", "); found "]),
    "JSON error": (becomes(JSON_ERROR), AT_CAPTURE, ["expected a CSV file; found", "JSON"]),
    "JSON error without line end": (becomes(JSON_ERROR.strip()), AT_CAPTURE, ["expected a CSV file; found", "JSON"]),
    "NUL bytes": (with_nul, AT_READING, ["expected text; found NUL bytes"]),
    "unclosed quote": (open_quote_in_third_row, AT_READING, ["expected", "quotation mark"]),
}


def csv_cases(file: str, *names: str) -> list[object]:
    """Cases for one file; one whose named contacts are removed before storing may be refused there already."""
    found = {name: CSV_CASES[name] for name in names or CSV_CASES}
    meant = "a CSV file or an xlsx workbook; found" if file == LCA_2020 else "a CSV file; found"
    return [
        pytest.param(
            file,
            spoil,
            AT_EITHER if file == LCA_2020 else how,
            [word.replace("a CSV file; found", meant) for word in words],
            id=f"{file}: {name}",
        )
        for name, (spoil, how, words) in found.items()
    ]


@pytest.mark.parametrize(
    ("file", "spoil", "how", "words"),
    [
        *csv_cases(CMS),
        *csv_cases(
            LCA_2020, "renamed column", "extra column", "Latin-1", "UTF-16", "cut within a row", "login page", "header only"
        ),
        *csv_cases(LCA_2020, "empty file", "half the rows", "JSON error", "NUL bytes", "unclosed quote"),
        *csv_cases(FELLOWSHIPS, "renamed column", "login page", "header only", "half the rows"),
        *csv_cases(LCA_2025, "half the rows"),
        *csv_cases(OBGYN, "half the rows"),
        *csv_cases("nrmp_florida_results.csv", "half the rows"),
        *csv_cases(USCIS, "renamed column", "extra column", "Latin-1", "login page", "header only", "half the rows"),
        *csv_cases("ahrq_hospital_linkage_2023.csv", "renamed column", "UTF-16 without a mark", "half the rows"),
        *csv_cases("reviewed_links.csv", "renamed column", "extra column", "UTF-16", "login page", "header only"),
        *csv_cases("reviewed_links.csv", "half the rows"),
        *csv_cases("reviewed_events.csv", "missing column", "empty file"),
        *csv_cases("acgme_programs.csv", "half the rows"),
        *csv_cases("eras_cardiology_fellowships.csv", "half the rows"),
        pytest.param(
            CMS,
            open_quote_at_the_end_of_a_late_row,
            AT_READING,
            ["expected", "quotation mark"],
            id="unclosed quote that swallows the last rows",
        ),
        pytest.param(
            CMS,
            open_quotes_in_two_rows,
            AT_READING,
            ["expected", "quotation mark"],
            id="two unclosed quotes that swallow what is between them",
        ),
        pytest.param(CMS, open_quote_in_the_header, AT_READING, ["expected", "found"], id="unclosed quote in the header"),
    ],
)
def test_bad_csv_is_refused_and_nothing_known_is_lost(
    sample_folder: SampleFolder, published_home: Path, file: str, spoil: Spoil, how: How, words: list[str]
) -> None:
    check_three_nights(sample_folder, published_home, file, spoil, how, words)


def check_three_nights(folder: SampleFolder, home: Path, file: str, spoil: Spoil, how: How, words: list[str]) -> None:
    """The sample is published; now a file is bad, then good again."""
    known, release = content(home), current_release(home).release_id
    folder.write(file, spoil(SAMPLE[file]))

    bad = run_night(home, folder.profile, SECOND)

    outcome = bad.outcome(file)
    assert (outcome.captured, outcome.listed) in how, outcome.reason
    assert [word for word in words if word not in (outcome.reason or "")] == [], outcome.reason
    assert (outcome.reason or "").startswith(f"{source_of(file)}: expected ")
    assert not outcome.is_good
    others = [(other.captured, other.listed) for other in bad.others(file)]
    assert others == [(AttemptOutcome.UNCHANGED, "unchanged")] * (len(sample_files()) - 1)
    assert isinstance(bad.ended, Published)
    assert (bad.ended.verdict, bad.ended.release_id) == (NightVerdict.UNCHANGED, release)
    assert differing(known, content(home)) == []

    check_good_again(folder, home, file)
    assert differing(known, content(home)) == []


def check_good_again(folder: SampleFolder, home: Path, file: str) -> None:
    folder.restore(file)
    good = run_night(home, folder.profile, THIRD)
    assert [outcome for found in good.outcomes.values() for outcome in found if not outcome.is_good] == []
    assert isinstance(good.ended, Published)


# --- the directory and the results ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "how", "words"),
    [
        pytest.param(
            replaced("<span>NRMP code</span>", "<span>Program code</span>"),
            AT_READING,
            ["expected one of NRMP code, ACGME code in the footer of article 1; found 'Program code'"],
            id="renamed label",
        ),
        pytest.param(
            without_acgme_codes, AT_READING, ["expected rows that pass validation; found none of 43"], id="missing codes"
        ),
        pytest.param(
            replaced("<span>ACGME code</span>", "<span>AOA code</span><span>1</span></li><li><span>ACGME code</span>"),
            AT_READING,
            ["expected one of NRMP code, ACGME code in the footer of article 1; found 'AOA code'"],
            id="extra label",
        ),
        pytest.param(
            replaced("<span>NRMP code</span>", "NRMP code", 1),
            AT_READING,
            ["expected", "in the footer of article 1; found"],
            id="label without its tag",
        ),
        pytest.param(
            replaced("result__badge", "result__label"),
            AT_READING,
            ["expected rows that pass validation; found none of 43"],
            id="renamed class of the specialty",
        ),
        pytest.param(
            replaced("result__apply", "result__how"),
            AT_READING,
            ["expected", "result__apply"],
            id="renamed class of the services",
        ),
        pytest.param(
            lambda data: data.decode().replace("Pittsburgh", "Pittsbürgh").encode("latin-1"),
            AT_READING,
            ["expected UTF-8 text; found byte 0xfc in line", "another charset"],
            id="Latin-1",
        ),
        pytest.param(as_utf_16, AT_CAPTURE, ["expected an HTML page; found bytes that start with"], id="UTF-16"),
        pytest.param(with_nul, AT_READING, ["expected text; found NUL bytes"], id="NUL bytes"),
        pytest.param(
            cut_in_the_middle, AT_READING, ["articles, each closed; found", "the page is cut off"], id="cut in an article"
        ),
        pytest.param(cut_between_articles, AT_READING, ["expected", "the page is cut off"], id="cut between two articles"),
        pytest.param(
            becomes(LOGIN_PAGE),
            AT_CAPTURE,
            ["expected the page that was meant; found a login page"],
            id="login page",
        ),
        pytest.param(no_article, AT_READING, ["expected div.results with article.result; found a page without"], id="no article"),
        pytest.param(becomes(b""), AT_CAPTURE, ["expected a HTML document; found an empty body"], id="empty file"),
        pytest.param(
            articles(21), AT_READING, ["expected at least 90% of the 43 rows of last time", "; found 21"], id="half the articles"
        ),
        pytest.param(becomes(JSON_ERROR), AT_CAPTURE, ["expected an HTML page; found", "JSON"], id="JSON error"),
    ],
)
def test_bad_directory_is_refused_and_nothing_known_is_lost(
    sample_folder: SampleFolder, published_home: Path, spoil: Spoil, how: How, words: list[str]
) -> None:
    check_three_nights(sample_folder, published_home, DIRECTORY, spoil, how, words)


@pytest.mark.parametrize(
    ("spoil", "how", "words"),
    [
        pytest.param(
            reprinted("Quota", "Places"), AT_READING, ["layout of a results book", "a line of no known kind"], id="renamed"
        ),
        pytest.param(
            reprinted("31", ""),
            AT_READING,
            ["expected two numbers or '--' '--' for 2024, found Quota '', Matched '30*'"],
            id="missing number",
        ),
        pytest.param(
            reprinted("1652140C0", "16521400"),
            AT_READING,
            ["expected at most 0.1% of 210 rows in quarantine", "found 5, such as: nrmp_code: expected text like"],
            id="code of another shape",
        ),
        pytest.param(cut_in_the_middle, AT_READING, ["expected a whole PDF, found"], id="cut in the middle"),
        pytest.param(lambda data: data[:-40], AT_READING, ["expected a whole PDF, found"], id="cut near the end"),
        pytest.param(becomes(LOGIN_PAGE), AT_CAPTURE, ["expected a PDF document; found an HTML page"], id="login page"),
        pytest.param(
            becomes(COMMENTED_LOGIN_PAGE), AT_CAPTURE, ["expected a PDF document; found"], id="login page after a comment"
        ),
        pytest.param(becomes(JSON_ERROR), AT_CAPTURE, ["expected a PDF document; found", "JSON"], id="JSON error"),
        pytest.param(becomes(b"Not Found"), AT_CAPTURE, ["expected a PDF document; found bytes that start with"], id="not a PDF"),
        pytest.param(becomes(b"%PDF-1.7\nnothing"), AT_READING, ["expected a whole PDF, found 16 bytes"], id="PDF in name only"),
        pytest.param(becomes(b""), AT_CAPTURE, ["expected a PDF document; found an empty body"], id="empty file"),
        pytest.param(rebuilt(lambda _blocks: []), AT_READING, ["expected program rows, found none"], id="no rows"),
        pytest.param(
            rebuilt(lambda blocks: blocks[: len(blocks) // 2]),
            AT_READING,
            ["expected at least 100% of the 210 rows of last time (a published edition does not lose rows); found"],
            id="half the institutions",
        ),
    ],
)
def test_bad_results_are_refused_and_nothing_known_is_lost(
    sample_folder: SampleFolder, published_home: Path, spoil: Spoil, how: How, words: list[str]
) -> None:
    check_three_nights(sample_folder, published_home, RESULTS, spoil, how, words)


# --- files that are taken, in part or in whole ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file", [CMS, FELLOWSHIPS, OBGYN, "acgme_programs.csv", "eras_cardiology_fellowships.csv", LCA_2020, DIRECTORY]
)
def test_byte_order_mark_is_taken_for_what_it_is(sample_folder: SampleFolder, published_home: Path, file: str) -> None:
    known, before = content(published_home), first_outcome(published_home, file)
    sample_folder.write(file, with_mark(SAMPLE[file]))

    night = run_night(published_home, sample_folder.profile, SECOND)

    outcome = night.outcome(file)
    assert outcome.captured is AttemptOutcome.FETCHED
    assert outcome.listed == ("unchanged" if file == LCA_2020 else "listed")  # cleaned of contacts it is what it was
    assert (outcome.rows_parsed, outcome.rows_listed, outcome.rows_quarantined) == before
    assert differing(known, content(published_home)) == []


def test_report_whose_printed_total_is_not_that_of_its_rows_is_listed_and_incomplete(
    sample_folder: SampleFolder, published_home: Path
) -> None:
    known = content(published_home)
    totals = totals_of(SPECIALTIES)
    wrong = {**totals, "Total PGY-2": (1_301, *totals["Total PGY-2"][1:])}
    sample_folder.write(SPECIALTY_REPORT, make_specialty_pdf(2024, SPECIALTIES, totals=wrong))

    night = run_night(published_home, sample_folder.profile, SECOND)

    outcome = night.outcome(SPECIALTY_REPORT)
    assert (outcome.listed, outcome.rows_listed, outcome.complete) == ("listed", 8, False)
    assert outcome.reason == "incomplete: Total PGY-2: positions_offered 1301 printed, 1300 added up"
    assert differing(known, content(published_home)) == []

    check_good_again(sample_folder, published_home, SPECIALTY_REPORT)


def first_outcome(home: Path, file: str) -> tuple[int, int, int]:
    """Rows parsed, listed and quarantined in the first night."""
    extracts = ledger_of(home).extracts().filter(source=source_of(file))
    (row,) = [row for row in extracts.rows(named=True) if row["document"] in ("current", file)]
    return row["rows_parsed"], row["rows_listed"], row["rows_quarantined"]


@pytest.mark.parametrize(
    ("file", "lost", "listing"),
    [
        (CMS, 3, "cms_hospital"),  # 050599 and 060028, and 50396 as before
        ("acgme_programs.csv", 2, "acgme_program"),  # 0404132141, and 803831143 as before
        (OBGYN, 2, "acgme_program"),  # sponsors 058115 and 070451
    ],
)
def test_ids_that_lost_their_zeros_are_set_aside_and_the_programs_stay(
    sample_folder: SampleFolder, published_home: Path, file: str, lost: int, listing: str
) -> None:
    known = content(published_home)
    sample_folder.write(file, without_leading_zeros(SAMPLE[file]))

    night = run_night(published_home, sample_folder.profile, SECOND)

    outcome = night.outcome(file)
    assert (outcome.captured, outcome.listed, outcome.complete) == (AttemptOutcome.FETCHED, "listed", False)
    assert outcome.reason == f"incomplete: {lost} rows of {listing} in quarantine are not listed otherwise"
    assert outcome.rows_parsed - outcome.rows_listed == outcome.rows_quarantined >= lost
    assert differing(known, content(published_home)) == []

    check_good_again(sample_folder, published_home, file)
    assert differing(known, content(published_home)) == []


def test_real_hospital_list_that_lost_its_zeros_is_refused(tmp_path: Path, shared_data: Path) -> None:
    real = (shared_data / "cms" / "hospital_general_information_a.csv").read_bytes()
    (tmp_path / "hospitals.csv").write_bytes(without_leading_zeros(real))
    profile = tmp_path / "profile.toml"
    profile.write_text('name = "zeros"\n[[sources.cms_hospitals]]\nfrom = "hospitals.csv"\n')

    (outcome,) = run_night(tmp_path / "home", profile, FIRST).outcomes["cms_hospitals"]

    assert (outcome.captured, outcome.listed) in AT_READING
    assert "expected at most 1.0% of 5381 rows in quarantine" in (outcome.reason or "")
    assert "such as: ccn: expected text like ^[0-9]{5}[0-9F]$, found '10001'" in (outcome.reason or "")


# --- the first night --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "data"),
    [
        pytest.param(DIRECTORY, LOGIN_PAGE, id="directory: login page"),
        pytest.param(DIRECTORY, b"", id="directory: empty file"),
        pytest.param(FELLOWSHIPS, header_only(SAMPLE[FELLOWSHIPS]), id="fellowships: header only"),
        pytest.param(FELLOWSHIPS, LOGIN_PAGE, id="fellowships: login page"),
    ],
)
def test_first_night_without_a_required_source_publishes_nothing(
    sample_folder: SampleFolder, home_of_readers: Path, file: str, data: bytes
) -> None:
    home, source = home_of_readers, source_of(file)
    sample_folder.write(file, data)

    night = run_night(home, sample_folder.profile, FIRST)

    assert isinstance(night.ended, ReleaseWithheldError)
    told = f"required_sources: expected every required source has a listed document, found {source}"
    assert told in str(night.ended)
    assert home_at(home).releases.current() is None
    assert home_at(home).releases.all() == []
    (written,) = ledger_of(home).nights().rows(named=True)
    assert (written["verdict"], written["release_id"]) == (NightVerdict.WITHHELD, None)
    assert told in written["reason"]

    sample_folder.restore(file)
    assert isinstance(run_night(home, sample_folder.profile, SECOND).ended, Published)
    assert current_release(home).table("source_document")["source"].n_unique() == len(PUBLISHED)


def test_first_night_with_nothing_but_empty_files_publishes_nothing(sample_folder: SampleFolder, tmp_path: Path) -> None:
    for file in sample_files():
        sample_folder.write(file, b"")

    night = run_night(tmp_path / "home", sample_folder.profile, FIRST)

    assert "found acgme_clinical_informatics_fellowships, nrmp_directory" in str(night.ended)
    assert home_at(tmp_path / "home").releases.current() is None


@pytest.mark.parametrize("source", [source.name for source in SOURCES if not source.required and source.name in SAMPLED])
def test_first_night_without_another_source_is_published_without_it(
    sample_folder: SampleFolder, home_of_readers: Path, source: str
) -> None:
    files = [file for file in sample_files() if source_of(file) == source]
    for file in files:
        sample_folder.write(file, b"")

    night = run_night(home_of_readers, sample_folder.profile, FIRST)

    assert isinstance(night.ended, Published)
    assert night.ended.verdict is NightVerdict.PUBLISHED
    assert [outcome.reason for outcome in night.outcomes[source]] == [
        f"{source}: expected a {SOURCE_BY_NAME[source].media} document; found an empty body"
    ] * len(files)
    release = current_release(home_of_readers)
    named = set(release.table("source_document")["source"]) | set(release.table("evidence")["source"])
    assert named == PUBLISHED - {source}


# --- what is stored, and what is set aside ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", [LOGIN_PAGE, COMMENTED_LOGIN_PAGE], ids=["login page", "login page after a comment"])
@pytest.mark.parametrize("file", [CMS, LCA_2025, RESULTS])
def test_login_page_is_not_stored(sample_folder: SampleFolder, published_home: Path, file: str, page: bytes) -> None:
    sample_folder.write(file, page)

    run_night(published_home, sample_folder.profile, SECOND)

    store = CaptureStore(home_at(published_home).captures)
    assert not store.holds(digest_of_bytes(page))
    (attempt,) = ledger_of(published_home).attempts(source_of(file)).filter(outcome="failed").rows(named=True)
    assert (attempt["digest"], attempt["published_digest"], attempt["size_bytes"]) == (None, None, None)


def test_every_parsed_row_is_listed_or_in_quarantine(published_home: Path) -> None:
    extracts = ledger_of(published_home).extracts()
    assert extracts.height == len(sample_files())
    assert extracts.filter(pl.col("rows_parsed") != pl.col("rows_listed") + pl.col("rows_quarantined")).is_empty()
    set_aside = dict(extracts.filter(pl.col("rows_quarantined") > 0).select("source", "rows_quarantined").iter_rows())
    assert set_aside == {
        "nrmp_directory": 1,
        "acgme_programs": 1,
        "dol_lca": 2,
        "uscis_h1b_employers": 3,
        "cms_hospitals": 1,
        "ahrq_hospital_systems": 1,
        "ehr_endpoints": 2,
        "cms_promoting_interoperability": 1,
        "chpl_certification_ids": 1,
        "nih_reporter_projects": 1,
        "pubmed_affiliation_counts": 1,
    }


def test_a_participating_site_in_quarantine_does_not_upset_the_count_of_programs(
    sample_folder: SampleFolder, published_home: Path
) -> None:
    sample_folder.write(OBGYN, SAMPLE[OBGYN].replace(b"050436", b"50436"))

    outcome: Outcome = run_night(published_home, sample_folder.profile, SECOND).outcome(OBGYN)

    assert outcome.reason == "incomplete: 1 rows of acgme_participating_site in quarantine are not listed otherwise"
    assert outcome.rows_parsed == outcome.rows_listed + outcome.rows_quarantined


def test_every_row_in_quarantine_tells_what_it_was_and_why(published_home: Path) -> None:
    ledger = ledger_of(published_home)
    extracts = ledger.extracts()
    rows = ledger.quarantined(extracts["extract_id"].to_list()).rows(named=True)

    digests = dict(extracts.select("extract_id", "digest").iter_rows())
    store = CaptureStore(home_at(published_home).captures)
    assert [row for row in rows if row["digest"] != digests[row["extract_id"]] or not store.holds(row["digest"])] == []
    told = {(row["source"], row["document"], row["locator"]): (json.loads(row["raw_row"]), row["reasons"]) for row in rows}
    expected = {
        ("nrmp_directory", "current", "article 12"): ("acgme_id", "404132141", "acgme_id: expected text like ^[0-9]{10}$"),
        ("acgme_programs", "current", "row 16"): ("acgme_id", "803831143", "acgme_id: expected text like ^[0-9]{10}$"),
        ("cms_hospitals", "current", "row 3"): ("ccn", "50396", "ccn: expected text like ^[0-9]{5}[0-9F]$"),
        ("dol_lca", LCA_2025, "row 10"): ("begin_on", "2025-06-31 00:00:00", "begin_on: expected date"),
        ("dol_lca", LCA_2025, "row 20"): ("case_number", "I-200-25028-990303", "case_number: expected once, found again:"),
        ("uscis_h1b_employers", USCIS, "row 3"): ("employer_name", "#NAME?", "expected a name and no spreadsheet error"),
        ("uscis_h1b_employers", USCIS, "row 12"): (
            "line_group",
            "62/0115/FL/MIAMI BEACH/33140",
            "fiscal_year, employer_name, line_group, line_in_group: expected once, found again:",
        ),
        ("ahrq_hospital_systems", "current", "row 3"): ("ccn", "50396", "ccn: expected text like ^[0-9]{5}[0-9F]$"),
        ("ehr_endpoints", MEDITECH, "endpoint 6"): ("printed_name", "10099001", "expected a name with letters"),
        ("ehr_endpoints", MEDITECH, "endpoint 7"): (
            "endpoint_url",
            "https://example-live01.lake.local/v1",
            "expected a server that the public can reach",
        ),
        ("cms_promoting_interoperability", "current", "row 3"): ("ccn", "50396", "ccn: expected text like ^[0-9]{5}[0-9F]$"),
    }
    expected[("nih_reporter_projects", "current", "nlm_t15 2025, award 2")] = (
        "core_project_number",
        "T15HG990004",
        "expected a T15 of the National Library of Medicine where one was searched for",
    )
    expected[("pubmed_affiliation_counts", "current", "answer 5")] = (
        "n_papers",
        'another count, without "davis health"',
        "n_papers: expected integer",
    )
    nameless = ("uscis_h1b_employers", USCIS, "row 2")
    assert told.pop(nameless)[1] == ["employer_name: expected a value, found nothing"]
    unanswered = ("chpl_certification_ids", "chpl_certification_ids.json", "answer 4")
    raw, reasons = told.pop(unanswered)
    assert raw["cehrt_id"] == "0015CEXAMPLE004"
    nothing = ("chpl_id", "chpl_product_number", "developer_name", "product_name")
    assert reasons == [f"{column}: expected a value, found nothing" for column in nothing]
    assert set(told) == set(expected)
    for place, (column, cell, reason) in expected.items():
        raw, reasons = told[place]
        assert raw[column] == cell
        assert len(reasons) == 1
        assert reasons[0].startswith(reason)
        assert repr(cell)[1:-1] in reasons[0]

    released = current_release(published_home).table("quarantine")
    assert set(released.select("source", "document", "locator").iter_rows()) == {*told, nameless, unanswered}
