"""No test of this folder reaches beyond loopback: the same guards as for capturing."""

from tests.capturing.conftest import connected, names

__all__ = ["connected", "names"]
