"""Reading one web page: bytes, text as a browser decides, blocks that speak, sentences with their context, rosters as counts.

Pure functions from bytes; no network, no clock, no disk. What the sentences claim is decided in ``transforms.claims``.
"""
