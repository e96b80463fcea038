"""Measure the pages in real Chromium over the sample catalogue: first card, bytes, layout shift.

    python -m scripts.bench.pages                # every sample need, five times
    python -m scripts.bench.pages --runs 1

Prints two Markdown tables with the commit and the machine. The server is a thread of this process
with the built-in model; every page is opened in a browser window of its own, with nothing kept.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from scripts.bench.catalogue import need_texts
from scripts.bench.machine import describe_commit, describe_machine
from scripts.docs.chromium import (
    PHONE,
    WIDE,
    new_visit,
    running_browser,
    running_server,
    sample_home,
)
from scripts.load.report import quantile

PATENT = "CN202019930105.X"
WATCH = """
const figures = { shift: 0, largest: 0, card: 0 };
window.figures = figures;
const note = (type, take) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({ type, buffered: true });
note("layout-shift", (entry) => { if (!entry.hadRecentInput) figures.shift += entry.value; });
note("largest-contentful-paint", (entry) => { figures.largest = entry.startTime; });
const now = () => performance.timeOrigin + performance.now();
addEventListener("submit", () => sessionStorage.setItem("pressed", now()), true);
const watch = new MutationObserver(() => {
  if (!document.querySelector("article")) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => { figures.card = now(); }));
});
watch.observe(document, { childList: true, subtree: true });
"""
"""Script of every page: layout shifts, largest paint, and the time when a first card is painted."""
PAINTED = """new Promise((tell) => {
  const look = () => figures.card ? tell(figures.card) : setTimeout(look, 10);
  look();
})"""
"""Time when the first card was painted."""


@dataclass(frozen=True)
class Weight:
    """Cost of a page when nothing of it is kept in the browser."""

    requests: int
    kilobytes: float
    elements: int
    largest: float
    """Time of the largest paint, in ms since the address was opened."""
    shift: float


def main() -> None:
    """Measure and print the tables."""
    options = _options()
    machine, needs = describe_machine(), need_texts()
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory(prefix="matcher bench "))) / "var"
        address = opened.enter_context(running_server(sample_home(home)))
        browser = opened.enter_context(running_browser())
        pressed, addressed = _first_cards(browser, address, needs, options.runs)
        weights = {
            (name, size): _weight(browser, f"{address}{path}", size)
            for name, path in _pages(needs[0]).items()
            for size in (WIDE, PHONE)
        }
    print(f"Commit {describe_commit()}; {machine}\n")
    print(_table_of_times({"pressing “find”": pressed, "opening its address": addressed}))
    print()
    print(_table_of_weights(weights))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.pages", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--runs", type=int, default=5, help="times that each need is asked")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    return options


def _pages(need: str) -> Mapping[str, str]:
    return {
        "ask": "/",
        "answer": f"/?q={quote(need)}",
        "patent": f"/patents/{PATENT}",
        "catalogue": "/catalogue",
        "navigation": "/navigation",
    }


def _first_cards(
    browser: Browser, address: str, needs: Sequence[str], runs: int
) -> tuple[list[float], list[float]]:
    """Return the times in ms until the first card: from the button, and from the address."""
    pressed, addressed = [], []
    for _run in range(runs):
        for need in needs:
            with _window(browser, address) as page:
                page.goto(address)
                page.locator("#q").fill(need)
                page.locator("form#ask button.first").click()
                pressed.append(_card(page) - float(page.evaluate("sessionStorage.pressed")))
            with _window(browser, address) as page:
                page.goto(f"{address}/?q={quote(need)}")
                addressed.append(_card(page) - float(page.evaluate("performance.timeOrigin")))
    return pressed, addressed


def _card(page: Page) -> float:
    page.locator("article").first.wait_for()
    return float(page.evaluate(PAINTED))


def _weight(browser: Browser, address: str, size: tuple[int, int]) -> Weight:
    with _window(browser, address, size) as page:
        sent: list[float] = []
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
        page.goto(address, wait_until="networkidle")
        figures = json.loads(page.evaluate("JSON.stringify(figures)"))
        elements = int(page.evaluate("document.querySelectorAll('*').length"))
        return Weight(len(sent), sum(sent) / 1000, elements, figures["largest"], figures["shift"])


@contextmanager
def _window(browser: Browser, address: str, size: tuple[int, int] = WIDE) -> Iterator[Page]:
    """Open a window that measures."""
    page = new_visit(browser, address, size, "zh").page
    page.add_init_script(WATCH)
    try:
        yield page
    finally:
        page.context.close()


def _table_of_times(times: Mapping[str, Sequence[float]]) -> str:
    lines = ["| first card after, ms | n | p50 | p95 | most |", "|---|---:|---:|---:|---:|"]
    for name, measured in times.items():
        counts = Counter(measured)
        figures = (quantile(counts, 0.5), quantile(counts, 0.95), max(measured))
        lines.append(
            f"| {name} | {len(measured)} | " + " | ".join(f"{f:,.0f}" for f in figures) + " |"
        )
    return "\n".join(lines)


def _table_of_weights(weights: Mapping[tuple[str, tuple[int, int]], Weight]) -> str:
    lines = [
        "| page | wide | requests | kB | elements | largest paint, ms | layout shift |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for (name, size), weight in weights.items():
        lines.append(
            f"| {name} | {size[0]} | {weight.requests} | {weight.kilobytes:,.1f} "
            f"| {weight.elements:,} | {weight.largest:,.0f} | {weight.shift:.3f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
