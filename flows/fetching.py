"""Getting bytes from where a profile says they are: a file, or an https address, politely and with limits."""

from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

MAX_BYTES = 600 * 2**20
CONNECT_SECONDS, READ_SECONDS = 10, 60
_CHUNK = 2**18
_HEALS = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


class FetchError(RuntimeError):
    """The bytes could not be had: says why, and the HTTP status where there was an answer."""

    def __init__(self, reason: str, http_status: int | None = None) -> None:
        super().__init__(reason)
        self.http_status = http_status


@dataclass(frozen=True)
class Fetched:
    """An answer.

    Attributes:
        body: The bytes; None when the publisher says that nothing has changed.
        http_status: HTTP status; None for a file.
        etag: For the next conditional request.
        last_modified: For the next conditional request.
    """

    body: bytes | None
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Validators:
    """What the last answer gave for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Headers of a conditional request."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


def read_file(path: Path) -> Fetched:
    """The bytes of a file.

    Raises:
        FetchError: When there is no such file, it is too large, or it cannot be read.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FetchError(f"expected at most {MAX_BYTES} bytes; found {size}")
        return Fetched(path.read_bytes())
    except OSError as error:
        raise FetchError(f"cannot read the file: {error.strerror or error}") from error


def agent_string(contact: str) -> str:
    """Who asks: the project, its version, and whom to write to."""
    return f"residency-warehouse/{version('residency-warehouse')}" + (f" (+{contact})" if contact else "")


def new_session(contact: str, *, retries: int = 4) -> requests.Session:
    """A session that retries what may heal, with growing pauses, jitter and Retry-After; redirects stay few."""
    retry = Retry(
        total=retries,
        redirect=5,
        status_forcelist=[int(status) for status in _HEALS],
        backoff_factor=1,
        backoff_jitter=1,
        respect_retry_after_header=True,
        raise_on_status=False,
    )
    session = requests.Session()
    session.headers["User-Agent"] = agent_string(contact)
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def fetch(session: requests.Session, address: str, validators: Validators, *, max_bytes: int = MAX_BYTES) -> Fetched:
    """Ask for an address, conditionally where a former answer allows it.

    Raises:
        FetchError: On any answer but 200 and 304, a body beyond the limit or shorter than announced, and network faults.
    """
    try:
        with session.get(address, headers=validators.headers(), stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS)) as answer:
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return Fetched(None, answer.status_code, validators.etag, validators.last_modified)
            if answer.status_code != HTTPStatus.OK:
                raise FetchError(f"expected status 200; found {answer.status_code} {answer.reason}", answer.status_code)
            body = _body(answer, max_bytes)
            headers = answer.headers
            return Fetched(body, answer.status_code, headers.get("ETag"), headers.get("Last-Modified"))
    except requests.RequestException as error:
        raise FetchError(f"no answer: {type(error).__name__}") from error


def _body(answer: requests.Response, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in answer.iter_content(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise FetchError(f"expected at most {max_bytes} bytes; found more", answer.status_code)
        chunks.append(chunk)
    announced = answer.headers.get("Content-Length")
    if announced and "Content-Encoding" not in answer.headers and int(announced) != size:
        raise FetchError(f"expected {announced} bytes as announced; found {size}", answer.status_code)
    return b"".join(chunks)
