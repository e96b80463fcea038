from matcher.progress import silent
from models.fake import FakeEncoder
from scripts.quality.held_out import answer_ranks


def test_ranks_count_the_best_piece_of_a_long_text() -> None:
    encoder = FakeEncoder(window=4)
    ranks = answer_ranks(encoder, ["阀门", "水泵"], ["一二三四阀门", "阀门水泵"], "x", silent)
    assert ranks.tolist() == [1, 1]
    assert answer_ranks(encoder, ["水泵", "阀门"], ["阀门", "水泵"], "x", silent).tolist() == [2, 2]
