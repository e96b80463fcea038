"""Passwords of accounts: the rules for a new one, its hash, and the check of a given one.

The rules follow NIST SP 800-63B: length counts, no kinds of characters are demanded, no password
has to be changed for its age, and the most usual ones are refused.
"""

from functools import cache
from itertools import pairwise
from unicodedata import category, normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from matcher.errors import InputError
from matcher.language.messages import _

MIN_CHARACTERS = 12
"""Shortest password. NIST asks for 8 characters with a second factor and 15 without; we have none,
but few guesses are possible: failures lock an account (matcher.access.accounts)."""
MAX_CHARACTERS = 200
"""Longest password: room for any sentence, and a bound to the work of a request."""
MIN_NAME_CHARACTERS = 4
"""Length from which a sign-in name may not be a part of the password."""
MIN_DIFFERENT = 5
"""Different characters that a password has at least."""

_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
"""Argon2id as RFC 9106 recommends it where memory is scarce (its second choice): 64 MiB, three
passes. On two processor cores a check takes about 0.1 s."""
_USUAL = frozenset(
    """
    0123456789ab 012345678910 123456789012 123456789123 1234567890ab 12345678910111 1q2w3e4r5t6y
    1qaz2wsx3edc 1qazxsw23edc a12345678901 a1234567890a aa123456789a abc123456789 abcd12345678
    abcdefgh1234 abcdefghijkl admin1234567 admin12345678 admin123456789 adminadmin123
    administrator administrator1 asdfghjkl123 beijing12345 beijing2008 changemeplease
    changepassword correcthorsebatterystaple daxue1234567 defaultpassword dragon123456
    football1234 iloveyou1234 iloveyou12345 letmein12345 matcher12345 matcher123456
    matchermatcher mima12345678 mima123456789 monkey123456 nihao1234567 p@ssw0rd1234 p@ssword1234
    passw0rd1234 password1234 password12345 password123456 passwordpassword patent123456
    patent1234567 princess1234 q123456789012 q1w2e3r4t5y6 qwe123456789 qwer12345678 qwerty123456
    qwertyuiop12 qwertyuiop123 qwertyuiopas rootroot1234 shanghai1234 sunshine1234 temppassword
    test12345678 testtesttest tianjin12345 tianjin123456 wang12345678 welcome12345 welcome123456
    wodemima1234 wodemima123456 woaini123456 woaini1314520 woaini520131 woaini5201314 woaiwojia123
    woaizhongguo woaizhongguo1 zhang1234567 zhangsan1234 zhongguo1234 zhongguo12345 zhuanli12345
    zhuanli123456 zxcvbnm12345 zxcvbnm123456
    """.split()  # noqa: SIM905
)
"""Usual passwords of twelve and more characters, here and abroad, without spaces."""


def check_new(password: str, name: str) -> None:
    """Raise InputError, which never quotes it, for a password that an account may not have."""
    written = normalize("NFKC", password)
    folded = written.casefold()
    if not MIN_CHARACTERS <= len(written) <= MAX_CHARACTERS:
        raise InputError(
            _(
                "a password has {least} to {most} characters; a sentence of your own is good",
                least=MIN_CHARACTERS,
                most=MAX_CHARACTERS,
            )
        )
    if any(category(character).startswith("C") for character in written):
        raise InputError(
            _("the password holds a control character: write it anew, without pasting")
        )
    if len(name) >= MIN_NAME_CHARACTERS and name in folded:
        raise InputError(_("the password may not hold the sign-in name"))
    if "".join(folded.split()) in _USUAL or len(set(folded)) < MIN_DIFFERENT or _is_row(folded):
        raise InputError(_("this password is among the first that are tried: choose another"))


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, with its parameters and its own salt."""
    return _HASHER.hash(_bytes(password))


def is_password_of(password: str, hashed: str | None) -> bool:
    """True if the password is the hashed one; takes as long without a hash, and is False."""
    try:
        _HASHER.verify(_dummy() if hashed is None else hashed, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def needs_new_hash(hashed: str) -> bool:
    """True if the hash was made with other parameters than the present ones."""
    return _HASHER.check_needs_rehash(hashed)


def _bytes(password: str) -> bytes:
    # Keyboards of different systems write the same character in different ways.
    return normalize("NFKC", password[: MAX_CHARACTERS + 1]).encode("utf-8", "replace")


@cache
def _dummy() -> str:
    return _HASHER.hash(b"hash that belongs to no account")


def _is_row(folded: str) -> bool:
    """True if each character is the one after, or before, the character in front of it."""
    steps = {ord(b) - ord(a) for a, b in pairwise(folded)}
    return steps <= {1} or steps <= {-1}
