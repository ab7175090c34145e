"""What a link may promise, by its words: ``link_topics.toml``."""

import tomllib
from pathlib import Path
from typing import Any

TOPICS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "link_topics.toml").read_text(encoding="utf-8"))
TOPICS_VERSION: str = TOPICS["version"]
