"""Licence terms in plain words, for readers who never took a licence; for orientation only."""

import re
from collections.abc import Iterator

from matcher.language.messages import _
from matcher.language.messages import gettext_noop as N_  # noqa: N812 - its usual name
from matcher.types import LicenceTerms

_MEANINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (
            r"独占|(?<!non-)(?<!non)exclusive",
            N_("exclusive licence: only you may use it, not even the owner"),
        ),
        (r"排他|\bsole\b", N_("sole licence: you and the owner may use it, nobody else")),
        (
            r"普通|non-?exclusive|\bsimple\b",
            N_("non-exclusive licence: you may use it, and others may get a licence, too"),
        ),
        (r"转让|assign", N_("assignment: the patent becomes yours, with its annual fees")),
        (
            r"作价|入股|equity",
            N_("equity: the owner brings the patent in for a share of a company"),
        ),
        (r"协议|negotiat", N_("negotiated price: you agree on it with the owner")),
        (r"挂牌|\blisted\b", N_("listed price: it is offered at a technology exchange")),
        (r"拍卖|auction", N_("auction: the highest bid gets it")),
    )
)
"""Words of the terms, and their meaning."""
OPEN_LICENCE = N_(
    "open licence: anybody may use the patent on the published terms, after writing to the owner "
    "that they do and paying the fee (Patent Law, Art. 50 and 51)"
)


def terms_in_words(terms: LicenceTerms) -> Iterator[str]:
    """Yield a sentence for each term that has a meaning of its own, each once."""
    if terms.open_licence:
        yield _(OPEN_LICENCE)
    texts = "\n".join(filter(None, (*terms.kinds, *terms.conversion_modes, terms.price_mode)))
    for pattern, meaning in _MEANINGS:
        if pattern.search(texts):
            yield _(meaning)
