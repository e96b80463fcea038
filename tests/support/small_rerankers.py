"""A small cross-encoder for the tests."""

from pathlib import Path

WINDOW = 24
ANSWERS = {"漏": "密封圈", "锈": "涂层", "热": "散热片", "噪": "消音棉"}
FILLER = "我们厂里设备常有问题希望解决一种结构包括本体和支架，。"
CHARACTERS = sorted(set("".join([*ANSWERS, *ANSWERS.values(), FILLER])))
"""Each is one token."""


def random_model(folder: Path, *, labels: int = 1) -> Path:
    """Save a small BERT that scores a pair; its weights are random."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.models.bert import BertTokenizer

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *CHARACTERS]
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=WINDOW,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.3,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    BertTokenizer(vocab=vocabulary, model_max_length=WINDOW).save_pretrained(folder)
    return folder
