"""Scope of a person's consent as a cell gives it; the stricter of possible readings holds."""

import re

from matcher.importing.rows.check_boxes import read_boxes
from matcher.text.characters import nfkc, simplified
from matcher.text.phrases import phrase_pattern
from matcher.types import ConsentScope

_PACKAGE = "matcher.importing.rows"
_STRICTEST_FIRST = (
    (re.compile(r"授权|逐次|指定|单个企业|granted", re.I), ConsentScope.GRANTED),
    (re.compile(r"活动|对接|event", re.I), ConsentScope.EVENT),
    (re.compile(r"公开|\bpublic\b", re.I), ConsentScope.PUBLIC),
)
_ANSWER = re.compile(r"(?P<question>[^:：?？]*)[:：?？]\s*(?:是|同意|可以|yes|y)\s*[。.]?", re.I)
"""A question of a form with yes as its answer: 是否公开：是."""


class ConsentRefusedError(Exception):
    """The person does not consent, or the cell can be read so."""


def read_consent_scope(written: str) -> ConsentScope | None:
    """Return the scope of a cell; None where it names none.

    A negation, a doubt, a cross, and boxes of which none is ticked are refusals: they raise
    `ConsentRefusedError`.
    """
    plain = simplified(nfkc(written)).strip()
    boxes = read_boxes(plain)
    if boxes is None:
        return _scope_of(plain)
    if boxes.are_crosses or not all(boxes.readings):
        raise ConsentRefusedError
    scopes = [_scope_of(entry) for entries in boxes.readings for entry in entries]
    if None in scopes:
        return None
    return next(scope for _, scope in _STRICTEST_FIRST if scope in scopes)


def _scope_of(text: str) -> ConsentScope | None:
    if answer := _ANSWER.fullmatch(text):
        text = answer["question"].replace("是否", "")
    if phrase_pattern(_PACKAGE, "consent_doubts.txt", flags=re.IGNORECASE).search(text):
        raise ConsentRefusedError
    scope = next((scope for pattern, scope in _STRICTEST_FIRST if pattern.search(text)), None)
    if scope is ConsentScope.PUBLIC and phrase_pattern(_PACKAGE, "consent_limits.txt").search(text):
        return None
    return scope
