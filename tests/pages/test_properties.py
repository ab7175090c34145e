"""What never changes a claim, and what always does, on written pages."""

import random
from html import escape
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.pages.extraction import read_page, reading_json
from tests.pages import pages

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

KNOWN: Final[tuple[tuple[str, str, object], ...]] = (
    ("We sponsor J-1 visas through ECFMG.", "j1_status", "accepts"),
    ("The J-1 visa is accepted by our program.", "j1_status", "accepts"),
    ("We do not sponsor J-1 visas.", "j1_status", "not_accepts"),
    ("H-1B visas are sponsored for all of our residents.", "h1b_status", "accepts"),
    ("The program does not sponsor H-1B visas.", "h1b_status", "not_accepts"),
    ("H-1B sponsorship is considered in exceptional cases only.", "h1b_status", "conditional"),
    ("H-1B visas are sponsored for applicants who have passed USMLE Step 3.", "h1b_status", "conditional"),
    ("We welcome applications from international medical graduates.", "img_accepted", "yes"),
    ("International medical graduates are not considered.", "img_accepted", "no"),
    ("All international medical graduates must hold ECFMG certification.", "ecfmg_required", True),
    ("Applicants must have graduated from medical school within the last five years.", "yog_max_years", 5),
    ("A minimum score of 225 on USMLE Step 2 CK is required.", "step2_min", 225),
    ("We require a USMLE Step 1 score of at least 210.", "step1_min", 210),
    ("At least three months of US clinical experience are required.", "usce_required", "yes"),
    ("US clinical experience is preferred but not required.", "usce_required", "preferred"),
    ("No more than two attempts at any USMLE step are accepted.", "attempts_max", 2),
)
"""A sentence, the claim that it decides, and the claim's value."""

SILENT: Final = {
    "j1_status": "not_stated",
    "h1b_status": "not_stated",
    "img_accepted": "not_stated",
    "usce_required": "not_stated",
    "ecfmg_required": None,
    "yog_max_years": None,
    "step1_min": None,
    "step2_min": None,
    "attempts_max": None,
}

NEGATED: Final[tuple[tuple[str, str, str], ...]] = (
    ("j1_status", "We sponsor J-1 visas.", "We do not sponsor J-1 visas."),
    ("j1_status", "We sponsor J-1 visas.", "We don't sponsor J-1 visas."),
    ("j1_status", "J-1 visas are accepted.", "J-1 visas are not accepted."),
    ("j1_status", "The program supports the J-1 visa.", "The program no longer supports the J-1 visa."),
    ("j1_status", "We are able to sponsor the J-1 visa.", "We are unable to sponsor the J-1 visa."),
    ("j1_status", "We can offer J-1 sponsorship.", "We cannot offer J-1 sponsorship."),
    ("j1_status", "J-1 sponsorship is available.", "J-1 sponsorship is not available."),
    ("j1_status", "Our hospital accepts the J-1 visa.", "Our hospital never accepts the J-1 visa."),
    ("h1b_status", "We sponsor H-1B visas.", "We do not sponsor H-1B visas."),
    ("h1b_status", "H-1B visas are sponsored.", "H-1B visas are not sponsored."),
    ("h1b_status", "H-1B visas are sponsored.", "No H-1B visas are sponsored."),
    ("h1b_status", "H-1B sponsorship is offered.", "H-1B sponsorship is no longer offered."),
    ("h1b_status", "The program will sponsor an H-1B visa.", "The program will not sponsor an H-1B visa."),
    ("h1b_status", "We support the H-1B visa.", "We are not able to support the H-1B visa."),
    ("h1b_status", "We accept J-1 and H-1B visas.", "We accept J-1 visas but not H-1B visas."),
    ("h1b_status", "We take both J-1 and H-1B visas.", "We take neither J-1 nor H-1B visas."),
    ("h1b_status", "H-1B petitions are filed by our hospital.", "H-1B petitions are not filed by our hospital."),
    ("img_accepted", "International medical graduates are accepted.", "International medical graduates are not accepted."),
    ("img_accepted", "We consider international medical graduates.", "We do not consider international medical graduates."),
    ("img_accepted", "Foreign medical graduates are eligible to apply.", "Foreign medical graduates are not eligible to apply."),
    ("img_accepted", "We interview graduates of foreign schools.", "We do not interview graduates of foreign schools."),
    ("usce_required", "US clinical experience is required.", "US clinical experience is not required."),
    ("usce_required", "We require US clinical experience.", "We do not require US clinical experience."),
    ("usce_required", "US clinical experience is mandatory.", "US clinical experience is not mandatory."),
    ("ecfmg_required", "ECFMG certification is required.", "ECFMG certification is not required."),
    ("ecfmg_required", "We require ECFMG certification.", "We do not require ECFMG certification."),
    ("yog_max_years", "Applicants must have graduated within five years.", "There is no limit on the years since graduation."),
    ("step2_min", "A USMLE Step 2 CK score of 230 is required.", "No minimum USMLE Step 2 CK score is required."),
    ("step2_min", "The minimum Step 2 CK score is 230.", "There is no minimum Step 2 CK score."),
    ("attempts_max", "All steps must be passed on the first attempt.", "Steps need not be passed on the first attempt."),
    ("attempts_max", "We accept at most two attempts at Step 1.", "We set no limit on attempts at Step 1."),
)  # fmt: skip
"""A claim, a sentence that decides it, and the same sentence negated."""

NEGATED_REQUIREMENTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("yog_max_years", "Graduation must lie within 5 years.", "Graduation need not lie within 5 years."),
    ("yog_max_years", "We require graduation within 5 years.", "We do not require graduation within 5 years."),
    ("yog_max_years", "Graduation within 5 years is required.", "Graduation within 5 years is not required."),
    ("yog_max_years", "Applicants must have graduated within 3 years.", "Applicants need not have graduated within 3 years."),
    ("step1_min", "A Step 1 score of 220 is required.", "A Step 1 score of 220 is not required."),
    ("step2_min", "We require a minimum Step 2 CK score of 230.", "We do not require a minimum Step 2 CK score of 230."),
    ("attempts_max", "Steps must be passed within two attempts.", "Steps need not be passed within two attempts."),
    ("usce_required", "US clinical experience is preferred.", "US clinical experience is not preferred."),
    ("ecfmg_required", "Applicants must hold ECFMG certification.", "Applicants need not hold ECFMG certification."),
    ("ecfmg_required", "A valid ECFMG certificate is required.", "A valid ECFMG certificate is no longer required."),
    ("img_accepted", "We welcome international medical graduates.", "We do not welcome international medical graduates."),
    ("img_accepted", "IMGs are welcome.", "IMGs are unfortunately not welcome."),
)
"""Requirements and what waives them."""

_CLAIMS: Final = (
    "content_ok", "j1_status", "h1b_status", "j1_conditions", "h1b_conditions", "other_visas", "img_accepted", "usce_required",
    "ecfmg_required",
    "yog_max_years", "yog_soft", "step1_min", "step2_min", "score_soft", "attempts_max", "attempts_soft", "img_share_pct",
    "informatics", "roster",
)  # fmt: skip

skeletons = st.sampled_from(sorted(pages.SKELETONS))
known = st.sampled_from(KNOWN)


def claims(text: str | bytes) -> dict[str, Any]:
    """All that a page claims, without its evidence."""
    told = reading_json("page", read_page(text.encode() if isinstance(text, str) else text))
    return {name: told[name] for name in _CLAIMS}


BOILERPLATE: Final = (
    f"<nav>{pages.menu()}</nav>",
    pages.menu(class_name="main-menu"),
    f'<div role="navigation">{pages.menu()}</div>',
    pages.footer(),
    pages.cookie_notice(),
    pages.teasers(),
    pages.teasers("Related Stories", "panel"),
    f"<aside>{pages.teasers()}</aside>",
    pages.hidden(),
    '<script type="text/javascript">var t = "We sponsor H-1B visas.";</script>',
    "<style>.j1:after{content:'We sponsor H-1B visas.'}</style>",
    "<template><p>We sponsor no visas.</p></template>",
    "<noscript><p>We sponsor no visas.</p></noscript>",
    '<div aria-hidden="true"><p>We sponsor no visas.</p></div>',
    '<p style="visibility: hidden">International medical graduates are not accepted.</p>',
    '<div role="dialog"><p>We sponsor no visas.</p></div>',
    '<div class="modal"><p>We sponsor no visas.</p></div>',
)


@pytest.mark.parametrize("skeleton", sorted(pages.SKELETONS))
@pytest.mark.parametrize(("sentence", "claim", "value"), KNOWN)
def test_a_sentence_says_the_same_in_every_skeleton(skeleton: str, sentence: str, claim: str, value: object) -> None:
    assert claims(pages.page_of([sentence], skeleton))[claim] == value


@EXAMPLES
@given(
    skeletons,
    known,
    st.lists(st.sampled_from(BOILERPLATE), min_size=1, max_size=4),
    st.lists(st.integers(0, 2), min_size=4, max_size=4),
)
def test_boilerplate_never_changes_a_claim(
    skeleton: str, said: tuple[str, str, object], extra: list[str], places: list[int]
) -> None:
    around = ["", "", ""]
    for piece, place in zip(extra, places, strict=False):
        around[place] += piece
    opening, deciding, closing = (pages.paragraphs([text]) for text in (pages.NEUTRAL[0], said[0], pages.NEUTRAL[1]))
    plain = pages.page(opening + deciding + closing, skeleton)
    dressed = pages.page(around[0] + opening + around[1] + deciding + around[2] + closing, skeleton)
    assert claims(dressed) == claims(plain)


@EXAMPLES
@given(skeletons, known, st.lists(st.sampled_from(pages.NEUTRAL), min_size=1, max_size=5), st.booleans())
def test_neutral_sentences_never_change_a_claim(
    skeleton: str, said: tuple[str, str, object], neutral: list[str], together: bool
) -> None:
    plain = claims(pages.page_of([said[0]], skeleton))
    more = [" ".join([*neutral, said[0]])] if together else [*neutral, said[0], *reversed(neutral)]
    assert claims(pages.page_of(more, skeleton)) == plain


_SPACES = st.sampled_from((" ", "  ", "\n", "\r\n   ", "\t", "&nbsp;", " &#8203;", "\u00a0", " <!-- J-1: no --> ", "<!--x--> "))


@EXAMPLES
@given(skeletons, known, st.data())
def test_white_space_and_comments_never_change_a_claim(skeleton: str, said: tuple[str, str, object], data: st.DataObject) -> None:
    words = escape(said[0], quote=False).split(" ")
    joints = data.draw(st.lists(_SPACES, min_size=len(words), max_size=len(words)))
    spaced = "".join(word + joint for word, joint in zip(words, joints, strict=True))
    assert claims(pages.page(f"\n<!-- no visas --><p>\n  {spaced}</p>", skeleton)) == claims(
        pages.page(pages.paragraphs([said[0]]), skeleton)
    )


@EXAMPLES
@given(
    skeletons, known, st.sampled_from(("span", "b", "em", "strong", "i", "font", "u")), st.integers(0, 200), st.integers(1, 12)
)
def test_inline_tags_inside_words_never_change_a_claim(
    skeleton: str, said: tuple[str, str, object], tag: str, start: int, length: int
) -> None:
    text = said[0]
    start %= len(text) - 1
    end = min(len(text), start + length)
    split = f"{text[:start]}<{tag}>{text[start:end]}</{tag}>{text[end:]}"
    assert claims(pages.page(f"<p>{split}</p>", skeleton)) == claims(pages.page(pages.paragraphs([text]), skeleton))


@EXAMPLES
@given(skeletons, known)
def test_without_the_deciding_sentence_nothing_is_stated(skeleton: str, said: tuple[str, str, object]) -> None:
    assert claims(pages.page_of([], skeleton))[said[1]] == SILENT[said[1]]


@pytest.mark.parametrize(("claim", "sentence", "negated"), NEGATED)
def test_a_negated_sentence_never_keeps_the_value(claim: str, sentence: str, negated: str) -> None:
    before, after = (claims(pages.page_of([text]))[claim] for text in (sentence, negated))
    assert before != SILENT[claim]
    assert after != before


@pytest.mark.parametrize(("claim", "sentence", "negated"), NEGATED_REQUIREMENTS)
def test_a_negated_requirement_never_keeps_the_value(claim: str, sentence: str, negated: str) -> None:
    test_a_negated_sentence_never_keeps_the_value(claim, sentence, negated)


_TYPOGRAPHY: Final = str.maketrans({"'": "\u2019"})


@EXAMPLES
@given(
    skeletons,
    known,
    st.sampled_from(("utf-8", "cp1252", "utf-16", "utf-8-sig")),
    st.sampled_from((None, "utf-8", "iso-8859-1", "windows-1252", "us-ascii", "shift_jis", "x-none")),
)
def test_encodings_and_wrong_declarations_never_change_a_claim(
    skeleton: str, said: tuple[str, str, object], encoding: str, declared: str | None
) -> None:
    text = pages.page_of(
        [
            said[0].translate(_TYPOGRAPHY),
            "The caf\u00e9\u2019s \u201cna\u00efve\u201d menu \u2013 old as it is \u2013 is well liked.",
        ],
        skeleton,
    )
    marked = text if declared is None else text.replace("utf-8", declared).replace("UTF-8", declared)
    assert claims(marked.encode(encoding)) == claims(text)


@EXAMPLES
@given(skeletons, known)
def test_a_page_encoded_twice_says_the_same(skeleton: str, said: tuple[str, str, object]) -> None:
    text = pages.page_of([said[0].replace("-", "\u2011"), "The caf\u00e9\u2019s menu is well liked."], skeleton)
    assert claims(text.encode().decode("latin-1").encode()) == claims(text)


@EXAMPLES
@given(skeletons, st.lists(known, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_extraction_is_deterministic(skeleton: str, said: list[tuple[str, str, object]], order: random.Random) -> None:
    sentences = [sentence for sentence, _, _ in said]
    order.shuffle(sentences)
    content = pages.page_of(sentences, skeleton).encode()
    assert reading_json("a", read_page(content)) == reading_json("a", read_page(content))


@EXAMPLES
@given(st.binary(max_size=3_000))
def test_any_bytes_give_a_reading(content: bytes) -> None:
    assert set(_CLAIMS) <= set(reading_json("a", read_page(content)))


@EXAMPLES
@given(skeletons, st.text(max_size=400))
def test_any_text_gives_a_reading(skeleton: str, text: str) -> None:
    assert set(_CLAIMS) <= set(
        reading_json("a", read_page(pages.page(f"<p>We sponsor {text}</p>", skeleton).encode("utf-8", "surrogatepass")))
    )
