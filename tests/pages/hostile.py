# ruff: noqa: E501, S311  (markup reads better unwrapped; the chance is seeded)
"""Hostile pages: giants that are built to cost time or memory, and seeded mutations of good pages."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tests.pages.pages import page

_HEAD: Final = "<html><head><title>Larkmoor</title></head><body><h1>Larkmoor Valley Hospital</h1>"
_OPENING: Final = (
    "<p>Our residents work hard and learn a great deal from the people whom they meet on the wards of the hospital each day.</p>"
)


def _body(inner: str) -> bytes:
    return f"{_HEAD}{_OPENING}{inner}</body></html>".encode()


def _sentence_with(part: str, times: int, end: str = ".") -> Callable[[], bytes]:
    return lambda: _body(f"<p>{part * times}{end}</p>")


GIANTS: Final[dict[str, Callable[[], bytes]]] = {
    "empty": lambda: b"",
    "deep_div": lambda: _body("<div>" * 100_000 + "J-1 visas are sponsored." + "</div>" * 100_000),
    "deep_span": lambda: _body("<p>" + "<span>" * 100_000 + "J-1 visas are sponsored."),
    "deep_b": lambda: _body("<b>" * 100_000 + "x"),
    "deep_b_and_p": lambda: _body("<b><p>" * 5_000 + "x"),
    "deep_a_and_div": lambda: _body("<a><div>" * 5_000 + "x"),
    "deep_table": lambda: _body("<table><tr><td>" * 20_000 + "x"),
    "deep_closed_tables": lambda: _body("<table><tr><td>a</td><td>" * 2_000 + "x" + "</td></tr></table>" * 2_000),
    "deep_list": lambda: _body("<ul><li>" * 50_000 + "x"),
    "deep_furniture": lambda: _body('<div class="promo">' * 20_000 + "x"),
    "deep_furniture_with_h1": lambda: _body('<div class="promo">' * 5_000 + "<h1>x</h1>"),
    "deep_header": lambda: _body("<header>" * 20_000 + "<h1>x</h1>"),
    "deep_closed_headers": lambda: _body("<header><h1>a</h1>" * 5_000 + "x" + "</header>" * 5_000),
    "headers_in_turn": lambda: _body("<header><p>a</p></header>" * 50_000),
    "news_heads_deep": lambda: _body("<div><h3>" + "<i>" * 300 + "In the news" + "</i>" * 300 + "</h3></div>"),
    "entities": lambda: _body("<p>" + "&amp;&lt;&nbsp;&#x41;&bogus;" * 120_000 + "</p>"),
    "bare_ampersands": lambda: _body("<p>" + "&" * 3_000_000),
    "giant_attribute": lambda: _body(f'<p title="{"J-1 visa " * 500_000}">a</p>'),
    "giant_class": lambda: _body(f'<div class="{"menu-" * 500_000}"><p>a</p></div>'),
    "giant_class_list": lambda: _body(f'<div class="{"nave " * 500_000}"><p>a</p></div>'),
    "giant_style": lambda: _body(f'<div style="{"display : " * 300_000}"><p>a</p></div>'),
    "giant_style_spaces": lambda: _body(f'<div style="display{" " * 100_000}x"><p>a</p></div>'),
    "many_attributes": lambda: _body("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">a</p>"),
    "table_cells": lambda: _body("<table>" + ("<tr>" + "<td>J-1</td>" * 100 + "</tr>") * 1_000 + "</table>"),
    "table_one_row": lambda: _body("<table><tr>" + "<td>J-1 visa</td>" * 100_000 + "</tr></table>"),
    "table_headed": lambda: _body("<table><tr>" + "<th>PGY-1 visa</th>" * 2_000 + "</tr>" + ("<tr>" + "<td>A. B., MD</td>" * 50 + "</tr>") * 2_000 + "</table>"),
    "table_roster": lambda: _body("<h2>PGY-1 Residents</h2><table><tr><th>Name</th><th>Medical School</th></tr>" + "".join(f"<tr><td>Ada Birch{n}</td><td>Univercity of Someplace{n}</td></tr>" for n in range(20_000)) + "</table>"),
    "list_roster": lambda: _body("<h2>PGY-1 Residents</h2><ul>" + "".join(f"<li>Ada Birch, MD - Univercity of Somplace {n}</li>" for n in range(20_000)) + "</ul>"),
    "prose_roster": lambda: _body("<h2>PGY-1 Residents</h2>" + "<p>Dr. A. B. went to the college of the town and then read medicine at the Univercity of Somplace before she came here to us all.</p>" * 5_000),
    "cards_roster": lambda: _body("<h2>PGY-1 Residents</h2>" + "".join(f"<div><div><p>Ada Birch</p></div><div><p>Univercity {n} of Foo</p></div></div>" for n in range(5_000))),
    "deep_cards_roster": lambda: _body("<h2>PGY-1 Residents</h2>" + "<div><p>Ada Birch</p>" * 240),
    "cohort_headings": lambda: _body("<h2>PGY-1 Residents</h2><p>Ada Birch, MD</p>" * 9_000),
    "one_long_line": lambda: _body("<p>" + "we sponsor visas and like the work " * 150_000 + "</p>"),
    "one_long_word": lambda: _body("<p>" + "x" * 5_000_000 + "</p>"),
    "long_line_of_dots": lambda: _body("<p>" + "." * 2_000_000 + "</p>"),
    "long_line_of_spaces": lambda: _body("<p>a" + " " * 5_000_000 + "b</p>"),
    "long_line_of_commas": lambda: _body("<p>" + ", " * 2_000_000 + "</p>"),
    "long_plain_text": lambda: b"J-1 " * 1_500_000,
    "many_short_sentences": lambda: _body("<p>" + "We sponsor J-1. " * 300_000 + "</p>"),
    "many_paragraphs": lambda: _body("<p>We sponsor J-1 visas for PGY-1.</p>" * 150_000),
    "many_questions": lambda: _body("<h3>Do you sponsor J-1 visas?</h3><p>Yes.</p>" * 80_000),
    "many_headings": lambda: _body("".join(f"<h{1 + n % 6}>Visa {n}</h{1 + n % 6}><p>H-1B: no</p>" for n in range(50_000))),
    "many_leads": lambda: _body("<p>We sponsor the following visas:</p><ul><li>J-1</li><li>H-1B</li></ul>" * 30_000),
    "long_headings": lambda: _body(("<h2>" + "Visa sponsorship " * 1_000 + "</h2><p>J-1</p>") * 200),
    "one_long_heading": lambda: _body("<h2>" + "visa J-1 " * 100_000 + "</h2>" + "<p>H-1B is not sponsored.</p>" * 3_000),
    "million_less_than": lambda: _body("<" * 1_000_000),
    "less_than_letters": lambda: _body("<a" * 1_000_000),
    "million_greater_than": lambda: _body(">" * 1_000_000),
    "close_tags": lambda: _body("</p>" * 500_000),
    "open_close": lambda: _body("<p></p>" * 300_000),
    "line_breaks": lambda: _body("<p>" + "J-1<br>" * 300_000),
    "unclosed_comment": lambda: _body("<!-- " + "J-1 visas are sponsored. " * 100_000),
    "many_comments": lambda: _body("<!--a-->" * 500_000),
    "comment_openers": lambda: _body("<!--" * 1_000_000),
    "unclosed_script": lambda: _body("<script>" + "J-1 visas are sponsored. " * 100_000),
    "script_openers": lambda: b"<script " * 500_000,
    "scripts_unclosed": lambda: b"<script>" * 500_000,
    "scripts_unclosed_long": lambda: (b"<script type=application/ld+json>" + b"a" * 60) * 50_000,
    "meta_openers": lambda: b"<meta " * 900_000,
    "unclosed_title": lambda: b"<title>" + b"clinical informatics fellowship visa " * 200_000,
    "long_title": lambda: b"<title>" + b"clinical informatics fellowship visa " * 100_000 + b"</title>" + _body(""),
    "nuls": lambda: _body("\x00" * 2_000_000),
    "nul_sentence": lambda: "\x00".join("We sponsor J-1 visas.").encode() * 1_000,
    "utf16_with_mark": lambda: b"\xff\xfe" + (_HEAD + _OPENING + "<p>We sponsor J-1 visas.</p>").encode("utf-16-le"),
    "utf16_without_mark": lambda: (_HEAD + _OPENING + "<p>We sponsor J-1 visas.</p>").encode("utf-16-be"),
    "utf16_lone_surrogates": lambda: b"\xff\xfe" + b"\x00\xd8" * 500_000,
    "utf16_odd": lambda: b"\xfe\xff" + b"\x00" * 99_999,
    "utf7_declared": lambda: b'<meta charset="utf-7">' + _body("<p>+ADw-script+AD4-</p>"),
    "unknown_charset": lambda: b'<meta charset="x-no-such">' + _body("<p>caf\u00e9</p>").decode().encode("cp1252"),
    "charset_idna": lambda: b'<meta charset="idna">' + b"\xff" + _body("<p>a</p>"),
    "charset_hex": lambda: b'<meta charset="hex">' + b"\xff" + _body("<p>a</p>"),
    "charset_replacement": lambda: b'<meta charset="iso-2022-kr">' + b"\xff" + _body("<p>a</p>"),
    "charset_jp": lambda: b'<meta charset="iso-2022-jp">' + b"\xff\x1b$B" * 300_000,
    "charset_gb18030": lambda: b'<meta charset="gb18030">' + b"\x81\x30\x81\x30" * 500_000,
    "charset_user_defined": lambda: b'<meta charset="x-user-defined">' + b"\xff" + _body("<p>a</p>"),
    "invalid_utf8": lambda: b"\x80\xff\xc3" * 1_500_000,
    "mojibake": lambda: _body("<p>" + "We donâ€™t sponsor Ã©Â visas. " * 30_000 + "</p>"),
    "mojibake_one_line": lambda: _body("<p>" + "Ã¢â‚¬â„¢" * 200_000 + "</p>"),
    "mojibake_lines": lambda: _body("<p>" + "Ã¢â‚¬â„¢\n" * 200_000 + "</p>"),
    "combining_marks": lambda: _body("<p>J" + "\u0301" * 1_000_000 + "-1</p>"),
    "zero_width": lambda: _body("<p>J" + "\u200b" * 2_000_000 + "-1</p>"),
    "right_to_left": lambda: _body("<p>" + "\u202e1-J sasiv rosnops eW" * 20_000 + "</p>"),
    "astral": lambda: _body("<p>" + "\U0001d4d9-1 visas " * 100_000 + "</p>"),
    "capital_dotted_i": lambda: _body("<p>" + "\u0130mg visa J-1 are sponsored. " * 5_000 + "</p>"),
    "digits": lambda: _body("<p>We ask for a Step 2 score of " + "9" * 200_000 + " and \u0662\u0663\u0660 and \u00b2\u00b2\u00b2 within \u0665 years of graduation, \u00b2 attempts</p>" * 5),
    "digits_alone": lambda: _body("<p>Step 2 minimum " + "230 " * 50_000 + "</p>"),
    "years": lambda: _body("<p>Graduated within " + "5 years or " * 20_000 + "</p>"),
    "recursive_json_ld": lambda: b"<script type='application/ld+json'>" + b'{"a":[' * 100_000 + b"1" + b"]}" * 100_000 + b"</script>",
    "deep_json_ld": lambda: b"<script type='application/ld+json'>" + b"[" * 900 + b'"We sponsor J-1 visas."' + b"]" * 900 + b"</script>",
    "wide_json_ld": lambda: b"<script type='application/ld+json'>[" + b",".join([b'"We sponsor J-1 visas for all of them."'] * 100_000) + b"]</script>",
    "json_numbers": lambda: b"<script type='application/ld+json'>[" + b"9" * 1_000_000 + b"]</script>",
    "json_markup": lambda: b'<script type="application/json">{"body":"' + b"<div>" * 100_000 + b'"}</script>',
    "json_odd_question": lambda: b'<script type="application/ld+json">{"@type":"Question","name":null,"acceptedAnswer":[1]}</script>',
    "state_assigned": lambda: b"<script>window.__STATE__ = {" + b"}" * 500_000 + b"</script>",
    "state_spaces": lambda: b"<script>" + b" " * 500_000 + b"</script>",
    "state_scripts": lambda: b"<script>__A__={}</script>" * 100_000,
    "not_found_spaces": lambda: b"<title>the page you " + b"a " * 100_000 + b"</title>",
    "list_items": lambda: _body("<ul>" + "<li>J-1" * 200_000 + "</ul>"),
    "list_items_linked": lambda: _body("<ul>" + '<li><a href="/a">J-1 visa</a>' * 100_000 + "</ul>"),
    "linked_long_words": lambda: _body("<p>" + '<a href="/a.pdf">J-1</a> ' * 100_000 + "</p>"),
    "definition_list": lambda: _body("<dl>" + "<dt>Visas?</dt><dd>J-1</dd>" * 100_000 + "</dl>"),
    "j1_fifty_thousand": _sentence_with("J-1 ", 50_000),
    "h1b_fifty_thousand": _sentence_with("H-1B, ", 50_000),
    "h1b_or_j1": _sentence_with("H-1B or J-1 and ", 5_000),
    "controls": lambda: _body('<a aria-controls="x y z">' * 30_000 + '<div id="x" hidden>J-1</div>' * 30_000),
    "svg": lambda: _body("<svg>" + "<g>" * 50_000),
    "math": lambda: _body("<math>" + "<mi>" * 50_000),
    "templates": lambda: _body("<template>" * 20_000),
    "selects": lambda: _body("<select>" * 50_000),
    "forms": lambda: _body("<form>" * 100_000 + "<input type=password>" * 100_000),
    "frameset": lambda: b"<frameset>" + b"<frame>" * 100_000,
    "plaintext": lambda: _body("<plaintext>" + "J-1 visas " * 200_000),
    "processing_instructions": lambda: _body("<?php " * 100_000),
    "cdata": lambda: _body("<![CDATA[" * 100_000),
    "doctype": lambda: b"<!DOCTYPE " + b"a" * 1_000_000,
    "body_twice": lambda: _body("<body>" * 100_000),
    "strong_soup": lambda: _body("<b><i><u>" * 2_000 + "</b></i></u>" * 2_000 + "x"),
    "formatting_reopened": lambda: _body("".join(f'<b id="{n}">' for n in range(1_000)) + "<p>J-1</p>" * 1_000),
    "fonts_reopened": lambda: _body("<p>" + "".join(f"<font size={n}>" for n in range(500)) + "<p>J-1" * 500),
}  # fmt: skip
"""Pages that are built to cost time or memory."""

SUBJECTS: Final = (
    "J-1", "H-1B", "visa", "visas", "sponsor", "not", "no", "international medical graduates", "foreign", "graduates of", "ECFMG", "certified", "must", "years", "5", "since graduation",
    "US clinical experience", "experience in the", "Step 2", "230", "score", "attempts", "two", "failed", "only", "if", "or", "and", "citizens", "permanent resident", "other", "except",
    "clinical informatics", "Epic", "electronic health record", "quality improvement", "telehealth", "of our", "residents", "percent", "may be considered", "we", "trained in the", "a", "training in a",
    "schools from an accredited", "authorized to work", "without", "committee", "minimum", "required", "graduated", "who have", "the", "Ada Birch, MD", "University of", "PGY-1",
)  # fmt: skip
_JOINTS: Final = (" ", ", ", ", and ", " or ", "-", "/", " - ", " (", ") ", ": ", "; ", " but ")


def sentence(rng: random.Random, words: int) -> str:
    """A sentence without sense, of the words that the rules look for: what makes a rule backtrack."""
    if rng.random() < 0.5:
        few = rng.sample(SUBJECTS, rng.randint(1, 4))
        joint = rng.choice(_JOINTS)
        return joint.join(rng.choice(few) for _ in range(words))
    return "".join(rng.choice(SUBJECTS) + rng.choice(_JOINTS) for _ in range(words))


def _cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _shuffled(rng: random.Random, content: bytes) -> bytes:
    parts = [b"<" + part for part in content.split(b"<")]
    rng.shuffle(parts)
    return b"".join(parts)


def _noise(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 20, 500)) if changed else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _inserted(rng: random.Random, content: bytes) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + rng.randbytes(rng.choice((1, 10, 2_000))) + content[place:]


def _repeated(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) + 1)
    piece = content[start : start + rng.choice((5, 60, 700))]
    return content[:start] + piece * rng.choice((2, 30, 400)) + content[start:]


def _dropped(rng: random.Random, content: bytes) -> bytes:
    victim = rng.choice((b">", b"</", b'"', b"--", b"<", b" ", b"</p>", b"</div>"))
    return content.replace(victim, b"", rng.choice((1, 10, -1)))


def _nested(rng: random.Random, content: bytes) -> bytes:
    tag = rng.choice((b"div", b"span", b"b", b"ul", b"table", b"li", b"a", b"section", b"header", b"em"))
    place = rng.randrange(len(content) + 1)
    return content[:place] + (b"<" + tag + b">") * rng.choice((10, 300, 3_000)) + content[place:]


def _worded(rng: random.Random, content: bytes) -> bytes:
    place = content.rfind(b"</p>", 0, rng.randrange(len(content) + 1))
    return content[: max(place, 0)] + b"<p>" + sentence(rng, rng.choice((10, 80, 600))).encode() + b"." + content[max(place, 0) :]


def _recoded(rng: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "cp037", "shift_jis", "utf-8-sig", "utf-7"))
    return text.encode(encoding, "replace")


def _twice_encoded(rng: random.Random, content: bytes) -> bytes:
    return content.decode("cp1252", "replace").encode("utf-8")


def _declared(rng: random.Random, content: bytes) -> bytes:
    charset = rng.choice(
        (b"utf-16", b"utf-7", b"gbk", b"iso-2022-jp", b"x-user-defined", b"nonsense", b"replacement", b"windows-1251")
    )
    return b'<meta charset="' + charset + b'">' + content


def _entities(rng: random.Random, content: bytes) -> bytes:
    victim = rng.choice((b"e", b" ", b"-", b"1"))
    return content.replace(victim, b"&#%d;" % victim[0])


def _nul(rng: random.Random, content: bytes) -> bytes:
    return content.replace(rng.choice((b"a", b" ", b"<")), b"\x00", rng.choice((1, 100, -1)))


MUTATIONS: Final[tuple[Callable[[random.Random, bytes], bytes], ...]] = (
    _cut, _shuffled, _noise, _inserted, _repeated, _dropped, _nested, _worded, _worded, _recoded, _twice_encoded, _declared, _entities, _nul,
)  # fmt: skip
_LARGEST: Final = 2_000_000


def mutated(pages: Sequence[bytes], seed: int) -> tuple[str, bytes]:
    """One page with one to four mutations, always the same for a seed, and the names of the mutations."""
    rng = random.Random(seed)
    content = rng.choice(pages)
    chosen = [rng.choice(MUTATIONS) for _ in range(rng.randint(1, 4))]
    for mutation in chosen:
        content = mutation(rng, content)[:_LARGEST]
    return "+".join(mutation.__name__.strip("_") for mutation in chosen), content


def long_sentences(seed: int, times: int, words: int) -> Iterator[str]:
    """Pages of one very long sentence each."""
    rng = random.Random(seed)
    for _ in range(times):
        yield page(f"<p>{sentence(rng, words)}.</p>")
