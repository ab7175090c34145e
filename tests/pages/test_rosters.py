"""Rosters: what is counted on written pages, and what never is."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from flows.pages.decoding import decode_page
from flows.pages.markup import read_markup
from flows.pages.rosters import RosterRow, read_rosters

PAGES = Path(__file__).parent / "rosters"
LABELS = [json.loads(line) for line in (PAGES / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
COUNTS = ("n", "us_md", "us_do", "img", "unknown")


def rows_of(html: str) -> list[RosterRow]:
    return read_rosters(read_markup(html)) or []


def totals(html: str) -> tuple[int, ...]:
    rows = rows_of(html)
    return tuple(sum(getattr(row, count) for row in rows) for count in COUNTS)


def page(*parts: str) -> str:
    return f"<html><head><title>Hospital</title></head><body><main>{''.join(parts)}</main></body></html>"


@pytest.mark.parametrize("label", [pytest.param(label, id=f"{label['file']} {label['about'][:60]}") for label in LABELS])
def test_counts_on_written_pages(label: dict[str, Any]) -> None:
    rows = read_rosters(read_markup(decode_page((PAGES / label["file"]).read_bytes()).text)) or []
    found = {count: sum(getattr(row, count) for row in rows) for count in COUNTS}
    assert found == {count: sum(row[count] for row in label["roster"]) for count in COUNTS}


@pytest.mark.parametrize("label", [pytest.param(label, id=label["file"]) for label in LABELS if label["roster"]])
def test_counts_by_class_on_written_pages(label: dict[str, Any]) -> None:
    rows = read_rosters(read_markup(decode_page((PAGES / label["file"]).read_bytes()).text)) or []
    found = sorted(tuple(getattr(row, count) for count in COUNTS) for row in rows)
    assert found == sorted(tuple(row[count] for count in COUNTS) for row in label["roster"])


LAYOUTS = [
    pytest.param(
        "<h1>Pulmonary Fellows</h1><h3>First-Year</h3><p>Fellow A1<br>Medical school: Dow "
        "University<br>Residency: Rush University</p><p>Fellow A2<br>Medical school: Tulane<br>Residency: "
        "Emory</p><h3>Second-Year</h3><p>Fellow B1<br>Medical school: LECOM<br>Residency: Tulane</p>",
        (3, 1, 1, 1, 0),
        id="fellows labels br",
    ),
    pytest.param(
        "<h1>Fellows</h1><h2>Incoming Fellows</h2><p>Fellow A, MD – Tulane</p><h2>Current "
        "Fellows</h2><p>Fellow B, DO – LECOM</p><p>Fellow C, MBBS – Dow</p>",
        (3, 1, 1, 1, 0),
        id="incoming fellows+current",
    ),
    pytest.param(
        "<h1>Our residents</h1><p><strong>PGY-1</strong><br>A. B., MBBS<br>C. D., DO<br>E. F., "
        "MD</p><p><strong>PGY-2</strong><br>G. H., MBBS<br>I. J., DO</p>",
        (5, 0, 2, 2, 1),
        id="degree br one para",
    ),
    pytest.param(
        "<h1>Our residents</h1><p>PGY-1: Resident A1, MD; Resident A2, DO; Resident A3, MBBS</p><p>PGY-2: "
        "Resident B1, MD; Resident B2, DO</p>",
        (5, 0, 2, 1, 2),
        id="degree commas",
    ),
    pytest.param(
        "<h1>Our Residents</h1><ul><li>PGY-1: 4 MD, 2 DO, 6 IMG</li><li>PGY-2: 3 MD, 3 DO, 6 IMG</li></ul>",
        (24, 7, 5, 12, 0),
        id="aggregate per class li",
    ),
    pytest.param(
        "<h1>Our Interns</h1><table><tr><th>Medical school</th><th>Interns</th></tr><tr><td>Ross "
        "University</td><td>3</td></tr><tr><td>LECOM</td><td>2</td></tr></table>",
        (5, 0, 2, 3, 0),
        id="aggregate table schools",
    ),
    pytest.param(
        "<h1>Class of 2028</h1><p>Medical schools of the new class:</p><ul><li>Ross University – "
        "3</li><li>LECOM – 2</li><li>Tulane</li></ul>",
        (6, 1, 2, 3, 0),
        id="li school dash n",
    ),
    pytest.param(
        "<h1>Family Medicine Residency</h1><h2>About</h2><p>We train.</p><h2>Meet our "
        'residents</h2><div><h3>Maria Lopez, MD</h3><p>"I love this place."</p></div><p><a href=r>All '
        "residents</a></p>",
        (0, 0, 0, 0, 0),
        id="spotlight cards teaser",
    ),
    pytest.param(
        "<h1>Residents</h1><button aria-controls=a>PGY-1</button><div id=a hidden><div><h4>Resident A1, "
        "MD</h4><p>Tulane</p></div><div><h4>Resident A2, DO</h4><p>LECOM</p></div></div>",
        (2, 1, 1, 0, 0),
        id="accordion buttons people",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><h3>Resident A1</h3><dl><dt>Medical School</dt><dd>Ross "
        "University</dd><dt>Undergraduate</dt><dd>Tulane University</dd></dl><h3>Resident "
        "A2</h3><dl><dt>Medical School</dt><dd>LECOM</dd><dt>Undergraduate</dt><dd>Yale</dd></dl>",
        (2, 0, 1, 1, 0),
        id="dl label",
    ),
    pytest.param(
        "<h1>A Day in the Life of a PGY-3</h1><p>Resident C. graduated from Tulane University and wakes at six.</p>",
        (1, 1, 0, 0, 0),
        id="day with school only",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><div><h3>Maria L.</h3><p>Ross University</p></div><div><h3>Ann "
        "B.</h3><p>LECOM</p></div>",
        (2, 0, 1, 1, 0),
        id="first name cards",
    ),
    pytest.param(
        "<h1>Our residents</h1><p>Our residents have come from: Ross, Tulane, LECOM and many more.</p>",
        (0, 0, 0, 0, 0),
        id="list of schools comma only",
    ),
    pytest.param(
        "<h1>Meet Our Residents</h1><h2>PGY-1</h2><div class=row><div class=col><img><h3>Maria "
        "Lopez</h3><p>Tulane University</p><p>New Orleans, Louisiana</p></div><div class=col><h3>John "
        "O’Neil</h3><p>Dow Medical College</p><p>New Delhi</p></div></div>",
        (2, 1, 0, 1, 0),
        id="real names cards no degree h3",
    ),
    pytest.param(
        "<h1>Current Residents</h1><h2>Interns</h2><div class=c><p><strong>Maria Lopez, "
        "MD</strong></p><p>Medical School: Tulane</p><p>Undergrad: LSU</p></div><div class=c><p><strong>Bo "
        "Li, DO</strong></p><p>Medical School: KCU</p></div>",
        (2, 1, 1, 0, 0),
        id="cards p strong",
    ),
    pytest.param(
        "<h1>Our Fellows</h1><h2>First Year Fellows</h2><h3>Maria Lopez, MD</h3><p><strong>Medical "
        "School</strong><br>Ross University</p><p><strong>Residency</strong><br>Tulane University</p><h3>Ann "
        "Bo, MD</h3><p><strong>Medical School</strong></p><p>University of "
        "Iowa</p><p><strong>Residency</strong></p><p>Emory University</p>",
        (2, 1, 0, 1, 0),
        id="label headings",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-2</h2><p><b>Maria Lopez, MD</b><br>Ross University<br>Tampa, "
        "FL</p><p><b>Ann Bo, DO</b><br>LECOM<br>Erie, PA</p><p><b>Sam Wu</b><br>Emory University<br>Macon, "
        "GA</p>",
        (3, 1, 1, 1, 0),
        id="bold br paragraphs",
    ),
    pytest.param(
        "<h1>House Staff</h1><h3>PGY-1</h3><ul><li>Maria Lopez (Ross University)</li><li>Ann Bo "
        "(LECOM)</li><li>Sam Wu (Emory)</li></ul><h3>Curriculum</h3><ul><li>Wards – 4 weeks</li><li>Emergency"
        " Medicine (Tulane) – 2 weeks</li></ul>",
        (3, 1, 1, 1, 0),
        id="ul name paren",
    ),
    pytest.param(
        "<h1>Residents</h1><h3>Class of 2027</h3><ul><li>Maria Lopez, Ross University School of "
        "Medicine</li><li>Ann Bo, Lake Erie College of Osteopathic Medicine</li><li>Sam Wu, Emory University "
        "School of Medicine</li></ul>",
        (3, 1, 1, 1, 0),
        id="comma school",
    ),
    pytest.param(
        "<h1>Residents</h1><h3>PGY-3</h3><ul><li><div><img></div><p>Maria Lopez, MD</p><p>Ross "
        "University</p><p>Interests: cooking</p></li><li><p>Ann Bo, DO</p><p>LECOM</p><p>Interests: "
        "dogs</p></li></ul>",
        (2, 0, 1, 1, 0),
        id="li with inner p",
    ),
    pytest.param(
        "<h1>Residents</h1><h3>PGY-1</h3><table><tr><td>Maria Lopez, MD</td><td>Ross "
        "University</td></tr><tr><td>Ann Bo, DO</td><td>LECOM</td></tr></table>",
        (2, 0, 1, 1, 0),
        id="table no header",
    ),
    pytest.param(
        "<h1>Current Residents</h1><table><tr><th>Name</th><th>Medical School</th></tr><tr><td "
        "colspan=2>PGY-1</td></tr><tr><td>Maria Lopez</td><td>Ross University</td></tr><tr><td "
        "colspan=2>PGY-2</td></tr><tr><td>Ann Bo</td><td>LECOM</td></tr></table>",
        (2, 0, 1, 1, 0),
        id="table class rows",
    ),
    pytest.param(
        "<h1>Our residents</h1><table><tr><td>Resident</td><td>Level</td><td>Medical "
        "School</td><td>Hometown</td></tr><tr><td>Maria Lopez</td><td>PGY1</td><td>Ross "
        "University</td><td>Miami</td></tr><tr><td>Ann "
        "Bo</td><td>PGY2</td><td>LECOM</td><td>Erie</td></tr></table>",
        (2, 0, 1, 1, 0),
        id="table td header",
    ),
    pytest.param(
        "<h1>Our residents</h1><h2>PGY-1</h2><table><tr><td><img><br>Maria Lopez, MD<br>Ross "
        "University</td><td>Ann Bo, DO<br>LECOM</td></tr><tr><td>Sam Wu, "
        "MD<br>Emory</td><td></td></tr></table>",
        (3, 1, 1, 1, 0),
        id="grid cells",
    ),
    pytest.param(
        "<h1>Residents</h1><dl><dt>PGY-1</dt><dd>Maria Lopez, Ross University</dd><dd>Ann Bo, "
        "LECOM</dd><dt>PGY-2</dt><dd>Sam Wu, Emory University</dd></dl>",
        (3, 1, 1, 1, 0),
        id="dl per class",
    ),
    pytest.param(
        "<h1>Our Residents</h1><p><b>PGY-1:</b> Maria Lopez (Ross University), Ann Bo (LECOM), Sam Wu "
        "(Emory)</p><p><b>PGY-2:</b> Tom Li (Tulane); Joe Ray (Dow Medical College)</p>",
        (5, 2, 1, 2, 0),
        id="inline class para",
    ),
    pytest.param(
        "<h1>Current Residents</h1><h2>PGY-1</h2><ul><li>Maria Lopez</li><li>Ann Bo</li><li>Sam "
        "Wu</li></ul><h2>PGY-2</h2><ul><li>Tom Hill</li><li>Wayne Howard</li></ul>",
        (5, 0, 0, 0, 5),
        id="names only",
    ),
    pytest.param(
        "<h1>Current Residents</h1><h2>PGY-1</h2><p>Maria Lopez, MD</p><p>Ross University</p><p>Ann Bo, DO</p><p>LECOM</p>",
        (2, 0, 1, 1, 0),
        id="names flat p",
    ),
    pytest.param(
        "<h1>Current Residents</h1><h2>PGY-1</h2><p>Maria Lopez</p><p>Ross University</p><p>Ann Bo</p><p>Lake"
        " Erie College of Osteopathic Medicine</p>",
        (2, 0, 1, 1, 0),
        id="names flat p nodegree",
    ),
    pytest.param(
        "<h1>Current Residents</h1><div><h4>Maria Lopez, MD</h4><p>PGY-1</p><p>Ross "
        "University</p></div><div><h4>Ann Bo, DO</h4><p>PGY-2</p><p>LECOM</p></div><div><h4>Sam Wu, "
        "MD</h4><p>PGY-1</p><p>Emory University</p></div>",
        (3, 1, 1, 1, 0),
        id="class on card",
    ),
    pytest.param(
        "<h1>Meet Our Residents</h1><h2>Second Year</h2><h3>Maria Lopez, MD</h3><p>Maria grew up in Miami, "
        "where she studied biology at the University of Miami. She then moved to Dominica for medical school "
        "at Ross University. She loves dogs and the Florida Gators.</p><h3>Ann Bo, DO</h3><p>Ann is from Erie"
        " and graduated from LECOM. She plans a fellowship at Tulane.</p>",
        (2, 0, 1, 1, 0),
        id="bios with heading",
    ),
    pytest.param(
        "<h1>Meet Our Residents</h1><h2>Second Year</h2><p>Maria Lopez grew up in Miami, where she studied "
        "biology at the University of Miami. She moved to Dominica for medical school at Ross "
        "University.</p><p>Dr. Ann Bo is from Erie and graduated from the Lake Erie College of Osteopathic "
        "Medicine. She plans a fellowship at Tulane.</p><p>Sam Wu received his medical degree from Emory "
        "University after completing his undergraduate degree at Georgia Tech.</p>",
        (3, 1, 1, 1, 0),
        id="bios no heading",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><p>Maria Lopez, MD - Ross University</p><p>Ann Bo, DO - "
        "LECOM</p><h2>Alumni</h2><h2>Class of 2024</h2><p>Joe Ray, MD - Tulane</p><p>Ed Fox, MD - Emory</p>",
        (2, 0, 1, 1, 0),
        id="alumni same level",
    ),
    pytest.param(
        "<h1>Our People</h1><h2>Program Leadership</h2><h3>Jim Dean, MD</h3><p>Program Director</p><p>Medical"
        " School: Tulane</p><h2>Residents</h2><h3>Maria Lopez, MD</h3><p>Medical School: Ross</p><h3>Ann Bo, "
        "DO</h3><p>Medical School: LECOM</p>",
        (2, 0, 1, 1, 0),
        id="faculty first",
    ),
    pytest.param(
        "<h1>Welcome our new interns!</h1><p>Congratulations to the incoming class of 2029:</p><ul><li>Maria "
        "Lopez – Ross University</li><li>Ann Bo – LECOM</li><li>Sam Wu – Emory</li></ul>",
        (3, 1, 1, 1, 0),
        id="match congrat",
    ),
    pytest.param(
        "<h1>Residency at a Glance</h1><h2>Our residents</h2><p>Our 30 residents include 12 graduates of US "
        "MD schools, 8 DOs and 10 international medical graduates.</p>",
        (30, 12, 8, 10, 0),
        id="sentence tally",
    ),
    pytest.param(
        "<h1>Who We Are</h1><h2>Current Residents</h2><ul><li>US MD: 12</li><li>US DO: 8</li><li>IMG: 10</li></ul>",
        (30, 12, 8, 10, 0),
        id="list tally",
    ),
    pytest.param(
        "<h1>Current Residents</h1><ul><li>12 US MD</li><li>8 DO</li><li>10 IMGs</li></ul>",
        (30, 12, 8, 10, 0),
        id="list tally2",
    ),
    pytest.param(
        "<h1>Faculty</h1><h3>Jim Dean, MD</h3><p>Medical School: Tulane</p><h3>Ann Bo, MD</h3><p>Medical School: Ross</p>",
        (0, 0, 0, 0, 0),
        id="faculty page",
    ),
    pytest.param(
        "<h1>Curriculum</h1><h2>PGY-1</h2><ul><li>Night Float – 4 weeks</li><li>Internal Medicine Wards "
        "(University Hospital)</li><li>Cardiac Care "
        "Unit</li></ul><h2>PGY-2</h2><table><tr><th>Rotation</th><th>Weeks</th></tr><tr><td>Emergency "
        "Medicine</td><td>4</td></tr><tr><td>Palo Alto Clinic</td><td>4</td></tr></table>",
        (0, 0, 0, 0, 0),
        id="curr page",
    ),
    pytest.param(
        "<h1>Our Residents</h1><p>Our residents come from Ross University, Tulane and Emory, and from 12 "
        'countries.</p><h3>What our residents say</h3><p>"I love it here" – Maria Lopez, MD</p>',
        (0, 0, 0, 0, 0),
        id="teaser",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>Chief Residents</h2><p>Maria Lopez, MD</p><p>Ann Bo, "
        "DO</p><h2>PGY-3</h2><p>Maria Lopez, MD – Ross University</p><p>Ann Bo, DO – LECOM</p><p>Sam Wu, MD –"
        " Emory</p>",
        (3, 1, 1, 1, 0),
        id="chiefs with bios",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>Chief Residents</h2><p>Maria Lopez, MD – Ross "
        "University</p><h2>PGY-3</h2><p>Ann Bo, DO – LECOM</p><p>Sam Wu, MD – Emory</p>",
        (3, 1, 1, 1, 0),
        id="chiefs pgy4 not in classes",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-3</h2><p>Lopez, Maria, MD – Ross University</p><p>Bo, Ann, DO – LECOM</p>",
        (2, 0, 1, 1, 0),
        id="last first",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-3</h2><h4>MARIA LOPEZ, MD</h4><p>ROSS UNIVERSITY SCHOOL OF "
        "MEDICINE</p><h4>ANN BO, DO</h4><p>LECOM</p>",
        (2, 0, 1, 1, 0),
        id="allcaps",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>R1</h2><figure><img><figcaption>Maria Lopez, MD<br>Ross "
        "University</figcaption></figure><figure><figcaption>Ann Bo, DO<br>LECOM</figcaption></figure>",
        (2, 0, 1, 1, 0),
        id="figure",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><div><h3>Maria Lopez</h3><p>BS, University of Florida</p><p>MD, Ross"
        " University</p></div><div><h3>Ann Bo</h3><p>B.A., Yale University</p><p>D.O., Kansas City "
        "University</p></div>",
        (2, 0, 1, 1, 0),
        id="education two lines",
    ),
    pytest.param(
        "<h1>Meet the Residents</h1><ul role=tablist><li><a role=tab href=#a>PGY-1</a></li><li><a role=tab "
        "href=#b>PGY-2</a></li></ul><div id=a role=tabpanel><h4>Maria Lopez</h4><p>Ross "
        'University</p></div><div id=b role=tabpanel style="display:none"><h4>Ann Bo</h4><p>LECOM</p></div>',
        (2, 0, 1, 1, 0),
        id="tabs",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><p>We are proud of our outstanding intern class, who hail from all "
        "over the country and the world.</p><div><div><p>Maria Lopez, MD</p><p>Ross "
        "University</p></div><div><p>Ann Bo, MD</p><p>Emory</p></div></div>",
        (2, 1, 0, 1, 0),
        id="intro paragraph",
    ),
    pytest.param(
        "<h1>Neurology residents</h1><table><tr><th>Year</th><th>Name</th><th>School</th></tr><tr><td "
        "rowspan=2>PGY-2</td><td>Maria Lopez</td><td>Ross University</td></tr><tr><td>Ann "
        "Bo</td><td>LECOM</td></tr></table>",
        (2, 0, 1, 1, 0),
        id="year col first",
    ),
    pytest.param(
        "<h1>A Day in the Life of a PGY-2: Maria Lopez</h1><p>I went to the University of Miami and then to "
        "Ross University for medical school. I wake at six.</p>",
        (1, 0, 0, 1, 0),
        id="day",
    ),
    pytest.param(
        "<h1>Resident Spotlight</h1><h2>Maria Lopez, MD, PGY-3</h2><p>Medical school: Ross University</p><p>Hometown: Miami</p>",
        (1, 0, 0, 1, 0),
        id="spotlight",
    ),
    pytest.param(
        "<h1>Our interns</h1><h2>Interns by hometown</h2><ul><li>India (4)</li><li>Nepal (3)</li></ul>",
        (0, 0, 0, 0, 0),
        id="hometown",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1 Residents (Class of 2028)</h2><h3>Maria Lopez, MD</h3><p>Ross "
        "University</p><h3>Ann Bo, DO</h3><p>LECOM</p><h2>PGY-2 Residents (Class of 2027)</h2><h3>Sam Wu, "
        "MD</h3><p>Emory University</p>",
        (3, 1, 1, 1, 0),
        id="combined h2",
    ),
    pytest.param(
        "<h1>Cardiology Fellowship: Current "
        "Fellows</h1><table><tr><th>Fellow</th><th>Residency</th><th>Medical School</th></tr><tr><td>Maria "
        "Lopez</td><td>Tulane</td><td>Ross</td></tr><tr><td>Ann "
        "Bo</td><td>Emory</td><td>AIIMS</td></tr></table><h2>Graduates</h2><table><tr><th>Fellow</th><th>Medical"
        " School</th><th>Year</th></tr><tr><td>Joe Ray</td><td>Tulane</td><td>2020</td></tr></table>",
        (2, 0, 0, 2, 0),
        id="fellow table",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>Interns</h2><p>Maria Lopez, MD · Ross University · Miami, FL</p><p>Ann Bo, DO "
        "· LECOM · Erie, PA</p>",
        (2, 0, 1, 1, 0),
        id="middle dot",
    ),
    pytest.param(
        "<h1>New interns</h1><p>Ten new interns joined us in July: three from Ross University, two from LECOM"
        " and five from Emory University.</p>",
        (10, 5, 2, 3, 0),
        id="from",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><p>Maria Lopez, MD – McGill University</p><p>Ann Bo, MD – University of Toronto</p>",
        (2, 0, 0, 0, 0),
        id="canada",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><table><tr><th>Name</th><th>Degree</th></tr><tr><td>Maria "
        "Lopez</td><td>MBBS</td></tr><tr><td>Ann Bo</td><td>DO</td></tr><tr><td>Al "
        "Fu</td><td>MD</td></tr></table>",
        (3, 0, 1, 1, 1),
        id="degree col",
    ),
    pytest.param(
        "<div><p>Current Residents</p></div><div><p>PGY1</p><p>Maria Lopez, MD</p><p>Ross University School "
        "of Medicine</p><p>Ann Bo, DO</p><p>Lake Erie College of Osteopathic "
        "Medicine</p></div><div><p>PGY2</p><p>Sam Wu, MD</p><p>Emory University School of Medicine</p><p>Ed "
        "Fox, MBBS</p><p>University of Lagos</p></div>",
        (4, 1, 1, 2, 0),
        id="wix text",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><ul><li>AB – Ross University</li><li>CD – LECOM</li><li>EF – Emory University</li></ul>",
        (3, 1, 1, 1, 0),
        id="initials no dots",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><ol><li>Ross University</li><li>LECOM</li><li>Emory University</li></ol>",
        (3, 1, 1, 1, 0),
        id="numbers",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><p>Resident 1: Ross University</p><p>Resident 2: LECOM</p>",
        (2, 0, 1, 1, 0),
        id="resident no. colon",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><ul><li>Ross University – Maria Lopez</li><li>LECOM – Ann Bo</li></ul>",
        (2, 0, 1, 1, 0),
        id="school first",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><div class=tile><a href=x><h4>Maria Lopez, MD</h4></a><span>Ross "
        "University</span></div><div class=tile><a href=y><h4>Ann Bo, DO</h4></a><span>LECOM</span></div>",
        (2, 0, 1, 1, 0),
        id="h4 br p",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><ul><li><a href=1>Maria Lopez, MD</a></li><li><a href=2>Ann Bo, "
        "DO</a></li><li><a href=3>Sam Wu, MBBS</a></li></ul>",
        (3, 0, 1, 1, 1),
        id="linked names",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><div><p><a href=1>Maria Lopez, MD</a></p></div><div><p><a href=2>Ann"
        " Bo, DO</a></p></div><div><p><a href=3>Sam Wu, MBBS</a></p></div>",
        (3, 0, 1, 1, 1),
        id="linked names cards",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><div><div><h4>Maria Lopez</h4><p>Hometown: Tampa, FL<br>Undergrad: "
        "University of Florida<br>Medical School: Ross University<br>Hobbies: tennis</p></div><div><h4>Ann "
        "Bo</h4><p>Hometown: Erie, PA<br>Undergrad: Yale<br>Medical School: LECOM</p></div></div>",
        (2, 0, 1, 1, 0),
        id="hometown first",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-1</h2><p><b>Maria Lopez, MD</b> Hometown: Tampa, FL Undergraduate: Yale "
        "University Medical School: Ross University Interests: dogs</p><p><b>Ann Bo, DO</b> Hometown: Erie, "
        "PA Medical School: LECOM Interests: cats</p>",
        (2, 0, 1, 1, 0),
        id="one p labels",
    ),
    pytest.param(
        "<h1>Pediatrics Residents</h1><h2>2025-2026 Residents</h2><h3>First Year</h3><p>Maria Lopez, MD "
        "(Ross)</p><p>Ann Bo, DO (LECOM)</p><h3>Second Year</h3><p>Sam Wu, MD (Emory)</p>",
        (3, 1, 1, 1, 0),
        id="three classes inline headings year",
    ),
    pytest.param(
        "<h1>Surgery Residents</h1><h2>PGY-1</h2><h3>Categorical</h3><p>Maria Lopez, MD "
        "(Ross)</p><h3>Preliminary</h3><p>Ann Bo, DO (LECOM)</p><h3>Designated Anesthesia</h3><p>Sam Wu, MD "
        "(Emory)</p>",
        (3, 1, 1, 1, 0),
        id="prelim/cat",
    ),
    pytest.param(
        "<h1>Residents</h1><table><tr><th>PGY-1</th><th>Medical School</th></tr><tr><td>Maria "
        "Lopez</td><td>Ross University</td></tr><tr><td>Ann "
        "Bo</td><td>LECOM</td></tr></table><table><tr><th>PGY-2</th><th>Medical School</th></tr><tr><td>Sam "
        "Wu</td><td>Emory</td></tr></table>",
        (3, 1, 1, 1, 0),
        id="table two people cols",
    ),
    pytest.param(
        "<h1>Residents</h1><table><tr><th>Class</th><th>Residents</th></tr><tr><td>PGY-1</td><td>Maria Lopez "
        "(Ross)<br>Ann Bo (LECOM)</td></tr><tr><td>PGY-2</td><td>Sam Wu (Emory)<br>Ed Fox "
        "(Dow)</td></tr></table>",
        (4, 1, 1, 2, 0),
        id="table row classes",
    ),
    pytest.param(
        '<h1>Meet our residents</h1><h2>PGY-2</h2><h3>Maria Lopez, MD</h3><blockquote>"I chose this program '
        'because of its people. The faculty at Emory University are great."</blockquote><p>Medical School: '
        'Ross University</p><h3>Ann Bo, DO</h3><blockquote>"Great!"</blockquote><p>Medical School: LECOM</p>',
        (2, 0, 1, 1, 0),
        id="quotes",
    ),
    pytest.param(
        "<h1>Meet our residents</h1><h2>PGY-2</h2><h3>Maria Lopez, MD</h3><p><b>Where did you go to medical "
        "school?</b> Ross University</p><p><b>Where are you from?</b> Miami</p><h3>Ann Bo, DO</h3><p><b>Where"
        " did you go to medical school?</b> LECOM</p><p><b>Where are you from?</b> Erie</p>",
        (2, 0, 1, 1, 0),
        id="questions",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-2</h2><ul><li>Maria Lopez, M.D. | mlopez@x.example | Ross "
        "University</li><li>Ann Bo, D.O. | abo@x.example | LECOM</li></ul>",
        (2, 0, 1, 1, 0),
        id="with email",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-2</h2><h3>Maria Lopez</h3><p>Hi! I grew up in Ohio and studied at Ohio "
        "State for my undergraduate degree. I went to Ross University for medical school because I love the "
        "sea.</p><h3>Ann Bo</h3><p>I am from Erie. I attended Penn State for college and LECOM for medical "
        "school.</p>",
        (2, 0, 1, 1, 0),
        id="prose I",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY-2</h2><p>Maria Lopez, MD, PhD – Universidad de Chile</p><p>Ann Bo, MD PhD "
        "– Weill Cornell Medicine-Qatar</p><p>J. Q. Public III, MD – Saint Louis University</p>",
        (3, 1, 0, 2, 0),
        id="MD/PhD",
    ),
    pytest.param(
        "<h1>Our residents</h1><h2>PGY-1</h2><ul><li>Maria Lopez (Ross)</li><li>Ann Bo "
        "(LECOM)</li></ul><p><b>Recent graduates</b></p><ul><li>Ed Fox (Tulane), cardiology at "
        "Emory</li><li>Jo Day (Emory), hospitalist</li></ul>",
        (2, 0, 1, 1, 0),
        id="alumni paragraph",
    ),
    pytest.param(
        "<h1>Where are they now?</h1><h2>Class of 2023</h2><ul><li>Ed Fox, MD – Tulane</li><li>Jo Day, MD – Emory</li></ul>",
        (0, 0, 0, 0, 0),
        id="where now",
    ),
    pytest.param(
        "<h1>Our residents</h1><p>Each year we receive 3,000 applications: 900 MD, 800 DO and 1300 IMG. We interview 120.</p>",
        (0, 0, 0, 0, 0),
        id="rank stats",
    ),
    pytest.param(
        "<h1>Our residents</h1><p>40% US MD, 30% DO, 30% IMG</p>",
        (0, 0, 0, 0, 0),
        id="pct",
    ),
    pytest.param(
        "<h1>Welcome the class of 2028</h1><p>Our 12 new interns come from 10 medical schools. Six are "
        "graduates of US MD schools, two are DOs and four are international medical graduates.</p>",
        (12, 6, 2, 4, 0),
        id="interns by class sentences",
    ),
    pytest.param(
        "<h1>Welcome</h1><h2>Meet Our Residents</h2><p>Maria Lopez and Ann Bo lead the wellness "
        "committee.</p><p><a href=x>See all residents</a></p>",
        (0, 0, 0, 0, 0),
        id="teaser names",
    ),
    pytest.param(
        "<h1>Research</h1><h2>Resident Publications</h2><ul><li>Lopez M, Bo A. Sepsis. Emory "
        "University.</li><li>Wu S, Fox E. Asthma. Tulane University.</li></ul>",
        (0, 0, 0, 0, 0),
        id="research list",
    ),
    pytest.param(
        "<h1>Dr. list</h1><h2>PGY-1</h2><ul><li>Dr. Maria Lopez, Ross University</li><li>Dr. Bo, LECOM</li></ul>",
        (2, 0, 1, 1, 0),
        id="honor",
    ),
    pytest.param(
        "<h1>Residents</h1><table><thead><tr><th>Resident</th><th>PGY</th><th>Education</th></tr></thead><tr><td>Maria"
        " Lopez</td><td>1</td><td>BS: University of Florida<br>MD: Ross University</td></tr><tr><td>Ann "
        "Bo</td><td>2</td><td>BA: Yale University<br>DO: LECOM</td></tr></table>",
        (2, 0, 1, 1, 0),
        id="school col Education",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>By the numbers</h2><ul><li>Allopathic (MD) – 5</li><li>Osteopathic (DO) – "
        "4</li><li>International Medical Graduates – 6</li></ul>",
        (15, 5, 4, 6, 0),
        id="us-img",
    ),
    pytest.param(
        "<h1>Residents</h1><h2>PGY‑1</h2><p>Maria Lopez‑Ruiz, MD – Ross University</p><p>Anne‑Marie Bo, DO – LECOM</p>",
        (2, 0, 1, 1, 0),
        id="hyphen",
    ),
]


@pytest.mark.parametrize(("html", "expected"), LAYOUTS)
def test_counts_by_layout(html: str, expected: tuple[int, ...]) -> None:
    assert totals(page(html)) == expected


@pytest.mark.parametrize(
    "name",
    ["Howard Emory", "Wayne Howard", "Ross Marshall", "Tulane Temple", "Creighton Drexel", "Cairo Khartoum", "Jordan Georgia"],
)
def test_no_school_is_read_from_a_name(name: str) -> None:
    rows = rows_of(page(f"<h1>Current Residents</h1><h2>PGY-1</h2><ul><li>{name}</li><li>Maria Lopez</li><li>Ann Bo</li></ul>"))
    assert [(row.n, row.unknown) for row in rows] == [(3, 3)]


@pytest.mark.parametrize(
    "heading",
    ["Alumni", "Our Graduates", "Former Residents", "Where are they now?", "Faculty", "Program Leadership", "Past Residents"],
)
def test_people_who_are_no_current_trainees_are_not_counted(heading: str) -> None:
    html = page(f"<h1>{heading}</h1><h2>Class of 2023</h2><ul><li>Maria Lopez, MD – Tulane</li><li>Ann Bo, DO – LECOM</li></ul>")
    assert rows_of(html) == []


def test_an_alumni_list_below_the_residents_is_not_counted() -> None:
    html = page(
        "<h1>Residents</h1><h2>PGY-1</h2><ul><li>Maria Lopez, MD – Tulane</li><li>Ann Bo, DO – LECOM</li></ul>",
        "<h2>Alumni</h2><h3>Class of 2023</h3><ul><li>Ed Fox, MD – Emory</li><li>Jo Day, MD – Yale</li></ul>",
    )
    assert totals(html) == (2, 1, 1, 0, 0)


def test_a_chief_who_stands_in_a_class_is_counted_once() -> None:
    html = page(
        "<h1>Residents</h1><h2>Chief Residents</h2><p>Maria Lopez, MD</p><p>Dr. Ann Bo</p>",
        "<h2>PGY-3</h2><p>Maria Lopez, MD – Ross University</p><p>Ann Bo, DO – LECOM</p><p>Sam Wu, MD – Emory</p>",
    )
    assert totals(html) == (3, 1, 1, 1, 0)


def test_canadian_schools_are_counted_apart() -> None:
    (row,) = rows_of(page("<h2>PGY-1</h2><p>Maria Lopez, MD – McGill University</p><p>Ann Bo, MD – Ross University</p>"))
    assert (row.cohort, row.n, row.canada, row.img, row.caribbean) == ("PGY-1", 2, 1, 1, 1)


def test_classes_keep_the_pages_order_and_headings() -> None:
    classes = ("PGY-3", "PGY-2", "Interns")
    html = page(*(f"<h2>{name}</h2><p>A. B., MD – Tulane</p><p>C. D., DO – LECOM</p>" for name in classes))
    assert tuple(row.cohort for row in rows_of(html)) == classes


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>John Do Smith, MD</p><p>Univ of Xyzzy</p>" * 60_000, id="people without end"),
        pytest.param("<div><p>Jane Smith, MD</p>" * 3_000, id="boxes in boxes"),
        pytest.param("<p>" + "Ann Bo, MD (Tulane), " * 200_000 + "</p>", id="one line"),
        pytest.param("<p>" + "A. " * 1_500_000 + "</p>", id="initials"),
        pytest.param("<p>" + "A" * 5_000_000 + "</p>", id="one word"),
        pytest.param("<table>" + "<tr><td>Ann Bo</td><td>Univ of Foo</td></tr>" * 60_000 + "</table>", id="rows"),
        pytest.param("<h3>Ann Bo</h3><p>x</p>" * 100_000, id="headings"),
        pytest.param(("<p>our residents: " + "5 md " * 120 + "</p>") * 5_000, id="numbers"),
    ],
)
def test_hostile_pages_end_soon(html: str) -> None:
    markup = read_markup(f"<h2>PGY-1</h2>{html}"[:5_000_000])
    started = time.perf_counter()
    read_rosters(markup)
    assert time.perf_counter() - started < 5  # about 1 s on an idle machine; the tree is shared
