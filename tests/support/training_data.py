"""A small data folder (样例) with every file that the training recipe reads, and tiny models."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import ascii_lowercase, digits
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from scripts.training.student import Student, save_student
from scripts.training.transplant import SPECIAL

SUBCLASSES = ("A01B", "B02C", "C03C", "D04H", "E05B", "F16K", "G01N", "H01M")
PARTS = (("阀门", "valve"), ("泵", "pump"), ("轴承", "bearing"), ("隔膜", "separator"))


def write_data(folder: Path) -> Path:
    """Fill a folder with the files of the data folder, and return it."""
    _write_pairs(folder)
    _write_texts(folder)
    _write_needs(folder / "need-achievement")
    return folder


def write_english(folder: Path) -> Path:
    """Write an English BERT sentence encoder with two small random layers, and return its folder.

    It knows single letters and the words of PARTS.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertTokenizer

    letters = [*ascii_lowercase, *digits]
    pieces = [*SPECIAL, *(english for _, english in PARTS)]
    pieces += [*letters, *(f"##{letter}" for letter in letters), ".", ","]
    body = folder / "body"
    body.mkdir(parents=True)
    (body / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    small_body(len(pieces), 0).save_pretrained(body)
    BertTokenizer(str(body / "vocab.txt")).save_pretrained(body)
    transformer = modules.Transformer(str(body), max_seq_length=64)
    model = SentenceTransformer(modules=[transformer, modules.Pooling(32, "mean")], device="cpu")
    model.save(str(folder / "english"), create_model_card=False)
    return folder / "english"


def write_earlier(folder: Path) -> Path:
    """Write a model of both languages that the recipe can learn from, and return its folder."""
    tokenizer, student = small_student()
    save_student(student, tokenizer, folder / "earlier")
    return folder / "earlier"


def small_student() -> tuple[Any, Student]:
    """Tokenizer and student of two small random layers; words weigh more than characters."""
    words = [word for pair in PARTS for word in pair]
    characters = sorted({character for word in words for character in word})
    pieces = [*SPECIAL, *words, *(c for c in characters if c not in words), *digits, ".", ","]
    weights = torch.tensor([4.0 if piece in words else 1.0 for piece in pieces])
    return small_tokenizer(pieces), Student(small_body(len(pieces), 1), weights)


def small_tokenizer(pieces: Sequence[str]) -> Any:
    """WordPiece tokenizer without continuation marks over these pieces, the special ones first."""
    from transformers import PreTrainedTokenizerFast

    numbers = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(
        models.WordPiece(numbers, unk_token="[UNK]", continuing_subword_prefix="")
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(mark, numbers[mark]) for mark in ("[CLS]", "[SEP]")],
    )
    names = zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL, strict=True)
    marks = {f"{name}_token": mark for name, mark in names}
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, **marks
    )


def small_body(tokens: int, seed: int) -> Any:
    """BERT body of two random layers and 32 dimensions."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=tokens,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        initializer_range=0.3,
    )
    return BertModel(config)


def _write_pairs(folder: Path) -> None:
    """Parallel texts and dictionaries."""
    ipc = [
        (f"{zh}的{code}部件{n}号", f"part {n} of a {en} in {code}", f"{code}{n}/00", "0")
        for code in SUBCLASSES
        for n, (zh, en) in enumerate(PARTS)
    ]
    _tsv(folder / "parallel/ipc_zh_en.tsv.gz", ipc)
    _tsv(folder / "parallel/ipc_path_zh_en.tsv.gz", ipc)
    for name in ("arxiv_title", "arxiv_abstract", "pydocs", "espidf", "kicad", "d2l"):
        rows = [
            (f"用于{zh}的{name}方法说明{n}", f"{name} method {n} for a {en}", f"document {n}")
            for n in range(6)
            for zh, en in PARTS
        ]
        _tsv(folder / f"parallel/{name}_zh_en.tsv.gz", rows)
    _tsv(folder / "terms/cedict_zh_en.tsv.gz", [(zh, en, zh) for zh, en in PARTS])
    for name in ("msterm", "ee"):
        _tsv(folder / f"terms/{name}_zh_en.tsv.gz", [("阀门", "valve")])


def _write_texts(folder: Path) -> None:
    """Journals, patents and IPC titles."""
    _jsonl(
        folder / "chinese/csl.jsonl.gz",
        [
            {"title": f"{zh}研究{src}", "abstract": f"研究了{zh}的寿命。结果很好。", "src": [src]}
            for src in ("csl_SUMM_csl_title_train", "csl_ts_dev", "csl_ts_test")
            for zh, _ in PARTS
        ],
    )
    _jsonl(
        folder / "patents/zh_patents.jsonl.gz",
        [{"title": f"一种{zh}", "abstract": f"本发明公开了一种{zh}。" * 8} for zh, _ in PARTS],
    )
    _csv(
        folder / "patents/titles_ipc.csv.gz",
        ("publication_numbers", "title", "ipc_subclasses"),
        [
            (f"CN{n}", f"一种{zh}装置{n}", f"{SUBCLASSES[n % len(SUBCLASSES)]}|H01M")
            for n, (zh, _) in enumerate(PARTS * 20)
        ],
    )
    _csv(
        folder / "ipc/ipc_zh_titles.csv.gz",
        ("code", "level", "title_zh"),
        [(code, "subclass", f"{code}类部件") for code in SUBCLASSES],
    )


def _write_needs(folder: Path) -> None:
    """Two needs and three achievements (样例) with judgements, in BEIR layout."""
    (folder / "qrels").mkdir(parents=True)
    documents = {"a": "阀门", "b": "水泵", "c": "钢"}
    needs = {"1": "阀门漏水", "2": "水泵坏了"}
    for name, texts in (("corpus", documents), ("queries", needs)):
        lines = [{"_id": key, "title": text, "text": ""} for key, text in texts.items()]
        (folder / f"{name}.jsonl").write_text(
            "\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8"
        )
    qrels = "query-id\tcorpus-id\tscore\n1\ta\t3\n1\tb\t0\n2\tb\t2\n2\tc\t0\n"
    (folder / "qrels" / "dev.tsv").write_text(qrels, "utf-8")


def _tsv(file: Path, rows: Iterable[Iterable[str]]) -> None:
    _write(file, "".join("\t".join(row) + "\n" for row in rows))


def _jsonl(file: Path, rows: Iterable[object]) -> None:
    _write(file, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _csv(file: Path, heading: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    _write(file, text.getvalue())


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.write(text)
