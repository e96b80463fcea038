"""Landscapes of invented counts: none, few, and more than a chart shows."""

from matcher.landscape.demand import AskedNeed, Nearest, NeedOutcome
from matcher.landscape.frames import demand_frames, supply_frames
from matcher.landscape.landscape import Landscape, Totals
from matcher.landscape.scope import Scope
from matcher.store.supply import Supply, SupplyCount
from matcher.types import Need
from tests.support.samples import SEPARATOR, TODAY

LONG_NAME = "样例省新材料与高端装备制造产业技术创新战略联盟联合研究院有限责任公司天津分院"
FORMULA = "=1+1 样例机构"
"""Name that a spreadsheet program would compute."""
_SUBCLASSES = ("H01M", "C08J", "B25J", "G06F", "A61K", "C22C", "G01N", "H04L", "E04B", "F16L")


def count(value: object, patents: int, second: str | None = None) -> SupplyCount:
    """Count of a value: half of the patents are in force, a quarter sleep."""
    return SupplyCount(str(value), second, patents, patents // 2, patents // 4, 0)


def _supply(size: int) -> Supply:
    institutions = [LONG_NAME, FORMULA, "样例$机$构", *(f"样例大学{n}" for n in range(1, size))]
    return {
        "total": [count("", 40 * size)],
        "filed": [count(2000 + n, 2 * n + 1) for n in range(size)],
        "granted": [count(2002 + n, n + 1) for n in range(size)],
        "ipc": [count(symbol, 3 * n + 1) for n, symbol in enumerate(_SUBCLASSES[:size])],
        "institution": [count(name, 99 - n) for n, name in enumerate(institutions)],
        "status": [count(status, 10) for status in ("in_force", "pending", "lapsed")],
        "years_left": [count(band, 5) for band in ("0-2", "5-10", "15+", "unknown")],
        "team": [count("样例大学1", 4, f"样例团队{n}") for n in range(size)],
        "parties": [count('["样例大学1", "' + LONG_NAME + '"]', 4)],
        "field": [count(n, 8) for n in range(1, size + 1)],
    }


def _outcome(number: int) -> NeedOutcome:
    fit = ("strong", "fair", "weak")[number % 3]
    nearest = Nearest(SEPARATOR.id, SEPARATOR.title, 1 + number % 7, fit)  # type: ignore[arg-type]
    title = None if number % 2 else f"样例需求{number}"
    return NeedOutcome(AskedNeed(f"need_{number}", Need("隔膜"), title), (nearest,))


def _landscape(supply: Supply, patents: int, needs: int) -> Landscape:
    outcomes = [_outcome(number) for number in range(needs)]
    frames = supply_frames(supply) | demand_frames(supply, outcomes, frozenset({SEPARATOR.id}))
    totals = Totals(patents, patents, patents // 2, patents // 4, 0, needs, needs, needs)
    return Landscape(Scope(), TODAY, "f" * 32, "000001-sample", 24, totals, frames)


EMPTY = _landscape({}, 0, 0)
FEW = _landscape(_supply(1), 40, 1)
MANY = _landscape(_supply(30), 1200, 21)
