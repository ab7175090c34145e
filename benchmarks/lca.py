"""How fast a whole file of DOL's filings is read, beside common tools: `python -m benchmarks.lca [--rows 600000] [--runs 3]`.

A file in the layout of FY2025 Q4 is written, 98 columns, half of them empty in most rows, and read in one run by:

    polars     pl.read_csv of all columns as text, the bare read: lenient, and with the contacts
    pandas     pd.read_csv of all columns as text
    store      ours: from the published bytes to the stored capture (checked, without contacts, Parquet)
    list       ours: from the stored capture to listed rows, typed and validated
    fastexcel  the bare read of the same file as xlsx, all columns as text, into polars
    store xlsx ours: from the published workbook to the stored capture

Every measure is a process of its own. Seconds are those of the work without imports, of ours from bytes in memory;
peak memory is that of the process or of its largest child. Medians over runs. `--smoke` is a small run that checks itself.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

CHECKOUT = Path(__file__).resolve().parents[1]
ROWS, XLSX_ROWS, RUNS = 600_000, 60_000, 3
_SMOKE = {"rows": 3_000, "xlsx_rows": 500, "runs": 1}


def _names(text: str) -> list[str]:
    return text.split()


_CONTACT = (
    "LAST_NAME FIRST_NAME MIDDLE_NAME JOB_TITLE ADDRESS1 ADDRESS2 CITY STATE POSTAL_CODE COUNTRY PROVINCE PHONE PHONE_EXT EMAIL"
)
_ATTORNEY = (
    "LAST_NAME FIRST_NAME MIDDLE_NAME ADDRESS1 ADDRESS2 CITY STATE POSTAL_CODE COUNTRY PROVINCE PHONE PHONE_EXT EMAIL_ADDRESS"
)
HEADER = [
    *_names("CASE_NUMBER CASE_STATUS RECEIVED_DATE DECISION_DATE ORIGINAL_CERT_DATE VISA_CLASS JOB_TITLE SOC_CODE SOC_TITLE"),
    *_names("FULL_TIME_POSITION BEGIN_DATE END_DATE TOTAL_WORKER_POSITIONS NEW_EMPLOYMENT CONTINUED_EMPLOYMENT"),
    *_names("CHANGE_PREVIOUS_EMPLOYMENT NEW_CONCURRENT_EMPLOYMENT CHANGE_EMPLOYER AMENDED_PETITION EMPLOYER_NAME TRADE_NAME_DBA"),
    *_names("EMPLOYER_ADDRESS1 EMPLOYER_ADDRESS2 EMPLOYER_CITY EMPLOYER_STATE EMPLOYER_POSTAL_CODE EMPLOYER_COUNTRY"),
    *_names("EMPLOYER_PROVINCE EMPLOYER_PHONE EMPLOYER_PHONE_EXT EMPLOYER_FEIN NAICS_CODE"),
    *(f"EMPLOYER_POC_{name}" for name in _names(_CONTACT)),
    "AGENT_REPRESENTING_EMPLOYER",
    *(f"AGENT_ATTORNEY_{name}" for name in _names(_ATTORNEY)),
    *_names("LAWFIRM_NAME_BUSINESS_NAME LAWFIRM_BUSINESS_FEIN STATE_OF_HIGHEST_COURT NAME_OF_HIGHEST_STATE_COURT"),
    *_names("WORKSITE_WORKERS SECONDARY_ENTITY SECONDARY_ENTITY_BUSINESS_NAME WORKSITE_ADDRESS1 WORKSITE_ADDRESS2 WORKSITE_CITY"),
    *_names("WORKSITE_COUNTY WORKSITE_STATE WORKSITE_POSTAL_CODE WAGE_RATE_OF_PAY_FROM WAGE_RATE_OF_PAY_TO WAGE_UNIT_OF_PAY"),
    *_names("PREVAILING_WAGE PW_UNIT_OF_PAY PW_TRACKING_NUMBER PW_WAGE_LEVEL PW_OES_YEAR PW_OTHER_SOURCE PW_OTHER_YEAR"),
    *_names("PW_SURVEY_PUBLISHER PW_SURVEY_NAME TOTAL_WORKSITE_LOCATIONS AGREE_TO_LC_STATEMENT H_1B_DEPENDENT WILLFUL_VIOLATOR"),
    *_names("SUPPORT_H1B STATUTORY_BASIS APPENDIX_A_ATTACHED PUBLIC_DISCLOSURE"),
    *_names("PREPARER_LAST_NAME PREPARER_FIRST_NAME PREPARER_MIDDLE_INITIAL PREPARER_BUSINESS_NAME PREPARER_EMAIL"),
]
_MOSTLY_EMPTY = {
    *_names("ORIGINAL_CERT_DATE EMPLOYER_ADDRESS2 EMPLOYER_PROVINCE EMPLOYER_PHONE_EXT SECONDARY_ENTITY_BUSINESS_NAME"),
    *_names("WORKSITE_ADDRESS2 PW_TRACKING_NUMBER PW_OTHER_SOURCE PW_OTHER_YEAR PW_SURVEY_PUBLISHER PW_SURVEY_NAME SUPPORT_H1B"),
    *(name for name in HEADER if name.startswith("PREPARER_") or name.endswith(("_PROVINCE", "_ADDRESS2", "_PHONE_EXT"))),
}
_WORDS: dict[str, list[str]] = {
    "CASE_STATUS": ["Certified"] * 9 + ["Withdrawn"],
    "RECEIVED_DATE": [f"{month}/{day}/2025" for month in (1, 2, 3) for day in range(1, 29)],
    "DECISION_DATE": [f"4/{day}/2025" for day in range(1, 29)],
    "BEGIN_DATE": [f"{month}/{day}/2025" for month in (6, 7, 8, 9) for day in range(1, 29)],
    "END_DATE": [f"{month}/{day}/2028" for month in (5, 6, 7, 8) for day in range(1, 29)],
    "VISA_CLASS": ["H-1B"] * 19 + ["E-3 Australian"],
    "JOB_TITLE": [f"SOFTWARE DEVELOPERS, GROUP {number}" for number in range(4_000)] + ["RESIDENT PHYSICIAN"] * 80,
    "SOC_CODE": [f"15-12{number:02d}.00" for number in range(90)] + ["29-1216.00"],
    "TOTAL_WORKER_POSITIONS": ["1", "2"],
    "EMPLOYER_NAME": [f"EXAMPLE {number}, INC." for number in range(60_000)],
    "EMPLOYER_FEIN": [f"12-{number:07d}" for number in range(60_000)],
    "WORKSITE_POSTAL_CODE": [f"{number:05d}" for number in range(1_001, 9_000)],
    "WAGE_RATE_OF_PAY_FROM": [str(number) for number in range(50_000, 250_000, 37)],
    "WAGE_UNIT_OF_PAY": ["Year"] * 9 + ["Hour"],
}
_STATES = ["NY", "CA", "TX", "MA", "IA", "WA"]


def write_files(folder: Path, rows: int, xlsx_rows: int) -> dict[str, Path]:
    """The files of this benchmark; the same for the same numbers of rows."""
    frame = _frame(rows)
    csv, xlsx = folder / "filings.csv", folder / "filings.xlsx"
    frame.write_csv(csv)
    with xlsxwriter.Workbook(xlsx, {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Q4")
        for place, name in enumerate(HEADER):
            sheet.write_string(0, place, name)
        for number, row in enumerate(frame.head(xlsx_rows).iter_rows(), start=1):
            for place, text in enumerate(row):
                if text:
                    sheet.write_string(number, place, text)
    return {"csv": csv, "xlsx": xlsx}


def _frame(rows: int) -> pl.DataFrame:
    dice = np.random.default_rng(1)
    columns: dict[str, pl.Series] = {}
    for name in HEADER:
        if name == "CASE_NUMBER":
            columns[name] = pl.Series([f"I-200-25{1 + number % 90:03d}-{number:06d}" for number in range(rows)])
            continue
        words = _WORDS.get(name) or (
            _STATES if name.endswith("_STATE") else [f"{name.title()} {number}" for number in range(300)]
        )
        words = [*words, *[""] * (9 * len(words))] if name in _MOSTLY_EMPTY else words
        columns[name] = pl.Series(words).gather(dice.integers(0, len(words), rows))
    return pl.DataFrame(columns)


# --- measures ---------------------------------------------------------------------------------------------------------


Work = Callable[[], Any]
"""What is measured; of whatever a tool gives only the number of rows is told."""


def _polars(path: Path) -> Work:
    return lambda: pl.read_csv(path, infer_schema=False)


def _pandas(path: Path) -> Work:
    import pandas as pd

    return lambda: pd.read_csv(path, dtype=str, keep_default_na=False)


def _fastexcel(path: Path) -> Work:
    import fastexcel

    return lambda: fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()


def _store(path: Path) -> Work:
    from flows.captures import CaptureStore
    from flows.sources.dol_lca import without_contacts

    data = path.read_bytes()

    def work() -> list[str]:
        path.with_suffix(".digest").write_text(CaptureStore(path.parent / "captures").put(without_contacts(data)))
        return []

    return work


def _list(path: Path) -> Work:
    from flows.captures import CaptureStore
    from flows.sources.dol_lca import parse
    from flows.sources.source import About
    from schemas.listings import DOL_LCA_FILING, located
    from schemas.validation import validate

    def work() -> range:
        stored = CaptureStore(path.parent / "captures").get(path.with_suffix(".digest").read_text())
        found = validate(located(DOL_LCA_FILING), parse(stored, About("filings", date(2025, 9, 30))).rows[DOL_LCA_FILING.name])
        return range(found.listed.height + found.rejected.height)

    return work


MEASURES: dict[str, tuple[str, Callable[[Path], Work]]] = {
    "polars": ("csv", _polars),
    "pandas": ("csv", _pandas),
    "store": ("csv", _store),
    "list": ("csv", _list),
    "fastexcel": ("xlsx", _fastexcel),
    "store xlsx": ("xlsx", _store),
}
BARE = {"csv": "polars", "xlsx": "fastexcel"}


def measure(name: str, path: Path) -> dict[str, float]:
    """Seconds, CPU seconds, peak MB and rows of one measure, in this process."""
    work = MEASURES[name][1](path)
    before, clock = os.times(), time.perf_counter()
    rows = len(work())
    seconds, after = time.perf_counter() - clock, os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    return {"seconds": seconds, "cpu": cpu, "peak": _peak(), "rows": rows}


def _peak() -> float:
    """Peak memory in MB, of this process (whose ru_maxrss would be that of whoever began it) or of its largest child."""
    import resource

    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return max(child, int(told["VmHWM"].split()[0]) / 1024)


def run(folder: Path, rows: int, xlsx_rows: int, runs: int) -> dict[str, dict[str, float]]:
    """Every measure, each in a process of its own; medians."""
    files = write_files(folder, rows, xlsx_rows)
    found: dict[str, dict[str, float]] = {}
    for name, (kind, _) in MEASURES.items():
        told = [_in_a_process(name, files[kind]) for _ in range(runs)]
        found[name] = {key: statistics.median(one[key] for one in told) for key in told[0]}
    return found


def _in_a_process(name: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.lca", "--measure", name, "--file", str(path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def table(found: dict[str, dict[str, float]]) -> str:
    """The measures as Markdown, with ratios to the bare read of the same file."""
    lines = ["| | s | CPU s | peak MB | s, bare read = 1 | CPU, bare read = 1 |", "|---|---:|---:|---:|---:|---:|"]
    for name, told in found.items():
        bare = found[BARE[MEASURES[name][0]]]
        ratios = f"{told['seconds'] / bare['seconds']:.2f} | {told['cpu'] / bare['cpu']:.2f}"
        lines.append(f"| {name} | {told['seconds']:.1f} | {told['cpu']:.1f} | {told['peak']:,.0f} | {ratios} |")
    return "\n".join(lines)


def main() -> None:
    """Write, measure, print; or measure one in this process."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--xlsx-rows", type=int, default=XLSX_ROWS)
    arguments.add_argument("--runs", type=int, default=RUNS)
    arguments.add_argument("--smoke", action="store_true")
    arguments.add_argument("--measure", choices=list(MEASURES), help=argparse.SUPPRESS)
    arguments.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, given.file)))
        return
    sizes = _SMOKE if given.smoke else {"rows": given.rows, "xlsx_rows": given.xlsx_rows, "runs": given.runs}
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), **sizes)
    if found["list"]["rows"] != sizes["rows"] or found["fastexcel"]["rows"] != sizes["xlsx_rows"]:
        sys.exit(f"expected {sizes} rows; found {found}")
    print(f"{sizes['rows']:,} x {len(HEADER)} as CSV, {sizes['xlsx_rows']:,} x {len(HEADER)} as xlsx\n\n{table(found)}")


if __name__ == "__main__":
    main()
