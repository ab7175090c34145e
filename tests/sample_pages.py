"""The sample's program pages: invented statements in the manner of program sites, said to be invented on each page."""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body>
<header><a href="/">Demonstration site</a>
<nav><ul><li><a href="/a">Programs</a></li><li><a href="/b">Patients</a></li></ul></nav></header>
<main><h1>{title}</h1>
<p>This page was invented for a demonstration. It says nothing about a real program.</p>
{body}
</main>
<aside><h2>In the news</h2><p>Lot H-1 is closed; outreach clinics list J-1 waiver jobs.</p></aside>
<footer><p>Pay your bill by Visa.</p></footer>
</body></html>
"""

_J1_ONLY = """<h2>International medical graduates</h2>
<p>Graduates of medical schools abroad are welcome to apply and must hold an ECFMG certificate by the rank list deadline.</p>
<p>The only visa under which our residents train is the J-1, with ECFMG as its sponsor; H-1B petitions are not filed.</p>
<ul><li>Graduation from medical school within the last five years</li><li>USMLE Steps 1 and 2 CK passed at the first attempt</li>
<li>Step 2 CK: at least 225</li></ul>
<h2>Learning with data</h2>
<p>Every resident carries a quality improvement project from first measurement to report, and charts in Epic from day one.</p>
"""

_BOTH = """<h2>Questions and answers</h2>
<h3>Do you accept applications from graduates of foreign schools?</h3><p>Yes, about half of the files we read come from them.</p>
<h3>Do you sponsor visas?</h3>
<p>J-1 visas are supported for everybody who matches here.
The H-1B is possible for those whose Step 3 result has reached us by March 1.</p>
<h3>Is US clinical experience required?</h3><p>No, though two months of it are an advantage.</p>
"""

_SILENT = """<h2>A year in family medicine</h2>
<p>Interns begin on the wards and spend a day each week in the clinic. In the second year they choose among a dozen electives,
from sports medicine to a month in clinical informatics with the hospital's order-set team.</p>
<h2>Our residents</h2>
<table><thead><tr><th>Class</th><th>From US MD schools</th><th>From US DO schools</th></tr></thead>
<tbody><tr><td>PGY-1</td><td>six</td><td>two</td></tr></tbody></table>
"""

_LOGIN = """<h2>House staff portal</h2><p>Please sign in with your network account.</p>
<form><label>User name <input name="u"></label> <label>Password <input type="password" name="p"></label></form>
"""


def sample_pages() -> dict[str, bytes]:
    """Pages by file name; each name begins with the ACGME id of its program."""
    return {
        "1404121504_applicants.html": _page("Applying to the residency", _J1_ONLY),
        "1204121284_faq.html": _page("Frequently asked questions", _BOTH),
        "4404100399_curriculum.html": _page("Curriculum", _SILENT),
        "0404132141_portal.html": _page("Sign in", _LOGIN).replace(
            b"<p>This page was invented for a demonstration. It says nothing about a real program.</p>\n",
            b"<!-- invented for a demonstration -->\n",
        ),
    }


def _page(title: str, body: str) -> bytes:
    return _PAGE.format(title=title, body=body).encode()
