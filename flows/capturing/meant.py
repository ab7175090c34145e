"""Whether bytes are the document that was meant, before they are kept and before a parser sees them."""

from flows.pages.content import why_no_content
from flows.pages.decoding import decode_page
from flows.pages.markup import read_markup
from flows.sources.reading import require_media
from flows.sources.source import Media, SourceError
from schemas.vocabulary import PageContent

MAX_SHRINKAGE = 0.6
"""No file of ours has lost more than a twentieth of its bytes between two editions; less than two fifths is another thing."""
_OTHER_PAGES = {PageContent.LOGIN: "a login page", PageContent.NOT_FOUND: "an error page", PageContent.COOKIES: "a cookie notice"}


def refuse_other_document(source: str, body: bytes, meant: tuple[Media, ...], size_before: int | None = None) -> None:
    """Look at the first bytes, at the size, and at what an HTML page says.

    Args:
        source: Name of the source.
        body: What came.
        meant: The kinds of document that were meant.
        size_before: Size of the same document last time, where it may not shrink.

    Raises:
        SourceError: When it is not the document that was meant.
    """
    require_media(source, body, *meant)
    if size_before is not None and len(body) < (1 - MAX_SHRINKAGE) * size_before:
        least = f"at least {1 - MAX_SHRINKAGE:.0%} of the {size_before} bytes of last time"
        raise SourceError(source, f"{least} (may_shrink in the profile lets it through)", f"{len(body)} bytes")
    if Media.HTML in meant:
        why = why_no_content(read_markup(decode_page(body).text))
        if why in _OTHER_PAGES:
            raise SourceError(source, "the page that was meant", _OTHER_PAGES[why])
