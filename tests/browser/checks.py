"""Measurements of a page by axe and by its layout."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": list(TAGS)},
    "rules": {"target-size": {"enabled": True}},
}
_OVERFLOW = """() => {
  const page = document.documentElement, width = page.clientWidth;
  const isScrolled = (element) =>
    element && (getComputedStyle(element).overflowX !== "visible"
      || isScrolled(element.parentElement));
  const over = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && box.right > width + 1 && !isScrolled(element);
  }).map((element) => element.outerHTML.slice(0, 120));
  return page.scrollWidth > width ? [...over, `the page is ${page.scrollWidth} wide`] : over;
}"""
_SHIFTS = """
window.shifts = [];
window.shiftWatch = new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (value > 0.005 && !hadRecentInput)
      shifts.push(`${value} ` + sources.map((moved) => moved.node?.outerHTML?.slice(0, 80)));
});
shiftWatch.observe({ type: "layout-shift", buffered: true });
"""
_CUT = """() => [...document.body.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  const cuts = ["hidden", "clip"].includes(style.overflowX) || style.overflowX === "auto";
  const isMeant = style.textOverflow === "ellipsis" || style.clipPath !== "none"
    || element.matches("[tabindex='0'], textarea");
  return cuts && !isMeant && element.clientWidth && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.outerHTML.slice(0, 120))"""


def watch_shifts(page: Page) -> None:
    """Let the next page that opens measure its layout shifts."""
    page.add_init_script(_SHIFTS)


def shifts(page: Page) -> list[str]:
    """Return what moved while the page came, without anybody doing something."""
    found: list[str] = page.evaluate("shifts")
    return found


def unfold(page: Page) -> None:
    """Open all that is folded, so that it is looked at, too."""
    page.evaluate(
        """() => {
          window.shiftWatch?.disconnect(); // what moves now is meant
          for (const folded of document.querySelectorAll("details")) folded.open = true;
        }"""
    )


def violations(page: Page) -> list[str]:
    """Run axe; return what it finds, each with its rule, weight and first elements."""
    response = Axe().run(page, options=_OPTIONS).response
    return [
        f"{found['impact']} {found['id']}: {found['help']}: "
        + " | ".join(str(node["html"])[:160] for node in found["nodes"][:4])
        for found in response["violations"]
    ]


def overflow(page: Page) -> list[str]:
    """Return what stands beyond the right edge of the page."""
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def cut_text(page: Page) -> list[str]:
    """Return the elements of which a part cannot be seen, but for those that a key scrolls."""
    found: list[str] = page.evaluate(_CUT)
    return found
