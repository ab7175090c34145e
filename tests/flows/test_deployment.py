"""The deployment on a real Prefect server with a real worker: a scheduled run publishes a release."""

import inspect
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PREFECT = Path(sys.executable).with_name("prefect")
DEADLINE_SECONDS = 240


def deployments() -> list[dict[str, object]]:
    return yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]


def test_nightly_deployment_has_a_cron_in_a_timezone_and_allows_one_run_at_a_time() -> None:
    (nightly,) = (deployment for deployment in deployments() if deployment["name"] == "nightly")
    (schedule,) = nightly["schedules"]
    minute, hour, *rest = schedule["cron"].split()
    assert (minute != "0", hour, rest) == (True, "3", ["*", "*", "*"])
    assert ZoneInfo(schedule["timezone"]).key == "America/New_York"
    assert nightly["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}


def test_every_deployment_gives_its_flow_parameters_that_the_flow_has() -> None:
    from flows import nightly

    for deployment in deployments():
        file, name = str(deployment["entrypoint"]).split(":")
        assert (CHECKOUT / file).is_file()
        flow = getattr(nightly, name)
        assert set(deployment["parameters"]) <= set(inspect.signature(flow.fn).parameters)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(what: str, holds: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what} not within {DEADLINE_SECONDS} s:\n{log.read_text()[-4000:]}"
        time.sleep(0.5)


@contextmanager
def process(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("a") as output:
        running = subprocess.Popen(arguments, env=environment, cwd=CHECKOUT, stdout=output, stderr=output, start_new_session=True)
        try:
            yield
        finally:
            os.killpg(running.pid, 9)
            running.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[dict[str, str]]:
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "RESIDENCY_HOME": str(tmp_path / "home"),
    }
    log = tmp_path / "server.log"
    (tmp_path / "prefect").mkdir()
    with process([str(PREFECT), "server", "start", "--host", "127.0.0.1", "--port", str(port)], environment, log):
        wait_until("the server answers", lambda: answers(environment), log)
        yield environment


def answers(environment: dict[str, str]) -> bool:
    try:
        with urllib.request.urlopen(environment["PREFECT_API_URL"] + "/health", timeout=2) as answer:  # noqa: S310  (loopback)
            return bool(answer.status == 200)
    except OSError:
        return False


def api(environment: dict[str, str], path: str, body: dict[str, object]) -> list[dict[str, object]]:
    request = urllib.request.Request(  # noqa: S310  (loopback)
        environment["PREFECT_API_URL"] + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  (loopback)
        return json.load(answer)


def prefect(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [str(PREFECT), "--no-prompt", *arguments], env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_scheduled_run_on_a_server_and_a_worker_publishes_a_release(server: dict[str, str], tmp_path: Path) -> None:
    prefect(server, "work-pool", "create", "residency", "--type", "process")
    prefect(
        server, "deploy", "--name", "nightly", "--param", "profile=sample", "--interval", "3600", "--anchor-date", "2026-01-01"
    )
    log = tmp_path / "worker.log"
    with process([str(PREFECT), "worker", "start", "--pool", "residency"], server, log):
        hurry_the_scheduled_run(server, log)
        wait_until("a scheduled run ends", lambda: bool(ended_runs(server)), log)
    (run,) = ended_runs(server)
    assert (run["state_type"], run["auto_scheduled"]) == ("COMPLETED", True), log.read_text()[-4000:]

    status = subprocess.run(
        [str(Path(sys.executable).with_name("residency")), "status", "--json"],
        env=server,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(status.stdout)
    assert told["last_night"]["verdict"] == "published"
    assert told["figures"]["ci_fellowships"] == 6
    keys = {artifact["key"] for artifact in api(server, "/artifacts/latest/filter", {})}
    assert {"outcomes", "quarantine", "release", "release-folder", "diff"} <= keys


def hurry_the_scheduled_run(server: dict[str, str], log: Path) -> None:
    """Bring forward the run that the scheduler has planned: the test need not wait for the hour."""
    wait_until("the scheduler plans runs", lambda: bool(scheduled_runs(server)), log)
    first = min(scheduled_runs(server), key=lambda run: str(run["expected_start_time"]))
    api_state = {"state": {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-01-01T00:00:00Z"}}, "force": True}
    api(server, f"/flow_runs/{first['id']}/set_state", api_state)


def scheduled_runs(server: dict[str, str]) -> list[dict[str, object]]:
    return api(server, "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}})


def ended_runs(server: dict[str, str]) -> list[dict[str, object]]:
    return api(server, "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}})
