"""Licence terms of a patent, and contradictions in them."""

import re
from collections.abc import Callable

from matcher.language.messages import _
from matcher.types import LicenceTerms

_YES = re.compile(r"^(?:是|有|已|可|√|✓|y|yes|true|1|开放|声明|同意)", re.IGNORECASE)
_NO = re.compile(r"^(?:否|无|未|不|×|n|no|false|0)", re.IGNORECASE)
_UNKNOWN = re.compile(r"^(?:不详|不清楚|不确定|不明|未知|未定)")
_SEPARATOR = re.compile(r"[;；,，、|/\n]+")

MAX_FEE_YUAN = 20_000_000
MAX_SALES_SHARE = 20
MAX_PROFIT_SHARE = 40
"""Limits of an open licence in the office's guidance: fixed fee in yuan, royalties in per cent.

Have a person check them before relying on them."""

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([亿万元])")
_YUAN = {"亿": 100_000_000, "万": 10_000, "元": 1}
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")


def read_yes_no(cell: str) -> bool | None:
    """Return True for 是, 已声明, √, yes …, False for 否, 无, no …, None for any other text."""
    text = cell.strip()
    if not text or _UNKNOWN.match(text):
        return None
    if _NO.match(text):
        return False
    return True if _YES.match(text) else None


def read_list(cell: str) -> tuple[str, ...]:
    """Return the entries of a cell, in order, each once."""
    if not cell:
        return ()
    return tuple(dict.fromkeys(filter(None, map(str.strip, _SEPARATOR.split(cell)))))


def read_terms(text: Callable[[str], str]) -> LicenceTerms:
    """Read the terms of a row; `text` returns the text of a field, empty if missing."""
    return LicenceTerms(
        open_licence=read_yes_no(text("open_licence")),
        fee_basis=text("licence_fee_basis") or None,
        fee=text("licence_fee") or None,
        term=text("licence_term") or None,
        kinds=read_list(text("licence_kinds")),
        conversion_modes=read_list(text("conversion_modes")),
        price_mode=text("price_mode") or None,
        price=text("price") or None,
    )


def doubts(terms: LicenceTerms) -> list[tuple[str, str]]:
    """Return the doubtful terms for a person to check: field and message."""
    if not terms.open_licence:
        return []
    doubtful: list[tuple[str, str]] = []
    exclusive = [kind for kind in terms.kinds if re.search(r"独占|排他|exclusive|sole", kind, re.I)]
    if exclusive:
        doubtful.append(
            (
                "licence_kinds",
                _(
                    "an open licence does not go together with {exclusive}: offer 普通许可 or "
                    "take the open licence back",
                    exclusive="、".join(exclusive),
                ),
            )
        )
    if fee_doubt := _fee_doubt(terms.fee or ""):
        doubtful.append(("licence_fee", fee_doubt))
    return doubtful


def _fee_doubt(fee: str) -> str | None:
    digits_together = re.sub(r"(?<=\d)[,，](?=\d{3})", "", fee)
    for amount, unit in _AMOUNT.findall(digits_together):
        if float(amount) * _YUAN[unit] > MAX_FEE_YUAN:
            return _("a fixed fee of an open licence above 20 million yuan: check the statement")
    for part in re.split("[；;，,、。\n]", fee):
        limit = MAX_PROFIT_SHARE if "利润" in part else MAX_SALES_SHARE
        if any(float(share) > limit for share in _SHARE.findall(part)):
            return _(
                "a royalty above {limit} % under an open licence: check the statement", limit=limit
            )
    return None
