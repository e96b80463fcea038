from matcher.text.languages import is_chinese
from scripts.quality.samples import Samples


def test_every_need_has_a_rendering_in_the_other_language(samples: Samples) -> None:
    zh, en = samples.renderings["zh"], samples.renderings["en"]
    assert zh.keys() == en.keys() == samples.needs.keys()
    for query, written in samples.written_in.items():
        assert is_chinese(zh[query].full_text)
        assert not any("一" <= letter <= "鿿" for letter in en[query].full_text)
        assert samples.renderings[written][query].full_text == samples.needs[query].full_text
        for name in ("title", "text", "problem", "indicators", "goal"):
            assert bool(getattr(zh[query], name)) == bool(getattr(en[query], name)), (query, name)
