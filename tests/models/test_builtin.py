"""The model that comes with the program."""

import numpy as np
import pytest

from matcher.ports import Encoder
from models.loading import BUILTIN, BUILTIN_FOLDER, load_encoder
from models.pretrained import LoadOptions

CHINESE = (
    "锂离子电池的陶瓷隔膜",
    "滚动轴承的故障诊断方法",
    "铝合金表面的防腐涂层",
    "污水处理用的膜",
    "工业机器人的柔性夹爪",
)
ENGLISH = (
    "a ceramic separator for lithium ion batteries",
    "a method for diagnosing faults of rolling bearings",
    "an anticorrosive coating on aluminium alloy",
    "a membrane for treating waste water",
    "a soft gripper for industrial robots",
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(BUILTIN, LoadOptions(compute_dtype="float32"))


def test_the_builtin_model_is_small_and_loads_with_sentence_transformers_alone(
    encoder: Encoder,
) -> None:
    from sentence_transformers import SentenceTransformer

    assert (BUILTIN_FOLDER / "model.safetensors").stat().st_size <= 60_000_000
    plain = SentenceTransformer(
        str(BUILTIN_FOLDER), device="cpu", model_kwargs={"dtype": "float32"}
    )
    ours = encoder.encode(CHINESE, "passage")
    assert ours.shape == (len(CHINESE), encoder.dimension) == (len(CHINESE), 384)
    np.testing.assert_allclose(plain.encode(list(CHINESE)), ours, atol=1e-4)


def test_a_text_is_nearest_to_its_translation(encoder: Encoder) -> None:
    chinese = encoder.encode(CHINESE, "query")
    similarity = chinese @ encoder.encode(ENGLISH, "passage").T
    np.testing.assert_array_equal(similarity.argmax(axis=1), np.arange(len(CHINESE)))
    np.testing.assert_array_equal(similarity.argmax(axis=0), np.arange(len(CHINESE)))


def test_a_span_is_encoded_with_the_context_of_its_text(encoder: Encoder) -> None:
    text = "一种阀门\n阀芯由弹簧压紧，介质不漏。"
    (vectors,) = encoder.encode_spans([text], [[None, (5, len(text))]], "passage")
    np.testing.assert_allclose(vectors[:1], encoder.encode([text], "passage"), atol=1e-5)
    alone = encoder.encode([text[5:]], "passage")[0]
    valve = encoder.encode(["一种阀门"], "passage")[0]
    assert vectors[1] @ valve > alone @ valve
