"""Vocabulary: the teacher's English pieces, Chinese characters and frequent Chinese words.

One WordPiece vocabulary without continuation marks: within a run of Chinese characters the
longest known word is taken, at any position. An English piece that the teacher knows both at the
start and in the middle of words becomes one piece.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable
from itertools import islice

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from matcher.text.characters import CHINESE

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
MAX_RUN = 64
"""Characters of a Chinese run that are segmented at once."""
MIN_WORD_LENGTH, MAX_WORD_LENGTH = 2, 6
"""Characters of a Chinese word."""
_CHINESE_RUN = re.compile(f"[{CHINESE}]+")
_LATIN_PIECE = re.compile(r"[\x21-\x7e]+|[\u00a1-\u00ff\u0370-\u03ff\u2000-\u22ff\u2460-\u24ff]")


def chinese_pieces(
    texts: Iterable[str], known: Container[str], max_words: int, max_characters: int
) -> tuple[list[str], list[str]]:
    """Return the most frequent words that are known, and the most frequent characters.

    A word without a gloss is left out: it would start as the mean of its parts, which is worse
    than the parts themselves.
    """
    import rjieba

    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        for run in _CHINESE_RUN.findall(text):
            characters.update(run)
            words.update(
                word for word in rjieba.cut(run) if MIN_WORD_LENGTH <= len(word) <= MAX_WORD_LENGTH
            )
    frequent = [word for word, _ in words.most_common(max_words) if word in known]
    return frequent, [character for character, _ in characters.most_common(max_characters)]


def english_pieces(teacher: dict[str, int], max_pieces: int) -> dict[str, list[int]]:
    """Return the most frequent pieces without continuation marks, each with its teacher ids.

    The teacher numbers its pieces by frequency.
    """
    ids: dict[str, list[int]] = {}
    for piece, number in sorted(teacher.items(), key=lambda entry: entry[1]):
        bare = piece.removeprefix("##") if len(piece) > 2 else piece
        if _LATIN_PIECE.fullmatch(bare) and not re.fullmatch(r"\[.*\]", bare):
            ids.setdefault(bare, []).append(number)
    return dict(islice(ids.items(), max_pieces))


def build_tokenizer(pieces: Iterable[str]) -> Tokenizer:
    """Build a tokenizer over the special tokens and the given pieces, in this order."""
    vocabulary = {piece: n for n, piece in enumerate(dict.fromkeys([*SPECIAL, *pieces]))}
    tokenizer = Tokenizer(
        models.WordPiece(
            vocabulary,
            unk_token="[UNK]",
            continuing_subword_prefix="",
            max_input_chars_per_word=max(100, MAX_RUN),
        )
    )
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(f"[{CHINESE}]{{1,{MAX_RUN}}}"), "isolated"),
            pre_tokenizers.BertPreTokenizer(),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return tokenizer


def _normalizer() -> normalizers.Normalizer:
    """NFKC, English punctuation for Chinese (the teacher knows it), no accents, lower case."""
    punctuation = zip("。、《》【】", '.,""[]', strict=True)
    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            *(normalizers.Replace(chinese, english) for chinese, english in punctuation),
            normalizers.BertNormalizer(
                clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=True
            ),
        ]
    )
