"""The vocabulary: the teacher's English pieces, Chinese characters and frequent Chinese words.

One WordPiece vocabulary without continuation marks, so that inside a run of Chinese characters the
longest known word is taken, wherever it stands. An English piece that the teacher knows at the
start and in the middle of words becomes one piece.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable
from itertools import islice

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CHINESE = "\u3400-\u4dbf\u4e00-\u9fff"
LONGEST_RUN = 64
_RUN = re.compile(f"[{CHINESE}]+")
_LATIN_PIECE = re.compile(r"[\x21-\x7e]+|[\u00a1-\u00ff\u0370-\u03ff\u2000-\u22ff\u2460-\u24ff]")


def chinese_words(
    texts: Iterable[str], known: Container[str], words: int, characters: int
) -> tuple[list[str], list[str]]:
    """Of the most frequent words of two to six characters those known, and the characters.

    A word without a gloss would start as the mean of its parts, and read worse than the parts do.
    """
    import rjieba

    counted: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for text in texts:
        for run in _RUN.findall(text):
            seen.update(run)
            counted.update(word for word in rjieba.cut(run) if 2 <= len(word) <= 6)
    frequent = [word for word, _ in counted.most_common(words) if word in known]
    return frequent, [character for character, _ in seen.most_common(characters)]


def english_pieces(teacher: dict[str, int], most: int) -> dict[str, list[int]]:
    """Each piece without its continuation mark, and the teacher's ids of its forms.

    The teacher numbers its pieces by frequency: the first `most` are kept.
    """
    forms: dict[str, list[int]] = {}
    for piece, number in sorted(teacher.items(), key=lambda entry: entry[1]):
        bare = piece.removeprefix("##") if len(piece) > 2 else piece
        if _LATIN_PIECE.fullmatch(bare) and not re.fullmatch(r"\[.*\]", bare):
            forms.setdefault(bare, []).append(number)
    return dict(islice(forms.items(), most))


def build_tokenizer(pieces: Iterable[str]) -> Tokenizer:
    """A tokenizer over special tokens and these pieces, in this order."""
    vocabulary = {piece: n for n, piece in enumerate(dict.fromkeys([*SPECIAL, *pieces]))}
    tokenizer = Tokenizer(
        models.WordPiece(
            vocabulary,
            unk_token="[UNK]",
            continuing_subword_prefix="",
            max_input_chars_per_word=max(100, LONGEST_RUN),
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            # Chinese punctuation becomes the English one, which the teacher knows.
            *(normalizers.Replace(a, b) for a, b in zip("。、《》【】", '.,""[]', strict=True)),
            normalizers.BertNormalizer(
                clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=True
            ),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(f"[{CHINESE}]{{1,{LONGEST_RUN}}}"), "isolated"),
            pre_tokenizers.BertPreTokenizer(),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return tokenizer
