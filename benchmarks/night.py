"""How long a night takes, by step, beside Prefect's own floor: `python -m benchmarks.night [--runs N] [--profile FILE]`.

Each figure is the median over runs, each run in a process of its own with a fresh home:

    steps     the night's steps called directly, without Prefect
    prefect   the same night as a flow (no server configured)
    floor     a flow with as many tasks that do nothing: what Prefect costs by itself
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
REAL_PROFILE = CHECKOUT / "tests" / "profiles" / "shared_data.toml"
REAL_FILES = CHECKOUT.parent / "shared" / "data"


def measure_steps(home: Path, profile_name: str) -> dict[str, float]:
    """Seconds of each step of one night, called directly."""
    from flows import steps
    from flows.home import Home
    from flows.profiles import load_profile

    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], object]) -> object:
        begun = time.perf_counter()
        result = work()
        seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - begun
        return result

    place, profile = Home.find(home), load_profile(profile_name)
    with place.only_one():
        tonight, _ = steps.begin(place, profile, datetime.now(UTC))
        for name in profile.source_names:
            timed("capture", lambda name=name: steps.capture(tonight, name))
        for name in profile.source_names:
            timed(f"list {name}", lambda name=name: steps.list_source(tonight, name))
        published = timed("release", lambda: steps.release(tonight))
        steps.end(tonight, published.verdict, published.reason, published.release_id)  # type: ignore[attr-defined]
    return seconds


def measure_prefect(home: Path, profile_name: str) -> dict[str, float]:
    """Seconds of one night as a flow, without the import of Prefect."""
    from flows.home import Home

    Home.find(home).prepare_prefect()
    from flows.nightly import refresh

    begun = time.perf_counter()
    refresh(profile=profile_name, home=str(home))
    return {"flow": time.perf_counter() - begun}


def measure_floor(home: Path, profile_name: str) -> dict[str, float]:
    """Seconds of a flow with as many tasks as a night has, each of which does nothing."""
    from flows.home import Home
    from flows.profiles import load_profile

    Home.find(home).prepare_prefect()
    from prefect import flow, task

    @task
    def nothing() -> None: ...

    @flow
    def empty() -> None:
        for future in [nothing.submit() for _ in range(2 * len(load_profile(profile_name).source_names) + 1)]:
            future.result()

    begun = time.perf_counter()
    empty()
    return {"flow": time.perf_counter() - begun}


MEASURES = {"steps": measure_steps, "prefect": measure_prefect, "floor": measure_floor}


def child(measure: str, home: Path, profile_name: str) -> dict[str, float]:
    """Run one measure in a process of its own; adds its whole time and its peak memory in MB."""
    begun = time.perf_counter()
    arguments = [sys.executable, "-m", "benchmarks.night", "--child", measure, "--home", str(home), "--profile", profile_name]
    done = subprocess.run(arguments, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**told, "process": time.perf_counter() - begun}


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """The median of every figure over runs."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def report(runs: int, profile_name: str) -> None:
    """Measure and print."""
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            for measure in ("steps", "prefect", "floor"):
                home = Path(folder) / measure
                found.setdefault(f"{measure}, first night", []).append(child(measure, home, profile_name))
                found.setdefault(f"{measure}, second night", []).append(child(measure, home, profile_name))
    print(f"profile {Path(profile_name).name}, median of {runs} runs")
    told = {name: medians(values) for name, values in found.items()}
    for name, figures in told.items():
        print(f"\n{name}")
        for figure, value in figures.items():
            unit = "MB" if figure == "peak" else "s"
            print(f"  {figure:<45}{value:>10.2f} {unit}")
    for night in ("first night", "second night"):
        work = sum(value for figure, value in told[f"steps, {night}"].items() if figure not in ("process", "peak"))
        flow, floor = told[f"prefect, {night}"]["flow"], told[f"floor, {night}"]["flow"]
        print(
            f"\n{night}: our work {work:.2f} s; as a flow {flow:.2f} s; Prefect's floor {floor:.2f} s; "
            f"(flow - floor) / work = {(flow - floor) / work:.2f}"
        )


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = str(REAL_PROFILE) if REAL_FILES.is_dir() else "sample"
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", default=default)
    parser.add_argument("--child", choices=MEASURES)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args()
    if chosen.child:
        told = MEASURES[chosen.child](chosen.home, chosen.profile)
        told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(told))
    else:
        report(chosen.runs, chosen.profile)


if __name__ == "__main__":
    main()
