"""Which addresses are asked: the classification as a property, and odd spellings."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.capturing.addresses import Numeric, forbidden_kind, refuse_spelling, resolve
from flows.capturing.faults import FetchError, RefusedError

NEVER = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32", "::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b:1::/48"),
    *("100::/64", "2001::/32", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16"),
    *("fc00::/7", "fd00:ec2::254/128", "fe80::/10", "fec0::/10", "ff00::/8"),
)
V4 = st.ip_addresses(v=4).map(lambda address: IPv4Address(int(address)))
V6 = st.ip_addresses(v=6).map(lambda address: IPv6Address(int(address)))


def inside(prefix: str, address: IPv4Address) -> IPv6Address:
    return IPv6Address(int(IPv6Address(prefix)) | int(address))


@given(st.sampled_from(NEVER).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_address_of_a_special_network_is_asked(address: Numeric) -> None:
    assert forbidden_kind(address) is not None


@given(V4 | V6 | V4.map(lambda address: inside("64:ff9b::", address)))
def test_what_is_asked_is_global_by_the_standard_library_too(address: Numeric) -> None:
    if forbidden_kind(address) is None:
        assert address.is_global
        assert not address.is_multicast


@given(V4)
def test_an_address_within_another_is_judged_by_what_is_inside(address: IPv4Address) -> None:
    assert (forbidden_kind(inside("64:ff9b::", address)) is None) == (forbidden_kind(address) is None)
    assert forbidden_kind(inside("::ffff:0:0", address)) == "IPv4-mapped"
    assert forbidden_kind(inside("::", address)) is not None
    assert forbidden_kind(IPv6Address(0x2002 << 112 | int(address) << 80)) == "6to4"


@given(V4)
def test_nearly_every_address_of_the_public_internet_is_asked(address: IPv4Address) -> None:
    if address.is_global and not address.is_multicast:
        odd = ("192.0.0.", "192.88.99.", "168.63.129.16")
        assert forbidden_kind(address) is None or str(address).startswith(odd)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1", "64:ff9b::808:808"]
)
def test_public_addresses_are_asked(address: str) -> None:
    assert forbidden_kind(ip_address(address)) is None


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("169.254.169.254", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("64:ff9b::a9fe:a9fe", "NAT64 of metadata"),
        ("64:ff9b::7f00:1", "NAT64 of loopback"),
        ("100.100.100.200", "carrier-grade NAT"),
        ("fe80::1", "link-local"),
    ],
)
def test_kinds_are_named(address: str, kind: str) -> None:
    assert forbidden_kind(ip_address(address)) == kind


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "//example.org/",
        "example.org",
        "http://",
        "http:///path",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://127.0.0.1\\.example.org/",
        "http://exam\nple.org/",
        "http://example.org/\r\nHost: other",
        "http://example.org/ a",
        "http://[::1/",
        "http://example.org:99999999/",
        "http://example.org/" + "a" * 5000,
    ],
)
def test_spellings_that_are_refused_before_anything_is_asked(address: str) -> None:
    with pytest.raises(RefusedError):
        refuse_spelling(address)


@pytest.mark.parametrize("address", ["https://example.org/a?b=c", "HTTP://EXAMPLE.ORG:8080", "https://bücher.example/ä"])
def test_usual_spellings_pass(address: str) -> None:
    refuse_spelling(address)


def test_one_bad_address_among_good_ones_refuses_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(RefusedError, match=r"expected a public address; found a.example at 10\.0\.0\.1 \(private\)"):
        resolve("a.example", 80, allow_loopback=True)


def test_a_name_that_leads_nowhere_is_told() -> None:
    with pytest.raises(FetchError, match=r"no host called nowhere\.example"):
        resolve("nowhere.example", 80, allow_loopback=True)
