"""The text of a page's bytes, decided as a browser decides, with repair of a wrong declaration.

Order of trust: byte order mark; bytes that are valid UTF-8 with at least one character outside ASCII (which no other charset
makes by accident); the charset of the HTTP header; the charset that the page declares; windows-1252, the web's default for
Western pages. Labels are read as the WHATWG Encoding Standard reads them, so ``iso-8859-1`` means windows-1252.
"""

import re
from dataclasses import dataclass

import webencodings
from ftfy import fix_encoding
from ftfy.badness import is_bad

_DECLARATION_BYTES = 4096
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.\-]+)", re.IGNORECASE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DEFAULT = "windows-1252"
_NO_CHARSETS = frozenset({"replacement", "x-user-defined"})
_MAX_LINES_REPAIRED = 20_000
_MOJIBAKE_HINTS = ("Ã", "â€", "Â", "ï»¿")


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """Text of a page.

    Attributes:
        text: The text, without a byte order mark.
        encoding: The charset that was used.
        declared: The charset that the page's meta tag claims, as written; None without one.
    """

    text: str
    encoding: str
    declared: str | None


def decode_page(content: bytes, header_charset: str | None = None) -> DecodedPage:
    """The text of a page's bytes; never fails: bytes that no charset knows become U+FFFD.

    Args:
        content: The body, as fetched.
        header_charset: ``charset`` of the HTTP content type, when there was one.
    """
    match = _META_CHARSET.search(content[:_DECLARATION_BYTES])
    declared = match.group(1).decode("ascii") if match else None
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return DecodedPage(content[len(mark) :].decode(encoding, "replace"), encoding, declared)
    try:
        return DecodedPage(_repaired(content.decode("utf-8")), "utf-8", declared)
    except UnicodeDecodeError:
        encoding = _known(header_charset) or _known(declared) or _DEFAULT
    if encoding == "utf-8":
        encoding = _DEFAULT if _mostly_single_bytes(content) else encoding
    return DecodedPage(content.decode(encoding, "replace"), encoding, declared)


def _known(label: str | None) -> str | None:
    codec = webencodings.lookup(label) if label else None
    if codec is None or codec.name.startswith("utf-16") or codec.name in _NO_CHARSETS:
        return None  # the bytes of the declaration were readable, so they are not UTF-16
    return str(codec.codec_info.name)


def _mostly_single_bytes(content: bytes) -> bool:
    """Whether more bytes break UTF-8 than make characters of it: then the declared UTF-8 is wrong, else a page is merely cut."""
    text = content.decode("utf-8", "replace")
    return text.count("\ufffd") * 2 > sum(character > "\x7f" for character in text)


def _repaired(text: str) -> str:
    """Text that was decoded wrongly and encoded again before it reached us, set right line by line."""
    if not any(hint in text for hint in _MOJIBAKE_HINTS):
        return text
    lines = text.split("\n", _MAX_LINES_REPAIRED)
    return "\n".join(fix_encoding(line) if is_bad(line) else line for line in lines)
