"""What is measured, and how: every server in turn, so that the machine's moods hit all alike."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import sites
from bench.browser import Browser, BrowserError, NotShownError, Report
from bench.loads import LOAD_SECONDS, folder, load, packages
from bench.rows import Limit, Plan, Ratio, Row
from bench.servers import Kind, Server

EDIT_SECONDS = 10.0
# A dev server's watcher may look less often when nobody has edited for a while; let it.
SETTLE_SECONDS = 35.0

SCROLL = 300

_FOCUS = """
{
  const name = document.querySelector("#name");
  name.value = "";
  name.focus();
}
"""
_STATE = """
(async () => {
  if (document.readyState !== "complete")
    await new Promise((done) => addEventListener("load", done, { once: true }));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [document.querySelector("#name").value, document.activeElement.id, scrollY];
})()
"""


# The page's own word on how long an update took it, from the frame to the last change: it goes to
# the server in an `ack`.
_WATCH_MORPH = """
{
  globalThis.__benchAcks = [];
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const frame = JSON.parse(data);
    if (frame.type === "ack") __benchAcks.push([frame.result, frame.ms]);
    return send.call(this, data);
  };
  globalThis.__benchInsertions = 0;
  const list = document.querySelector("#list");
  if (list) new MutationObserver((records) => {
    __benchInsertions += records.filter((record) => record.addedNodes.length > 0).length;
  }).observe(list, { childList: true });
}
"""


@dataclass(slots=True)
class _Subject:
    """A server with a page open."""

    site: Path
    browser: Browser
    skew: float = 0.0
    saves: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    reports: list[tuple[float, Report]] = field(default_factory=list)


def edits(plan: Plan, key: str, label: str, *targets: Ratio) -> list[Row]:
    """Save → screen, for one kind of file."""
    edit = sites.EDITS[key]
    is_page = edit.files[0].endswith(".html")
    with ExitStack() as stack:
        subjects = {kind.name: _open(stack, plan, kind, edit) for kind in plan.kinds}
        for subject in subjects.values():
            _warm_up(subject, edit)
            subject.skew = subject.browser.clock_skew()
        for kind in plan.in_turn(plan.runs):
            subject = subjects[kind.name]
            typed = _use_page(subject.browser, subject.saves) if is_page else ""
            time.sleep(random.uniform(0.5, 1.5) * plan.pause)
            subject.reports.append(_save(subject, edit, EDIT_SECONDS))
            if is_page:
                subject.lost.update(_lost(subject.browser, typed))

    def times(of: Callable[[Report], float]) -> dict[str, list[float]]:
        return {
            name: [of(report) - subject.skew - saved for saved, report in subject.reports]
            for name, subject in subjects.items()
        }

    notes = {n: _kept(s.lost, plan.runs) for n, s in subjects.items()} if is_page else {}
    return [
        Row(key, label, "ms", targets, times(lambda report: report.applied), notes),
        Row(f"{key}-painted", "… painted", "ms", (), times(lambda report: report.painted)),
    ]


def typed(plan: Plan) -> list[Row]:
    """Save → screen of a TSX module, beside the same in JavaScript by ourselves."""
    ours = replace(plan, kinds=plan.kinds[:1])
    ours_name = ours.kinds[0].name
    pair = {"tsx": sites.EDITS["tsx"], "js": sites.UNTYPED}
    rows = edits(plan, "tsx", "TSX module", Ratio(0.5))
    with ExitStack() as stack:
        subjects = {key: _open(stack, ours, ours.kinds[0], edit) for key, edit in pair.items()}
        values: dict[str, list[float]] = {key: [] for key in subjects}
        for key, subject in subjects.items():
            _warm_up(subject, pair[key])
            subject.skew = subject.browser.clock_skew()
        for _ in range(plan.runs):
            for key, subject in subjects.items():
                time.sleep(random.uniform(0.5, 1.5) * plan.pause)
                saved, report = _save(subject, pair[key], EDIT_SECONDS)
                values[key].append(report.applied - subject.skew - saved)
    return [
        *rows,
        Row(
            "tsx-js",
            "TSX beside JS",
            "ms",
            (Ratio(1.3, "JS"),),
            {ours_name: values["tsx"], "JS": values["js"]},
        ),
    ]


def morph(plan: Plan) -> list[Row]:
    """What an edit of a large page costs inside the page; the other servers reload it."""
    ours = replace(plan, kinds=plan.kinds[:1])
    name = ours.kinds[0].name
    with ExitStack() as stack:
        page = _open(stack, ours, ours.kinds[0], sites.LARGE)
        page.browser.evaluate(_WATCH_MORPH)
        for _ in range(plan.runs):
            time.sleep(random.uniform(0.5, 1.5) * plan.pause)
            _save(page, sites.LARGE, EDIT_SECONDS)
        acks = page.browser.evaluate("__benchAcks")
    if len(acks) != plan.runs or any(result != "applied" for result, _ in acks):
        raise BrowserError(f"{plan.runs} saves were acknowledged so: {acks}")
    with ExitStack() as stack:
        page = _open(stack, ours, ours.kinds[0], sites.LIST)
        page.browser.evaluate(_WATCH_MORPH)
        insertions = []
        for _ in range(plan.slow_runs):
            before = page.browser.evaluate("__benchInsertions")
            _save(page, sites.LIST, EDIT_SECONDS)
            insertions.append(page.browser.evaluate("__benchInsertions") - before)
    label = f"{sites.LARGE_ELEMENTS:,} elements, one text"
    return [
        Row("morph", label, "ms", (Limit(50),), {name: [ms for _, ms in acks]}),
        Row("prepend", "one item before 200", "insertions", (Limit(1),), {name: insertions}),
    ]


def start(plan: Plan) -> list[Row]:
    """From the start of the process to the end of the page's answer."""
    times: dict[str, list[float]] = {kind.name: [] for kind in plan.kinds}
    with folder(sites.small_site()) as site:
        for kind in plan.in_turn(plan.slow_runs):
            with Server(kind, site, ready="/") as server:
                times[kind.name].append(server.start_ms)
    return [Row("start", "start → first page", "ms", (Ratio(0.8),), times)]


def idle(plan: Plan) -> list[Row]:
    """CPU time of a server with one page open and 10,000 files to watch, while nobody edits."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for kind in plan.kinds:
            site = stack.enter_context(folder(sites.big_folder()))
            server = stack.enter_context(Server(kind, site))
            browser = stack.enter_context(Browser(plan.chromium, plan.devtools))
            browser.open(f"{server.url}/js.html")
            browser.wait_for(lambda value: value == "value 0", LOAD_SECONDS)
            servers[kind.name] = server
        time.sleep(SETTLE_SECONDS)
        before = {name: server.cpu_seconds() for name, server in servers.items()}
        began = time.monotonic()
        time.sleep(plan.idle)
        took = time.monotonic() - began
        used = {name: server.cpu_seconds() - before[name] for name, server in servers.items()}
    values = {name: [seconds / took * 100] for name, seconds in used.items()}
    return [Row("idle", "idle CPU, 10,000 files", "%", (Limit(1.0),), values)]


MEASURES: Mapping[str, Callable[[Plan], list[Row]]] = {
    "js": lambda plan: edits(plan, "js", "JS module", Ratio(0.5)),
    "tsx": typed,
    "deep": lambda plan: edits(plan, "deep", f"JS, {sites.CHAIN} imports deep", Ratio(0.2)),
    "turns": lambda plan: edits(plan, "turns", "… two of them in turns"),
    "css": lambda plan: edits(plan, "css", "CSS", Ratio(0.5)),
    "html": lambda plan: edits(plan, "html", "HTML", Ratio(0.25)),
    "morph": morph,
    "start": start,
    "load": load,
    "packages": packages,
    "idle": idle,
}


def _open(stack: ExitStack, plan: Plan, kind: Kind, edit: sites.Edit) -> _Subject:
    site = stack.enter_context(folder(sites.small_site()))
    server = stack.enter_context(Server(kind, site))
    browser = stack.enter_context(Browser(plan.chromium, plan.devtools))
    browser.open(server.url + edit.page)
    browser.wait_for(lambda value: value in ("text", "value 0"), LOAD_SECONDS)
    return _Subject(site, browser)


def _warm_up(subject: _Subject, edit: sites.Edit) -> None:
    """Save until the page follows: its socket may not be open yet when its text is there."""
    for patience in (1.0, 2.0, EDIT_SECONDS):
        try:
            _save(subject, edit, patience)
        except NotShownError:
            continue
        return
    _save(subject, edit, EDIT_SECONDS)


def _save(subject: _Subject, edit: sites.Edit, seconds: float) -> tuple[float, Report]:
    """Save once and wait until it shows; returns when it was saved, in ms since the epoch."""
    subject.saves += 1
    text, shown = edit.content(subject.saves), edit.shown(subject.saves)
    if edit.is_style:
        subject.browser.evaluate("__benchWatchColor()")
    saved = time.time() * 1000
    (subject.site / edit.file(subject.saves)).write_text(text, "utf-8")
    return saved, subject.browser.wait_for(lambda value: value == shown, seconds)


def _use_page(browser: Browser, number: int) -> str:
    """Type into the form, and scroll; returns what was typed."""
    typed = f"typed {number}"
    browser.evaluate(_FOCUS)
    browser.call("Input.insertText", text=typed)
    # Last, for typing scrolls back to where one types.
    browser.evaluate(f"scrollTo(0, {SCROLL})")
    if lost := _lost(browser, typed):
        raise BrowserError(f"the page could not be used: no {', '.join(lost)}")
    return typed


def _lost(browser: Browser, typed: str) -> list[str]:
    text, focus, scroll = browser.evaluate(_STATE)
    kept = {"text": text == typed, "focus": focus == "name", "scroll": abs(scroll - SCROLL) <= 2}
    return [name for name, is_kept in kept.items() if not is_kept]


def _kept(lost: Counter[str], runs: int) -> str:
    if not lost:
        return "typed text, focus and scroll kept"
    return "lost " + ", ".join(f"{name} in {times} of {runs}" for name, times in lost.items())
