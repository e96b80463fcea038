"""Tokens of a text, estimated where the tokenizer is on another machine.

Services seldom say how they count, and some cut a text that is too long without a word. So the
estimate has to exceed the true number for what stands in patents and needs:

- A Han character counts 1.5. Vocabularies of characters and words (BERT, multilingual-e5, bge-m3)
  have at most one token for it. Byte-pair vocabularies join frequent ones and take two or three
  for a rare one: over our Chinese samples 0.65 to 0.9 a character (DeepSeek, Qwen, o200k), more
  than 1.5 only in a list of rare ones. Older ones, as cl100k, come to 1.2, and to 2 in names of
  substances; the services that use it refuse what is too long.
- Two small letters count one, a capital counts one, and so does each letter of a word behind the
  sixteenth: words have four or five letters a token, names of substances more than two, sequences
  of genes and proteins fewer.
- A digit, a mark, a line end count one; a space only where no letter follows, as it belongs to
  the next word.
- Any other character counts its bytes in UTF-8, or those of its form in NFKC if they are more: no
  vocabulary has a token of less than a byte.
"""

import math
import re
from unicodedata import normalize

HAN = 1.5
LETTERS_OF_A_TOKEN = 2
WORD_LETTERS = 16
"""Letters of a word behind which each counts one."""
SPECIAL_TOKENS = 4
"""Room for the tokens that a model puts around a text."""
_LETTERS = re.compile(r" ?([A-Za-z]+)")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SINGLE = re.compile(r"[ -@\[-`{-~\n\r\t\u3000-\u3011\u2010-\u2026\uff01-\uff5e]")
"""Digits, marks and spaces, also the full-width ones of Chinese texts."""


def token_estimate(text: str) -> int:
    """Return a number of tokens that a text does not exceed."""
    total = sum(map(_word_tokens, _LETTERS.findall(text)))
    rest, han = _HAN.subn("", _LETTERS.sub("", text))
    rest, single = _SINGLE.subn("", rest)
    forms = (rest, normalize("NFKC", rest)) if rest else ("",)
    others = max(len(form.encode("utf-8", "surrogatepass")) for form in forms)
    return total + math.ceil(HAN * han) + single + others


def _word_tokens(word: str) -> int:
    capitals = sum(map(str.isupper, word[:WORD_LETTERS]))
    begun = len(word[:WORD_LETTERS]) + capitals
    return math.ceil(begun / LETTERS_OF_A_TOKEN) + len(word[WORD_LETTERS:])
