"""Which addresses are asked: http and https without credentials, on the public internet and nowhere else.

What a host's name leads to is judged on the resolved socket address, so that no spelling of an address gets round it.
"""

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from flows.capturing.faults import FetchError, RefusedError, UnreachableError

MAX_ADDRESS = 4096
LOOPBACK = "loopback"

Numeric = IPv4Address | IPv6Address
SocketAddress = tuple[socket.AddressFamily, tuple[str | int | bytes, ...]]
"""An address family and what ``socket.connect`` takes."""

# IANA's registries of special-purpose addresses, written out: `ipaddress` knows them as of its own release only.
_NEVER = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("168.63.129.16/32", "metadata"),
        ("169.254.169.254/32", "metadata"),
        ("fd00:ec2::254/128", "metadata"),
        ("127.0.0.0/8", LOOPBACK),
        ("::1/128", LOOPBACK),
        ("10.0.0.0/8", "private"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("fc00::/7", "private"),
        ("fec0::/10", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("169.254.0.0/16", "link-local"),
        ("fe80::/10", "link-local"),
        ("224.0.0.0/4", "multicast"),
        ("ff00::/8", "multicast"),
        ("0.0.0.0/8", "unspecified"),
        ("::/128", "unspecified"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "reserved"),
        ("203.0.113.0/24", "reserved"),
        ("240.0.0.0/4", "reserved"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "reserved"),
        ("3fff::/20", "reserved"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("2002::/16", "6to4"),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")


def forbidden_kind(address: Numeric) -> str | None:
    """What kind of address it is that is never asked; None for an address of the public internet."""
    if isinstance(address, IPv6Address) and address in _NAT64:
        # A network without IPv4 reaches every IPv4 site this way: what counts is the address inside.
        inside = forbidden_kind(IPv4Address(int(address) & 0xFFFFFFFF))
        return f"NAT64 of {inside}" if inside else None
    for network, kind in _NEVER:
        if address.version == network.version and address in network:
            return kind
    return "reserved" if address.version == 6 and address not in _GLOBAL_UNICAST else None


def refuse_spelling(address: str) -> None:
    """Look at an address before anything is asked.

    Raises:
        RefusedError: When it is not plain http or https with a host and without credentials.
    """
    if len(address) > MAX_ADDRESS or any(letter <= " " or letter in "\\\x7f" for letter in address):
        raise RefusedError("expected an address of a usual form; found one with odd signs, or too long")
    try:
        parts, authority = parse_url(address), urlsplit(address).netloc
    except (LocationParseError, ValueError) as error:
        raise RefusedError("expected an address of a usual form; found one that cannot be read") from error
    if parts.scheme not in ("http", "https"):
        raise RefusedError("expected an http or https address; found another scheme")
    if parts.auth is not None or "@" in authority:
        raise RefusedError("expected an address without credentials; found one with them")
    if not parts.host:
        raise RefusedError("expected an address of a usual form; found one without a host")


@lru_cache(maxsize=2**12)
def host_of(address: str) -> str:
    """The host of an address that ``refuse_spelling`` lets through, in one spelling."""
    return (parse_url(address).host or "").strip("[]").rstrip(".").lower()


def origin_of(address: str) -> str:
    """Scheme, host and port: what a robots.txt speaks of."""
    parts = parse_url(address)
    return f"{parts.scheme}://{parts.netloc}"


def resolve(host: str, port: int, *, allow_loopback: bool) -> list[SocketAddress]:
    """Resolve a name once; what is handed back is what may be connected to.

    Raises:
        RefusedError: When any of the addresses is not of the public internet.
        FetchError: When the name leads nowhere.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise UnreachableError(f"no host called {host}: {error.strerror}", heals=error.errno == socket.EAI_AGAIN) from error
    except UnicodeError as error:
        raise FetchError(f"no host called {host}: not a name") from error
    for *_, target in found:
        numeric = str(target[0]).partition("%")[0]
        kind = forbidden_kind(ip_address(numeric))
        if kind and not (allow_loopback and kind == LOOPBACK):
            raise RefusedError(f"expected a public address; found {host} at {numeric} ({kind})")
    return [(family, target) for family, _, _, _, target in found]
