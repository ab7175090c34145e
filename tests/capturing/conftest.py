"""No test of this folder reaches beyond loopback: names are not asked for, and no connection leaves this computer."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest

from flows.capturing import wire

Resolver = Callable[..., list[Any]]


@pytest.fixture(autouse=True)
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where connections were tried; one that would leave this computer is answered with 'unreachable'."""
    really, targets = socket.socket.connect, list[str]()

    def connect(self: socket.socket, target: tuple[str, int]) -> None:
        targets.append(target[0])
        if not ipaddress.ip_address(target[0]).is_loopback:
            raise OSError(101, "Network is unreachable")
        really(self, target)

    monkeypatch.setattr(wire._PlainSocket, "connect", connect)
    return targets


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to: each list is used up address by address, its last one stays. Numbers lead to themselves."""
    known: dict[str, list[str]] = {"localhost": ["127.0.0.1"]}
    really = socket.getaddrinfo

    def resolve(host: str, port: int, **how: int) -> list[object]:
        found = known.get(host.rstrip(".").lower())
        if found:
            return really(found.pop(0) if len(found) > 1 else found[0], port, flags=socket.AI_NUMERICHOST, **how)
        return really(host, port, flags=socket.AI_NUMERICHOST, **how)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known
