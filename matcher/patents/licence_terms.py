"""On which terms a right can be had, and what in the terms does not go together."""

import re
from collections.abc import Callable

from matcher.types import LicenceTerms

_YES = re.compile(r"^(?:是|有|已|可|√|✓|y|yes|true|1|开放|声明|同意)", re.IGNORECASE)
_NO = re.compile(r"^(?:否|无|未|不|×|n|no|false|0)", re.IGNORECASE)
_NOT_KNOWN = re.compile(r"^(?:不详|不清楚|不确定|不明|未知|未定)")
_LISTED = re.compile(r"\s*[;；,，、|/\n]+\s*")

FEE_LIMIT_YUAN = 20_000_000
SALES_SHARE_LIMIT = 20
PROFIT_SHARE_LIMIT = 40
"""Limits of open licences in the office's guidance; have a person check them before relying."""

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([亿万元])")
_YUAN = {"亿": 100_000_000, "万": 10_000, "元": 1}
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")


def read_yes_no(cell: str) -> bool | None:
    """是, 已声明, √, yes … is True, 否, 无, no … is False, anything else None."""
    word = cell.strip()
    if not word or _NOT_KNOWN.match(word):
        return None
    if _NO.match(word):
        return False
    return True if _YES.match(word) else None


def read_list(cell: str) -> tuple[str, ...]:
    """The entries of a cell, in order, each once."""
    return tuple(dict.fromkeys(entry for entry in _LISTED.split(cell.strip()) if entry))


def read_terms(text: Callable[[str], str]) -> LicenceTerms:
    """The terms in a row, of which `text` gives each field (empty where it is missing)."""
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
    """What a person should look at: the field, and what is doubtful about it."""
    if not terms.open_licence:
        return []
    found: list[tuple[str, str]] = []
    exclusive = [kind for kind in terms.kinds if re.search(r"独占|排他|exclusive|sole", kind, re.I)]
    if exclusive:
        found.append(
            (
                "licence_kinds",
                f"an open licence does not go together with {'、'.join(exclusive)}: offer 普通许可 "
                "or take the open licence back",
            )
        )
    if fee_doubt := _fee_doubt(terms.fee or ""):
        found.append(("licence_fee", fee_doubt))
    return found


def _fee_doubt(fee: str) -> str | None:
    digits_together = re.sub(r"(?<=\d)[,，](?=\d{3})", "", fee)
    for amount, unit in _AMOUNT.findall(digits_together):
        if float(amount) * _YUAN[unit] > FEE_LIMIT_YUAN:
            return "a fixed fee of an open licence above 20 million yuan: check the statement"
    for part in re.split("[；;，,、。\n]", fee):
        limit = PROFIT_SHARE_LIMIT if "利润" in part else SALES_SHARE_LIMIT
        if any(float(share) > limit for share in _SHARE.findall(part)):
            return f"a royalty above {limit} % under an open licence: check the statement"
    return None
