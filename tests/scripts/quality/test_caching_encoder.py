import numpy as np

from matcher.ports import WordEncoder
from scripts.quality.caching_encoder import CachingEncoder
from tests.support.engines import CountingEncoder


def test_a_text_is_encoded_once() -> None:
    counting = CountingEncoder()
    encoder = CachingEncoder(counting)
    first = encoder.encode(["阀", "泵", "阀"], "query")
    again = encoder.encode(["泵", "轴"], "query")
    assert counting.encoded == ["阀", "泵", "轴"]
    assert np.array_equal(first[0], first[2]) and np.array_equal(first[1], again[0])
    assert encoder.encode([], "query").shape == (0, 64)
    long = "阀" * 250
    encoder.split(long, "query").clear()
    assert encoder.split(long, "query") == counting.split(long, "query")
    for _ in range(2):
        (within,) = encoder.encode_spans(["阀泵"], [[None, (0, 1)]], "query")
        assert counting.encoded.count("阀泵") == 1 and np.array_equal(within[1], first[0])
    assert encoder.split_with_title("阀", "泵", "query") == counting.split_with_title(
        "阀", "泵", "query"
    )
    assert not isinstance(encoder, WordEncoder)  # marking related words is not measured
