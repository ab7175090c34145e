"""The nightly refresh as a Prefect flow: capture, list, release, tell. The steps themselves are in ``flows.steps``.

Prefect must find its settings in the environment before it is imported: ``flows.home.Home.prepare_prefect``.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, wait
from prefect.task_runners import ThreadPoolTaskRunner
from sqlalchemy.exc import OperationalError

from flows import artifacts, steps, temporary_server
from flows.home import Home
from flows.profiles import DEFAULT_PROFILE, load_profile
from flows.progress import listener, tell
from flows.sources import SOURCE_BY_NAME
from flows.steps import Crawled, Outcome, Published, ReleaseWithheldError, Tonight
from schemas.vocabulary import AttemptOutcome, NightVerdict
from warehouse.ledger import Attempt

SOURCES_AT_ONCE = 4
STORE_RETRIES, STORE_RETRY_SECONDS = 2, 5


@dataclass(frozen=True)
class NightReport:
    """How a night ended.

    Attributes:
        verdict: Published or unchanged; a withheld or failed night raises.
        release_id: The release that readers see now.
        resumed: Whether the night took up one that was killed.
        outcomes: One a document.
    """

    night_id: str
    verdict: NightVerdict
    release_id: str
    reason: str
    resumed: bool
    outcomes: tuple[Outcome, ...]


def _heals(task_: object, run: object, state: object) -> bool:  # noqa: ARG001
    """Whether a fault of our own store may heal: a database that was locked or away. Fetching retries by itself."""
    try:
        state.result()  # type: ignore[attr-defined]
    except OperationalError:
        return True
    except Exception:  # noqa: BLE001  (whatever else it is, trying again does not mend it)
        return False
    return False


@task(
    task_run_name="capture-{source}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=STORE_RETRIES,
    retry_delay_seconds=STORE_RETRY_SECONDS,
    retry_condition_fn=_heals,
)
def capture(tonight: Tonight, source: str) -> list[Attempt]:
    """Capture one source's documents; see ``flows.steps.capture``."""
    attempts = steps.capture(tonight, source)
    tell("captured", source)
    return attempts


@task(
    task_run_name="list-{source}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=STORE_RETRIES,
    retry_delay_seconds=STORE_RETRY_SECONDS,
    retry_condition_fn=_heals,
)
def list_source(tonight: Tonight, source: str) -> list[Outcome]:
    """Read, validate and record one source's documents; see ``flows.steps.list_source``."""
    outcomes = steps.list_source(tonight, source)
    tell("listed", source)
    return outcomes


@task(
    task_run_name="crawl-{number:03d}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=STORE_RETRIES,
    retry_delay_seconds=STORE_RETRY_SECONDS,
    retry_condition_fn=_heals,
)
def crawl(tonight: Tonight, number: int, starts: tuple[str, ...]) -> Crawled:
    """Follow a batch of sites; see ``flows.steps.crawl``."""
    watching = listener()
    crawled = steps.crawl(tonight, starts, lambda attempt: watching("page", attempt.address, None))
    tell("crawled", f"batch {number}")
    return crawled


@task(cache_policy=NO_CACHE, persist_result=False)
def release(tonight: Tonight) -> Published:
    """Conclude, audit and publish; see ``flows.steps.release``."""
    published = steps.release(tonight)
    tell("released", published.release_id)
    return published


@flow(name="nightly-refresh", task_runner=ThreadPoolTaskRunner(max_workers=SOURCES_AT_ONCE), persist_result=False)  # type: ignore[arg-type]
def refresh(profile: str = DEFAULT_PROFILE, home: str | None = None, warehouse: str | None = None) -> NightReport:
    """Run one night.

    Args:
        profile: Name of a bundled profile, or a TOML file.
        home: Data home; None for ``$RESIDENCY_HOME`` or ``residency-home`` in the working directory.
        warehouse: SQLite or Postgres URL; None for ``$RESIDENCY_WAREHOUSE`` or the SQLite file in the home.

    Returns:
        How the night ended, when it ended well.

    Raises:
        ReleaseWithheldError: When the audit holds the release back.
        AlreadyRunningError: When another refresh of the home is running.
        ProfileError: When the profile cannot be used.
    """
    place = Home.find(Path(home) if home else None, warehouse)
    with place.only_one():
        temporary_server.end_orphan(place)
        temporary_server.note_down(place)
        tonight, resumed = steps.begin(place, load_profile(profile), datetime.now(UTC))
        try:
            report = _night(tonight, resumed=resumed)
        except ReleaseWithheldError as error:
            steps.end(tonight, NightVerdict.WITHHELD, str(error), None)
            raise
        except Exception as error:
            steps.end(tonight, NightVerdict.FAILED, f"{type(error).__name__}: {error}", None)
            raise
        finally:
            temporary_server.forget(place)
    return report


def _outcomes(source: str, result: object) -> list[Outcome]:
    """The outcomes of one source; a fault of ours in it stops neither its neighbours nor the night."""
    if isinstance(result, BaseException):
        told = f"a fault of ours, please report it: {type(result).__name__}: {result}"
        return [Outcome(source, "-", AttemptOutcome.FAILED, None, reason=told)]
    return cast(list[Outcome], result)


def _followed(tonight: Tonight, *, total: int) -> tuple[Outcome, ...]:
    """Follow the sites that are listed now, in batches, and tell it in one outcome; none where there are no sites."""
    batches = steps.sites_to_crawl(tonight)
    if not batches:
        return ()
    tell("following", f"{sum(map(len, batches)):,} sites", total=total + len(batches))
    futures = [crawl.submit(tonight, number, starts) for number, starts in enumerate(batches, start=1)]
    wait(futures)
    results = [future.result(raise_on_failure=False) for future in futures]
    faults = [result for result in results if not isinstance(result, Crawled)]
    done = sum((result for result in results if isinstance(result, Crawled)), start=Crawled())
    return (steps.crawl_outcome(done, faults),)


def _night(tonight: Tonight, *, resumed: bool) -> NightReport:
    logger = get_run_logger()
    sources = tonight.profile.source_names
    tell("begun", tonight.night.night_id, total=2 * len(sources) + 1)
    logger.info("night=%s profile=%s resumed=%s", tonight.night.night_id, tonight.profile.name, resumed)
    listed: dict[str, PrefectFuture[list[Outcome]]] = {}
    asking = [name for name in sources if SOURCE_BY_NAME[name].subjects]
    for wave in ([name for name in sources if name not in asking], asking):
        for name in wave:
            captured = capture.submit(tonight, name)
            listed[name] = list_source.submit(tonight, name, return_state=False, wait_for=[captured])
        wait(list(listed.values()))
    outcomes = tuple(outcome for name in sources for outcome in _outcomes(name, listed[name].result(raise_on_failure=False)))
    outcomes += _followed(tonight, total=2 * len(sources) + 1)
    for outcome in outcomes:
        logger.info(" ".join(f"{name}={value}" for name, value in asdict(outcome).items() if value is not None))
    artifacts.outcomes(outcomes)
    artifacts.quarantine(tonight)
    try:
        published = release(tonight)
    except ReleaseWithheldError as error:
        artifacts.withheld(tonight, str(error))
        raise
    artifacts.release(tonight, published)
    report = NightReport(tonight.night.night_id, published.verdict, published.release_id, published.reason, resumed, outcomes)
    steps.end(tonight, published.verdict, published.reason, published.release_id)
    logger.info("night=%s verdict=%s release=%s", report.night_id, report.verdict, report.release_id)
    return report
