"""Claims out of the text of a claim set, and out of exports that hold only some of them.

A number opens a claim only where a sentence has just ended, where it is the number to be expected,
and where what follows reads like a claim, so that a step "2. 烘干。" inside a claim stays there.
"""

import re
from dataclasses import dataclass

from matcher.patents.claim_references import read_references
from matcher.types import Claim, ClaimsCoverage

_MARK = re.compile(
    r"(?<![0-9０-９])(?:(?:权利要求|[Cc]laim\s)\s*(?P<named>[0-9０-９]{1,3})\s*[.．、:：]"
    r"|(?P<bare>[0-9０-９]{1,3})\s*(?:[.．](?![0-9０-９])|、))[ \t\u3000]*"
)
_SENTENCE_END = frozenset("。；;.．!！?？:：\n\r\u2028")
_DEPENDENT_OPENING = re.compile(
    r"^\s*(?:根据|如|按照?|依据|依照|基于|采用|使用|利用|应用|由)?(?:前述|上述|所述)?的?权利要求"
)
_SUBJECT_OPENING = re.compile(r"^\s*一[种类套个组台款]")
_CHARACTERISING = re.compile(r"其特征|特征在于|特征是|权利要求\s*[0-9０-９]")
_ENGLISH_OPENING = re.compile(
    r"^\s*(?:(?:An?|The|Use|One or more|At least one)\s|[A-Z][\w-]+\s)(?=.*?(?:\bclaims?\s*\d"
    r"|compris|wherein|characteri[sz]ed|consist|includ|contain|having|preceding claims))",
    re.DOTALL,
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_LARGEST_GAP = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a claim text: `mark` (its number as printed, with blanks) and `body`.

    Joined in order, mark and body of all pieces give the text back, character by character.
    """

    number: int
    mark: str
    body: str


def split(text: str, *, consecutive: bool = True) -> list[Piece]:
    """Cut a claim text into claims; a text without numbers is one claim.

    With `consecutive`, only the next number opens a claim; without it (independent claims alone)
    any higher number does.
    """
    if not text.strip():
        return []
    openings = _openings(text, consecutive)
    starts_without_number = not openings or openings[0].start() != _first_letter(text)
    bounds = [(1, 0, 0)] if starts_without_number else []
    bounds += [(_number(found), found.start(), found.end()) for found in openings]
    ends = [start for _, start, _ in bounds[1:]] + [len(text)]
    pieces = []
    for place, ((number, start, body), end) in enumerate(zip(bounds, ends, strict=True)):
        first = 0 if place == 0 else start
        pieces.append(Piece(number, text[first:body], text[body:end]))
    return pieces


def read_claims(text: str, coverage: ClaimsCoverage) -> tuple[tuple[Claim, ...], ClaimsCoverage]:
    """The claims of a cell that is said to hold the first, the independent, or all claims.

    A cell said to hold all of them that holds one is taken for the first claim only: exports
    head such a column 权利要求 too, and sets of one claim are rare. A cell said to hold the first
    claim that holds several is taken for all of them.
    """
    pieces = split(text, consecutive=coverage is not ClaimsCoverage.INDEPENDENT)
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
    """The number marks that open a claim."""
    first = _first_letter(text)
    accepted: list[re.Match[str]] = []
    expected = 1
    for found in _MARK.finditer(text):
        number = _number(found)
        at_start = found.start() == first
        if not accepted and not at_start and expected == 1:
            # The text opens without a number: its first claim is claim 1.
            expected = 2
        fits = number == expected or (
            not consecutive and expected <= number <= expected + _LARGEST_GAP
        )
        if (at_start and number > 0) or (
            fits and _ends_a_sentence(text, found.start()) and _reads_like_a_claim(text, found)
        ):
            accepted.append(found)
            expected = number + 1
    return accepted


def _reads_like_a_claim(text: str, found: re.Match[str]) -> bool:
    rest = text[found.end() : found.end() + 2000]
    head = rest[:60]
    if _DEPENDENT_OPENING.match(head):
        return True
    sentence = re.split(r"[。；;\n]", rest, maxsplit=1)[0]
    if _SUBJECT_OPENING.match(head) and (len(sentence) > 12 or "权利要求" in head):
        return True
    if re.match(r"\s*[\u4e00-\u9fff\dA-Za-z]", head) and _CHARACTERISING.search(sentence[:400]):
        return True
    return bool(_ENGLISH_OPENING.match(re.split(r"[;\n]|\.\s", rest[:600], maxsplit=1)[0]))


def _ends_a_sentence(text: str, end: int) -> bool:
    """A new line or the end of a sentence; the point of a decimal fraction is none."""
    before = text[max(0, end - 40) : end]
    letters = before.rstrip(" \t\u3000")
    if letters[-1:] in {".", "．"} and letters == before and before[-2:-1].isdigit():
        return False
    return letters[-1:] in _SENTENCE_END


def _number(found: re.Match[str]) -> int:
    return int((found["named"] or found["bare"]).translate(_FULL_WIDTH))


def _first_letter(text: str) -> int:
    return len(text) - len(text.lstrip())
