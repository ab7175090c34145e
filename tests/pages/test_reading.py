"""A page from bytes to claims: charset, structure, context, content, state, and what is told of it."""

import json

import pytest

from flows.pages.content import why_no_content
from flows.pages.decoding import decode_page
from flows.pages.extraction import read_page, reading_json
from flows.pages.markup import Block, read_markup
from flows.pages.sentences import statements_of
from schemas.vocabulary import PageContent

SENTENCE = "The resident’s visa is the J‑1 – nothing else; café hours follow."


def speaking(html: str) -> list[Block]:
    return [block for block in read_markup(html).blocks if block.kind != "menu"]


def texts(html: str) -> list[str]:
    return [block.text for block in speaking(html)]


# --- charsets ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "header", "encoding"),
    [
        pytest.param(SENTENCE.encode(), None, "utf-8", id="utf-8 without a word"),
        pytest.param(b'<meta charset="iso-8859-1">' + SENTENCE.encode(), None, "utf-8", id="declared latin-1, in truth utf-8"),
        pytest.param(b"\xef\xbb\xbf" + SENTENCE.encode(), "iso-8859-1", "utf-8", id="a byte order mark beats the header"),
        pytest.param(SENTENCE.encode("utf-16"), None, "utf-16-le", id="utf-16 by its mark"),
    ],
)
def test_text_is_decoded_as_a_browser_decides(content: bytes, header: str | None, encoding: str) -> None:
    decoded = decode_page(content, header)
    assert decoded.encoding == encoding
    assert decoded.text.endswith(SENTENCE)


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "nonsense"])
def test_windows_1252_is_read_whatever_the_page_declares(declared: str) -> None:
    text = "The resident’s visa – “J-1” only; café hours follow, résumé and naïveté too."
    decoded = decode_page(f'<meta charset="{declared}">{text}'.encode("windows-1252"))
    assert decoded.text.endswith(text)
    assert decoded.declared == declared


def test_text_that_was_encoded_twice_is_repaired() -> None:
    twice = "The program’s visa is the J-1 – no other.".encode().decode("windows-1252").encode()
    assert decode_page(twice).text == "The program's visa is the J-1 – no other.".replace("'", "’")


# --- what speaks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "silent",
    [
        pytest.param("<nav><p>H-1B visas are sponsored.</p></nav>", id="navigation"),
        pytest.param("<footer><p>H-1B visas are sponsored.</p></footer>", id="footer"),
        pytest.param("<aside><p>H-1B visas are sponsored.</p></aside>", id="aside"),
        pytest.param('<div role="dialog"><p>H-1B visas are sponsored.</p></div>', id="dialog"),
        pytest.param('<div class="cookie-notice"><p>H-1B visas are sponsored.</p></div>', id="cookie notice"),
        pytest.param('<div id="sidebar-right"><p>H-1B visas are sponsored.</p></div>', id="sidebar"),
        pytest.param('<div style="display: none"><p>H-1B visas are sponsored.</p></div>', id="hidden by style"),
        pytest.param("<div hidden><p>H-1B visas are sponsored.</p></div>", id="hidden"),
        pytest.param('<p aria-hidden="true">H-1B visas are sponsored.</p>', id="hidden from readers"),
        pytest.param("<script>var x = 'H-1B visas are sponsored.'</script>", id="script"),
        pytest.param("<!-- H-1B visas are sponsored. -->", id="comment"),
        pytest.param("<div><h3>In the news</h3><p>H-1B visas are sponsored.</p></div>", id="news box"),
        pytest.param(
            '<ul><li><a href="/a">Visas</a><li><a href="/b">J-1</a><li><a href="/c">H-1B</a></ul>', id="a list of links"
        ),
    ],
)
def test_furniture_and_hidden_parts_never_speak(silent: str) -> None:
    assert texts(f"<body><main><p>Welcome.</p></main>{silent}</body>") == ["Welcome."]


@pytest.mark.parametrize(
    "spoken",
    [
        pytest.param('<button aria-controls="p1">Visas</button><div id="p1" hidden><p>J-1 only.</p></div>', id="aria-controls"),
        pytest.param(
            '<a data-toggle="collapse" href="#p1">Visas</a><div id="p1" style="display:none"><p>J-1 only.</p></div>',
            id="collapse",
        ),
        pytest.param('<div role="tabpanel" hidden><p>J-1 only.</p></div>', id="tab panel"),
        pytest.param("<details><summary>Visas</summary><p>J-1 only.</p></details>", id="details"),
        pytest.param(
            '<form><table><tr><td><div class="elementor-widget-container"><p>J-1 only.</p></div></td></tr></table></form>',
            id="wrappers",
        ),
    ],
)
def test_panels_that_a_control_opens_speak(spoken: str) -> None:
    assert "J-1 only." in texts(f"<body><main>{spoken}</main></body>")


def test_inline_tags_may_split_a_word() -> None:
    assert texts('<p>Visas: J-<span class="nb">1</span>&nbsp;<b>only</b></p>') == ["Visas: J-1 only"]


# --- context -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<h3>Do you sponsor visas?</h3><p>No.</p>", id="heading"),
        pytest.param("<p><strong>Do you sponsor visas?</strong></p><p>No.</p>", id="bold line"),
        pytest.param("<p>Q: Do you sponsor visas?</p><p>A: No.</p>", id="Q and A"),
        pytest.param("<dl><dt>Do you sponsor visas?</dt><dd>No.</dd></dl>", id="definition list"),
        pytest.param("<details><summary>Do you sponsor visas?</summary><div>No.</div></details>", id="details"),
        pytest.param('<div data-question="Do you sponsor visas?"><p>No.</p></div>', id="attribute"),
        pytest.param("<p>Do you sponsor visas? No.</p>", id="one paragraph"),
        pytest.param("<table><tr><td>Do you sponsor visas?</td><td>No.</td></tr></table>", id="table row"),
    ],
)
def test_an_answer_keeps_its_question(html: str) -> None:
    told = reading_json(
        "page", read_page(f"<body><main><h1>Applying</h1><p>{'Our program is small. ' * 9}</p>{html}</main></body>".encode())
    )
    assert (told["j1_status"], told["h1b_status"]) == ("not_accepts", "not_accepts")


def test_items_keep_the_line_that_announces_them() -> None:
    statements = list(statements_of(read_markup("<h2>Visas</h2><p>We sponsor:</p><ul><li>J-1<li>H-1B</ul>").blocks))
    assert [(statement.text, statement.lead) for statement in statements if statement.kind == "item"] == [
        ("J-1", "We sponsor:"),
        ("H-1B", "We sponsor:"),
    ]


def test_a_row_keeps_its_header_and_a_layout_table_is_none() -> None:
    data = "<table><tr><th>Visa</th><th>Sponsored</th></tr><tr><td>J-1</td><td>yes</td></tr></table>"
    layout = f"<table><tr><td><ul><li>Menu</ul></td><td><h2>Visas</h2>{data}</td></tr></table>"
    rows = [block for block in speaking(layout) if block.kind == "row"]
    assert [(row.text, row.header) for row in rows] == [("J-1: yes", ("Visa", "Sponsored"))]


def test_no_is_not_the_abbreviation_of_number() -> None:
    statements = list(statements_of(read_markup("<p>J-1? Yes. H-1B? No. Others are not sponsored.</p>").blocks))
    assert [(statement.question, statement.text) for statement in statements] == [
        ("J-1?", "Yes."),
        ("H-1B?", "No."),
        ("H-1B?", "Others are not sponsored."),
    ]


# --- content -------------------------------------------------------------------------------------------------------------

PARAGRAPH = (
    "<p>Residents rotate through three hospitals, meet for lectures on Wednesdays, and present a project in spring.</p>" * 3
)


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<h1>Page not found</h1><p>The page on visas that you wanted has moved.</p>", PageContent.NOT_FOUND),
        ("<h1>Sign in</h1><form><input name=u><input type=password></form>", PageContent.LOGIN),
        ("<noscript>JavaScript has to be enabled.</noscript><div id=app></div>", PageContent.EMPTY),
        ("<p>Please enable JavaScript to see this site.</p>", PageContent.SCRIPT),
        ("<p>We use cookies.</p><p>Accept all cookies or manage preferences.</p>", PageContent.COOKIES),
        ('<h1>Handbook</h1><p><a href="/handbook.pdf">Download the handbook (PDF)</a></p>', PageContent.ONLY_DOCUMENT),
        (
            f"<p>{'Nuestro programa forma cada año a ocho médicos y las guardias son de doce horas. ' * 4}</p>",
            PageContent.NOT_ENGLISH,
        ),
        ("", PageContent.EMPTY),
        (f"<h1>Residency</h1>{PARAGRAPH}", None),
        (f"<h1>Residency</h1>{PARAGRAPH}<p>Lost something? Visit our lost and found, or sign in to the portal.</p>", None),
    ],
)
def test_a_page_without_content_is_told_from_a_page_that_is_silent(html: str, why: PageContent | None) -> None:
    assert why_no_content(read_markup(f"<body><main>{html}</main></body>")) == why


def test_a_page_without_content_is_unknown_and_not_silent() -> None:
    told = reading_json("x.html", read_page(b"<h1>Sign in</h1><p>No visas are sponsored.</p><form><input type=password></form>"))
    assert (told["content_ok"], told["no_content"]) == (False, "login_wall")
    assert (told["j1_status"], told["h1b_status"], told["img_accepted"]) == ("unknown", "unknown", "unknown")
    assert told["evidence"] == []


def test_questions_in_json_ld_speak_where_the_visible_page_is_empty() -> None:
    state = {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": "Do you sponsor H-1B visas?",
                "acceptedAnswer": {"@type": "Answer", "text": "No, we do not."},
            },
            {
                "@type": "Question",
                "name": "How are the days spent?",
                "acceptedAnswer": {
                    "text": (
                        "Mornings on the wards, afternoons in the clinic, lectures on Wednesdays, and a project of one's own "
                        "in spring."
                    )
                },
            },
        ],
    }
    page = f'<body><div id="app"></div><script type="application/ld+json">{json.dumps(state)}</script></body>'
    told = reading_json("x.html", read_page(page.encode()))
    assert (told["content_ok"], told["h1b_status"]) == (True, "not_accepts")


# --- what is told --------------------------------------------------------------------------------------------------------


def test_every_claim_has_a_quote_of_the_page_its_place_and_its_rules() -> None:
    page = f"""<body><main><h1>Applying</h1>{PARAGRAPH}<h2>Visas</h2><p>Our residents train on the J-1 only.</p>
        <h2>Scores</h2><ul><li>Step 2 CK: at least 225</li></ul></main></body>"""
    told = reading_json("x.html", read_page(page.encode()))
    found = {entry["claim"]: entry for entry in told["evidence"]}
    assert found["visa.j1"]["quote"] == "Our residents train on the J-1 only."
    assert found["visa.j1"]["place"] == "Applying > Visas"
    assert found["step2_min"]["value"] == 225
    assert all(entry["rules"] and len(entry["quote"]) <= 300 for entry in told["evidence"])


def test_the_same_bytes_give_the_same_reading() -> None:
    page = f"<body><main><h1>Applying</h1>{PARAGRAPH}<p>J-1 and H-1B visas are sponsored.</p></main></body>".encode()
    assert reading_json("x", read_page(page)) == reading_json("x", read_page(page))
