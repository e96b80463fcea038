"""Splitting of a claim set, or of the part of it that an export holds, into claims.

A number opens a claim only after the end of a sentence, if it is the expected number and the text
behind it has the form of a claim, so that a step "2. 烘干。" inside a claim stays there.
"""

import re
from typing import NamedTuple

from matcher.patents.claim_references import CLAIM, read_references
from matcher.text.characters import BASIC_CHINESE, simplified
from matcher.types import Claim, ClaimsCoverage

_MARK = re.compile(
    r"[权Cc0-9０-９](?<![0-9０-９].)"
    r"(?:(?:(?<=权)利要求|(?<=[Cc])laim\s)\s*[0-9０-９]{1,3}\s*[.．、:：]"
    r"|(?<=[0-9０-９])[0-9０-９]{0,2}\s*(?:[.．](?![0-9０-９])|、))[ \t\u3000]*"
)
"""Number of a claim, with its word or without. It begins with the characters that may stand first:
so the search leaps from one of them to the next."""
_DIGITS = re.compile("[0-9０-９]+")
_SENTENCE_END = frozenset("。；;.．!！?？:：\n\r\u2028")
_DEPENDENT_OPENING = re.compile(
    rf"^\s*(?:根据|如|按照?|依据|依照|基于|采用|使用|利用|应用|由)?(?:前述|上述|所述)?的?{CLAIM}"
)
_SUBJECT_OPENING = re.compile(r"^\s*一[种类套个组台款]")
_LETTER_OPENING = re.compile(rf"\s*[{BASIC_CHINESE}\dA-Za-z]")
_SENTENCES = re.compile(r"[。；;\n]")
_CHARACTERISING = re.compile(rf"其特征|特征在于|特征是|{CLAIM}\s*[0-9０-９]")
_ENGLISH_OPENING = re.compile(
    r"^\s*(?:(?:An?|The|Use|One or more|At least one)\s|[A-Z][\w-]+\s)(?=.*?(?:\bclaims?\s*\d"
    r"|compris|wherein|characteri[sz]ed|consist|includ|contain|having|preceding claims))",
    re.DOTALL,
)
_MAX_GAP = 60
"""Difference between the numbers of two successive independent claims."""


class ClaimPiece(NamedTuple):
    """A segment of a claim text: `mark` (its number as printed, with blanks) and `body`.

    Mark and body of all pieces, joined in order, are the text, character by character.
    """

    number: int
    mark: str
    body: str


def split_claims(text: str, *, consecutive: bool = True) -> list[ClaimPiece]:
    """Cut a claim text into claims; a text without numbers is one claim.

    With `consecutive`, only the next number opens a claim; without it (independent claims alone)
    any higher number does.
    """
    if not text.strip():
        return []
    openings = _openings(simplified(text), consecutive)
    starts_without_number = not openings or openings[0].start() != _first_letter(text)
    bounds = [(1, 0, 0)] if starts_without_number else []
    bounds += [(_number(mark), mark.start(), mark.end()) for mark in openings]
    ends = [start for _, start, _ in bounds[1:]] + [len(text)]
    pieces = []
    for index, ((number, start, body), end) in enumerate(zip(bounds, ends, strict=True)):
        first = 0 if index == 0 else start
        pieces.append(ClaimPiece(number, text[first:body], text[body:end]))
    return pieces


def read_claims(text: str, coverage: ClaimsCoverage) -> tuple[tuple[Claim, ...], ClaimsCoverage]:
    """Read the claims of a cell, and correct its stated coverage.

    Of stated coverage `all`, a single claim counts as the first claim only: exports head such a
    column 权利要求 too, and sets of one claim are rare. Of stated coverage `first`, several claims
    count as all of them.
    """
    pieces = split_claims(text, consecutive=coverage is not ClaimsCoverage.INDEPENDENT)
    claims: list[Claim] = []
    subjects: dict[int, str] = {}
    for piece in pieces:
        body = piece.body.strip()
        if not body:
            continue
        reference = read_references(body, piece.number, subjects)
        subjects[piece.number] = reference.subject
        claims.append(
            Claim(
                number=piece.number,
                text=body,
                is_dependent=reference.is_dependent,
                refers_to=reference.refers_to,
                reference_understood=reference.understood,
            )
        )
    if not claims:
        return (), ClaimsCoverage.NONE
    if coverage is not ClaimsCoverage.INDEPENDENT:
        coverage = ClaimsCoverage.ALL if len(claims) > 1 else ClaimsCoverage.FIRST
    return tuple(claims), coverage


def _openings(text: str, consecutive: bool) -> list[re.Match[str]]:
    """Return the number marks that open a claim."""
    first = _first_letter(text)
    accepted: list[re.Match[str]] = []
    expected = 1
    for mark in _MARK.finditer(text):
        number = _number(mark)
        at_start = mark.start() == first
        if not accepted and not at_start and expected == 1:
            # A text that begins without a number begins with claim 1.
            expected = 2
        fits = number == expected or (not consecutive and expected <= number <= expected + _MAX_GAP)
        if (at_start and number > 0) or (
            fits and _ends_a_sentence(text, mark.start()) and _has_claim_form(text, mark)
        ):
            accepted.append(mark)
            expected = number + 1
    return accepted


def _has_claim_form(text: str, mark: re.Match[str]) -> bool:
    rest = text[mark.end() : mark.end() + 2000]
    head = rest[:60]
    if _DEPENDENT_OPENING.match(head):
        return True
    sentence = _SENTENCES.split(rest, maxsplit=1)[0]
    if _SUBJECT_OPENING.match(head) and (len(sentence) > 12 or re.search(CLAIM, head)):
        return True
    if _LETTER_OPENING.match(head) and _CHARACTERISING.search(sentence[:400]):
        return True
    return bool(_ENGLISH_OPENING.match(re.split(r"[;\n]|\.\s", rest[:600], maxsplit=1)[0]))


def _ends_a_sentence(text: str, end: int) -> bool:
    """True after a new line or the end of a sentence, but not after a decimal point."""
    before = text[max(0, end - 40) : end]
    letters = before.rstrip(" \t\u3000")
    if letters[-1:] in {".", "．"} and letters == before and before[-2:-1].isdigit():
        return False
    return letters[-1:] in _SENTENCE_END


def _number(mark: re.Match[str]) -> int:
    digits = _DIGITS.search(mark[0])
    return int(digits[0]) if digits else 0


def _first_letter(text: str) -> int:
    return len(text) - len(text.lstrip())
