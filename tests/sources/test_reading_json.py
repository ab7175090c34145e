"""JSON, read strictly: what is no JSON, or holds what cannot be stored, is refused in words."""

import pytest

from flows.sources import reading
from flows.sources.reading import read_json, require_media
from flows.sources.source import Media, SourceError


def test_json_is_read_with_or_without_a_byte_order_mark() -> None:
    for mark in (b"", b"\xef\xbb\xbf"):
        assert read_json("s", mark + b' {"a": ["\xc3\xa9", "\\u00e9\\ud83d\\ude00", "\\\\u0000", null, 1.5]}') == {
            "a": ["é", "é😀", "\\u0000", None, 1.5]
        }


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "expected a JSON document; found an empty body"),
        (b"<html>", "expected JSON; found an HTML page"),
        (b"a,b\n1,2\n", "expected JSON; found bytes that start with"),
        (b'{"a": 1', "expected whole and valid JSON; found"),
        (b'{"a": 1} {', "expected whole and valid JSON; found Extra data"),
        (b'{"a": 1, "a": 2}', "a repeated key among a, a"),
        (b'{"a": NaN}', "NaN for a number"),
        (b'{"a": -Infinity}', "-Infinity for a number"),
        (b'{"a": "\\ud83d"}', "surrogates not allowed"),
        (b'{"a": "\\u0000"}', "expected text; found NUL bytes"),
        (b'{"a": "\\\\\\u0000"}', "expected text; found NUL bytes"),
        (b'{"a": "\xe9"}', "expected UTF-8 text; found byte 0xe9"),
        (b"[" * 200_000, "expected whole and valid JSON; found"),
        (b"[" * 200_000 + b"]" * 200_000, "expected whole and valid JSON; found"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "expected whole and valid JSON; found"),
    ],
)
def test_what_is_no_whole_json_is_refused_in_words(data: bytes, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_json("s", data)
    assert told in str(caught.value)


def test_json_that_is_larger_than_any_directory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MAX_JSON_BYTES", 10)
    with pytest.raises(SourceError, match="at most 10 bytes of JSON; found 12 bytes"):
        read_json("s", b'["12345678"]')


@pytest.mark.parametrize("media", [Media.CSV, Media.HTML, Media.PDF])
def test_json_is_no_other_kind_of_document(media: Media) -> None:
    with pytest.raises(SourceError, match="JSON"):
        require_media("s", b'{"a": 1}', media)
