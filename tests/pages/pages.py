# ruff: noqa: E501, S311  (markup reads better unwrapped; the chance is seeded)
"""Written pages for the tests: our own wording, invented names, six skeletons in the manner of the common site builders.

A page is its paragraphs (the sentences that a test is about, among neutral ones) in a skeleton with menus, a footer, a cookie
notice and news teasers, all of which use words that a careless reader would take for claims.
"""

import random
from collections.abc import Callable, Sequence
from html import escape
from typing import Final

TITLE: Final = "How to Apply | Internal Medicine | Larkmoor Valley Hospital"

NEUTRAL: Final = (
    "Our building stands above the river, ten minutes on foot from the old mill.",
    "Residents eat together on Wednesdays, and the kitchen keeps a plate for whoever is late.",
    "Parking behind the east wing is free after six in the evening.",
    "The call rooms were painted last spring in a quiet green.",
    "Morning conference begins at seven and ends with coffee.",
    "Every ward has a large window, and most of them look toward the hills.",
    "A shuttle runs between the two buildings every quarter of an hour.",
    "The library opens early and stays open until midnight.",
    "Many of our people cycle to work along the canal.",
    "Each team rounds together and shares one long table at noon.",
)

OPENING: Final = (
    "Larkmoor Valley Hospital has taught internal medicine for a long while, and the people who teach here like to do so. "
    "The wards are busy but not hurried, and there is always somebody to ask."
)

_MENU: Final = (
    "Home",
    "About Us",
    "J-1 Visa Sponsorship",
    "H-1B Information",
    "International Medical Graduates",
    "Step 2 Scores",
    "Contact",
)
_TEASERS: Final = (
    ("Alumna wins J-1 waiver post in Pinemark", "She will open a clinic there in the fall."),
    ("Nursing: no H-1B sponsorship for laboratory posts", "The laboratory hires in March."),
    ("Video visits pass ten thousand", "Patients like to be seen from home."),
)
_COOKIES: Final = "We use cookies to make this site work. By going on you accept all cookies. Cookie preferences."
_FOOTER: Final = "Pay your bill by Visa or Mastercard. Lot H-1 is closed. Copyright Larkmoor Valley Hospital."


def menu(tag: str = "ul", class_name: str = "menu") -> str:
    """A menu of links whose words speak of visas."""
    items = "".join(f'<li><a href="/{place}">{escape(text)}</a></li>' for place, text in enumerate(_MENU))
    return f'<{tag} class="{class_name}">{items}</{tag}>'


def teasers(heading: str = "In the News", class_name: str = "news-list") -> str:
    """A box of news whose words speak of visas."""
    items = "".join(
        f'<div class="news-item"><h4><a href="/n{place}">{escape(head)}</a></h4><p>{escape(told)}</p></div>'
        for place, (head, told) in enumerate(_TEASERS)
    )
    return f'<div class="{class_name}"><h3>{heading}</h3>{items}</div>'


def cookie_notice() -> str:
    """A cookie notice."""
    return f'<div id="cookie-notice" class="cookie-banner" role="dialog"><p>{_COOKIES}</p><button>Accept all</button></div>'


def footer() -> str:
    """A footer whose words speak of visas."""
    return f'<footer class="site-footer"><p>{_FOOTER}</p>{menu(class_name="footer-menu")}</footer>'


def hidden() -> str:
    """Text that is never shown."""
    return '<div style="display:none"><p>We do not sponsor any visas.</p></div><p hidden>International medical graduates are not accepted.</p>'


def _wordpress(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8"><title>{title}</title><meta name="generator" content="WordPress 6.4">'
        '<style>.entry-content{margin:0}</style></head><body class="page-template-default page wp-embed-responsive">'
        f'<header id="masthead" class="site-header"><nav class="main-navigation">{menu()}</nav></header><div id="content" class="site-content">'
        f'<main id="main"><article class="page type-page hentry"><header class="entry-header"><h1 class="entry-title">How to Apply</h1></header>'
        f'<div class="entry-content">{body}</div></article></main><aside id="secondary" class="widget-area">{teasers()}</aside></div>'
        f"{footer()}{cookie_notice()}<script>window.wp={{'visa':'We sponsor H-1B visas.'}};</script></body></html>"
    )


def _drupal(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8" /><title>{title}</title><meta name="Generator" content="Drupal 10" /></head>'
        f'<body class="path-node"><div class="dialog-off-canvas-main-canvas"><div class="layout-container"><header role="banner"><nav role="navigation">{menu()}</nav></header>'
        f'<div class="region region-breadcrumb"><nav class="breadcrumb"><ol><li><a href="/">Home</a></li></ol></nav></div><main role="main"><div class="layout-content">'
        f'<div class="region region-content"><h1 class="page-title">How to Apply</h1><article class="node node--type-page"><div class="node__content">'
        f'<div class="field field--name-body field--type-text-with-summary">{body}</div></div></article></div></div>'
        f'<aside class="layout-sidebar-second">{teasers("Related Stories", "block-views")}</aside></main>{footer()}</div></div>{cookie_notice()}</body></html>'
    )


def _webforms(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" ""><html><head><title>{title}</title></head><body><form method="post" action="./apply.aspx" id="aspnetForm">'
        f'<input type="hidden" name="__VIEWSTATE" value="{"dDwtMTM4NzYx" * 40}"/><div id="s4-workspace"><div id="s4-bodyContainer"><div id="suiteBar">{menu()}</div>'
        f'<div class="ms-core-navigation" role="navigation">{menu("ul", "root ms-core-listMenu-root static")}</div><div id="contentBox"><div id="DeltaPlaceHolderMain">'
        f'<h1>How to Apply</h1><div class="ms-rtestate-field">{body}</div></div></div>{teasers("Latest News", "ms-webpart-chrome")}{footer()}</div></div></form>{cookie_notice()}</body></html>'
    )


def _sitecore(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body class="default-device bodyclass"><div id="wrapper">'
        f'<header><div class="component navigation"><nav>{menu()}</nav></div></header><main><div class="row component column-splitter"><div class="col-12">'
        f'<div class="component title"><h1>How to Apply</h1></div><div class="component rich-text"><div class="component-content">{body}</div></div></div>'
        f'<div class="col-4">{teasers("Featured Stories", "component promo-list")}</div></div></main>{footer()}</div>{cookie_notice()}</body></html>'
    )


def _react(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"/><title>{title}</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript>'
        f'<div id="root"><div class="App_shell__x81f"><nav aria-label="Main">{menu("ul", "Nav_list__a93k")}</nav><main class="Page_main__k22z"><h1 class="Hero_title__z">How to Apply</h1>'
        f'<section class="RichText_root__q1">{body}</section>{teasers("In the News", "Cards_grid__p0")}</main>{footer()}{cookie_notice()}</div></div>'
        '<script id="__APP__" type="text/plain">{"text":"We sponsor H-1B visas."}</script></body></html>'
    )


def _tables(title: str, body: str) -> str:
    links = "".join(f'<a href="/{place}"><font size="1">{escape(text)}</font></a><br>' for place, text in enumerate(_MENU))
    return (
        f'<HTML><HEAD><TITLE>{title}</TITLE></HEAD><BODY BGCOLOR="#FFFFFF"><TABLE WIDTH="760" BORDER=0><TR><TD COLSPAN=2><IMG SRC="banner.gif" ALT="Larkmoor"></TD></TR>'
        f"<TR><TD VALIGN=top WIDTH=160>{links}</TD><TD VALIGN=top><H1>How to Apply</H1>{body}</TD></TR><TR><TD COLSPAN=2>"
        f'<div class="news-list"><h3>In the News</h3><p>{_TEASERS[1][0]}</p></div><div class="footer">{_FOOTER}</div></TD></TR></TABLE></BODY></HTML>'
    )


SKELETONS: Final[dict[str, Callable[[str, str], str]]] = {
    "wordpress": _wordpress,
    "drupal": _drupal,
    "webforms": _webforms,
    "sitecore": _sitecore,
    "react": _react,
    "tables": _tables,
}


def paragraphs(sentences: Sequence[str]) -> str:
    """One paragraph a sentence."""
    return "".join(f"<p>{escape(sentence, quote=False)}</p>\n" for sentence in sentences)


def page(body: str, skeleton: str = "wordpress", title: str = TITLE) -> str:
    """A page with a body of markup in a skeleton."""
    return SKELETONS[skeleton](escape(title), f"<p>{OPENING}</p>\n{body}")


def page_of(sentences: Sequence[str], skeleton: str = "wordpress") -> str:
    """A page that says the sentences, one a paragraph, between neutral ones."""
    return page(paragraphs([NEUTRAL[0], NEUTRAL[1], *sentences, NEUTRAL[2], NEUTRAL[3]]), skeleton)


CLAIMING: Final = (
    "We sponsor J-1 visas through ECFMG.",
    "The program does not sponsor H-1B visas.",
    "H-1B visas are considered in exceptional cases only.",
    "We welcome applications from international medical graduates.",
    "All international graduates must hold ECFMG certification.",
    "Applicants must have graduated from medical school within the last five years.",
    "A minimum score of 225 on USMLE Step 2 CK is required.",
    "We require at least three months of US clinical experience.",
    "No more than two attempts at any USMLE step are accepted.",
    "Our hospital uses Epic as its electronic health record.",
    "Residents may join the clinical informatics elective in the second year.",
)


def many_pages(seed: int = 7) -> list[bytes]:
    """Thirty different pages, each with some claims, in all skeletons."""
    rng = random.Random(seed)
    found = []
    for number in range(30):
        said = rng.sample(CLAIMING, 4) + rng.sample(NEUTRAL, 6)
        rng.shuffle(said)
        found.append(page(paragraphs(said), list(SKELETONS)[number % len(SKELETONS)]).encode())
    return found
