"""Page loads: a new browser at a new server, and then F5."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import servers, sites
from bench.browser import Browser, BrowserError, Report
from bench.rows import Plan, Ratio, Row
from bench.servers import Kind, Server

LOAD_SECONDS = 60.0


@contextmanager
def folder(files: Mapping[str, str]) -> Iterator[Path]:
    """A site in a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="hotreload-bench-") as made:
        site = Path(made) / "site"
        sites.write(site, files)
        yield site


def load(plan: Plan) -> list[Row]:
    """The page with 1,000 modules."""
    kinds = [*plan.kinds, *plan.bundlers]
    first, again = (Ratio(0.5), Ratio(1.3, "Bun")), (Ratio(0.5), Ratio(1.5, "Bun"))
    with folder(sites.thousand_site()) as site:
        pairs = _pairs(plan, kinds, site, str(sites.MODULES))
    rows = _rows("load", "1,000 modules", pairs, first, again)
    for which, key, label in ((0, "load", "1,000 modules"), (1, "reload", "1,000 modules, F5")):
        painted = {
            name: [pair[which].painted - pair[which].origin for pair in each]
            for name, each in pairs.items()
        }
        rows.append(Row(f"{key}-painted", f"{label}, painted", "ms", (), painted))
    return rows


def packages(plan: Plan) -> list[Row]:
    """Pages that import packages."""
    modules = servers.install_packages()
    ours, *others = plan.kinds
    rows: list[Row] = []
    for name, (script, shown) in sites.PACKAGES.items():
        kinds = [servers.with_packages(ours, modules), *others]
        targets = [Ratio(1.2)]
        if name not in sites.NEED_SERVER:
            kinds.append(servers.plain())
            targets.append(Ratio(1.0, "http.server"))
        with folder(sites.package_site(script)) as site:
            (site / "node_modules").symlink_to(modules)
            pairs = _pairs(plan, kinds, site, shown)
        rows += _rows(name, name, pairs, (Ratio(0.8),), tuple(targets))
    return rows


def _pairs(
    plan: Plan, kinds: Sequence[Kind], site: Path, shown: str
) -> dict[str, list[tuple[Report, Report]]]:
    """For each server the first load and F5, run by run."""
    pairs: dict[str, list[tuple[Report, Report]]] = {kind.name: [] for kind in kinds}
    for kind in plan.in_turn(plan.slow_runs, kinds):
        # Vite keeps what it has made of packages: its first load is one without.
        servers.forget_made(site)
        with Server(kind, site) as server, Browser(plan.chromium, plan.devtools) as browser:
            browser.open(f"{server.url}/")
            first = _loaded(browser, shown)
            # The browser still writes its caches; a person does not press F5 sooner either.
            time.sleep(1)
            browser.reload()
            pairs[kind.name].append((first, _loaded(browser, shown)))
    return pairs


def _rows(
    key: str,
    label: str,
    pairs: Mapping[str, Sequence[tuple[Report, Report]]],
    first: tuple[Ratio, ...],
    again: tuple[Ratio, ...],
) -> list[Row]:
    def times(which: int) -> dict[str, list[float]]:
        return {
            name: [pair[which].applied - pair[which].origin for pair in each]
            for name, each in pairs.items()
        }

    again_key = "reload" if key == "load" else f"{key}-reload"
    return [
        Row(key, label, "ms", first, times(0)),
        Row(again_key, f"{label}, F5", "ms", again, times(1)),
    ]


def _loaded(browser: Browser, shown: str) -> Report:
    report = browser.wait_for(lambda value: value != "", LOAD_SECONDS)
    if report.value != shown:
        raise BrowserError(f"the page shows {report.value}, not {shown}")
    return report
