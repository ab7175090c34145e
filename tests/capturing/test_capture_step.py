"""The capture step over loopback: faults end in outcome rows, and hosts are shared by the sources of a night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from flows import steps
from flows.capturing.hosts import Hosts
from flows.profiles import ProfileError, load_profile
from flows.steps import Tonight
from flows.steps.tonight import hosts_of
from schemas.vocabulary import AttemptOutcome, NightVerdict
from tests.capturing.servers import Answer, Server, answer, raw, serving
from tests.nights import FIRST, SECOND, home_at, ledger_of
from warehouse.ledger import Attempt

PAGE = b"<html><head><title>Visa</title></head><body><p>We sponsor J-1 visas only.</p></body></html>"
IDS = [f"14035212{number:02}" for number in range(9)]


def profile_of(folder: Path, server: Server, *, setting: str = "allow_loopback = true", source: str = "program_pages") -> Path:
    entries = "".join(f'[[sources.{source}]]\nfrom = "{server.url(path)}"\n' for path in server.answers if "robots" not in path)
    path = folder / "profile.toml"
    path.write_text(f'name = "loopback"\ndataset = "trial"\npace_seconds = 0\n{setting}\n{entries}')
    return path


def captured(folder: Path, profile: Path, now: datetime = FIRST) -> tuple[Tonight, list[Attempt]]:
    tonight, _ = steps.begin(home_at(folder / "home"), load_profile(str(profile)), now)
    tonight = replace(tonight, hosts=Hosts(0, sleep=lambda _: None))
    return tonight, steps.capture(tonight, "program_pages")


def test_each_fault_is_an_outcome_row_and_stops_no_neighbour(tmp_path: Path) -> None:
    does: dict[str, tuple[Answer, str | None]] = {
        "good": (answer("200 OK", PAGE, 'ETag: "1"'), None),
        "metadata": (answer("302 Found", b"", "Location: http://169.254.169.254/"), "(metadata)"),
        "circle": (answer("302 Found", b"", f"Location: /{IDS[2]}_circle"), "a circle"),
        "short": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "expected 9 bytes as announced; found 4"),
        "empty": (answer(), "expected a body; found an empty one"),
        "excluded": (answer(body=PAGE), "refused by robots"),
        "last": (answer(body=PAGE + b" "), None),
    }
    paths = {f"/{IDS[number]}_{name}": told for number, (name, told) in enumerate(does.items())}
    answers = dict(zip(paths, (reply for reply, _ in does.values()), strict=True))
    with serving(answers) as server:
        server.answers["/robots.txt"] = answer(body=f"User-agent: *\nDisallow: /{IDS[5]}".encode())
        profile = profile_of(tmp_path, server)
        tonight, attempts = captured(tmp_path, profile)
        for attempt, reason in zip(attempts, (told for _, told in does.values()), strict=True):
            assert attempt.outcome is (AttemptOutcome.FAILED if reason else AttemptOutcome.FETCHED)
            assert (reason or "") in (attempt.reason or "")
        assert ledger_of(tmp_path / "home", "trial").attempts("program_pages").height == len(does)
        assert server.asked().count("/robots.txt") == 1
        steps.end(tonight, NightVerdict.FAILED, "", None)
        _, again = captured(tmp_path, profile, SECOND)
        assert again[0].outcome is AttemptOutcome.UNCHANGED


def test_a_night_taken_up_does_not_ask_a_host_that_has_said_no(tmp_path: Path) -> None:
    with serving({f"/{IDS[0]}": answer("403 Forbidden"), f"/{IDS[1]}": answer(body=PAGE)}) as server:
        profile = profile_of(tmp_path, server)
        captured(tmp_path, profile)
        asked = len(server.requests)
        _, attempts = captured(tmp_path, profile)
        assert [attempt.reason for attempt in attempts] == ["not asked again tonight: this host answered 403"] * 2
        assert len(server.requests) == asked


def test_loopback_takes_an_explicit_setting(tmp_path: Path) -> None:
    with serving({f"/{IDS[0]}": answer(body=PAGE)}) as server:
        with pytest.raises(ProfileError, match="expected allow_loopback = true for an address of this computer"):
            load_profile(str(profile_of(tmp_path, server, setting="")))
        with pytest.raises(ProfileError, match="allow_loopback"):
            load_profile(str(profile_of(tmp_path, server, setting='allow_loopback = "yes"')))
        assert load_profile(str(profile_of(tmp_path, server))).allow_loopback


@pytest.mark.parametrize(
    "address", ["https://[::1", "https:///a", "https://a.example\\\\@b.example/", "https://a b.example/", "https://@a.example/"]
)
def test_a_profile_with_an_odd_address_is_refused(address: str, tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(f'name = "odd"\n[[sources.cms_hospitals]]\nfrom = "{address}"\n')
    with pytest.raises(ProfileError, match="expected an address"):
        load_profile(str(profile))


def test_the_bundled_profiles_do_not_allow_loopback() -> None:
    assert not load_profile("live").allow_loopback
    assert not load_profile("sample").allow_loopback


def test_a_host_goes_at_the_slowest_pace_that_is_asked_for(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(
        'name = "two"\npace_seconds = 1\n[[sources.cms_hospitals]]\nfrom = "https://a.example/1"\npace_seconds = 7\n'
        '[[sources.dol_lca]]\nfrom = "https://A.example:443/2"\n[[sources.dol_lca]]\nfrom = "https://b.example/3"\n'
    )
    hosts = hosts_of(load_profile(str(profile)))
    assert (hosts._paces["a.example"], hosts._paces["b.example"]) == (7, 1)
