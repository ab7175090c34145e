"""Figures: a few numbers by which a release is checked against what the field is known to be."""

import polars as pl

_NATIONAL_RESULTS = "nrmp_program_results"


def figure_table(
    *,
    directory: pl.DataFrame,
    results: pl.DataFrame,
    fellowships: pl.DataFrame,
    trainees: pl.DataFrame,
    programs: pl.DataFrame,
) -> pl.DataFrame:
    """Table ``figure``. Result figures count the national books only, each track and year once."""
    national = results.filter(pl.col("source") == _NATIONAL_RESULTS)
    newest = national.sort("document_date", "document").unique(["nrmp_code", "match_year"], keep="last", maintain_order=True)
    in_2020 = newest.filter(pl.col("match_year") == 2020)
    rows = [
        ("nrmp_directory_tracks", directory.height, "Tracks in the NRMP program directory."),
        ("nrmp_directory_programs", directory["acgme_id"].n_unique(), "ACGME ids in the NRMP program directory."),
        ("nrmp_result_codes", national["nrmp_code"].n_unique(), "Track codes in the national results books."),
        (
            "nrmp_offered_2020",
            int(in_2020["quota"].sum()),
            "Positions offered in the 2020 Match, national results books.",
        ),
        (
            "nrmp_matched_2020",
            int(in_2020["matched"].sum()),
            "Positions filled in the 2020 Match, national results books.",
        ),
        ("ci_fellowships", fellowships.height, "Clinical informatics fellowships parsed."),
        ("lca_trainee_filings", trainees.height, "Labor condition applications for physician trainees on file."),
        ("programs", programs.height, "Programs in the release."),
    ]
    return pl.DataFrame(rows, schema=["figure", "figure_value", "description"], orient="row").with_columns(
        pl.col("figure_value").cast(pl.Int64)
    )
