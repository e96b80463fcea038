"""Small sentence-transformers models, made and loaded for the tests."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from models.pretrained import LoadOptions
from models.sentence_transformer import SentenceTransformerEncoder

WINDOW = 16
WORDS = ("a", "the", "valve", "pump", "bearing", "of", "steel", *"阀门泵轴承钢隔膜电池。，.,123")


def make_model(folder: Path, *, seed: int = 0, halves: bool = False) -> Path:
    """Save a sentence-transformers model: BERT of one layer, a tiny vocabulary, mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel
    from transformers.models.bert import BertTokenizer

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *"bcdefghijklmnopqrstuvwxyz"]
    pieces += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz123"]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    bert = folder.parent / f"{folder.name}-bert"
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=WINDOW,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(bert)
    BertTokenizer(vocab=vocabulary).save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=WINDOW)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    model = SentenceTransformer(modules=[transformer, pooling], device="cpu")
    if halves:
        model.half()
    model.save(str(folder))
    return folder


def load_small_model(
    folder: Path, *, compute_dtype: str = "float32", batch_size: int = 8, **prefixes: str
) -> SentenceTransformerEncoder:
    """Load the model of a folder as an encoder."""
    options = LoadOptions("cpu", compute_dtype, batch_size)
    return SentenceTransformerEncoder("small", str(folder), options, **prefixes)


@lru_cache
def plain_model(folder: Path) -> Any:
    """Load the model of a folder with sentence-transformers alone, in float32."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "float32"})


def token_count(folder: Path, text: str) -> int:
    """Count the tokens of a text, special tokens included."""
    return len(plain_model(folder).tokenizer(text)["input_ids"])
