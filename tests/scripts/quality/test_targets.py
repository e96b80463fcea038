from scripts.quality.cross_lingual import language_pair
from scripts.quality.figures import Figure, figure
from scripts.quality.targets import DEV, check_targets


def test_only_measured_targets_are_checked() -> None:
    def dev(run: str, *values: float, metric: str = "ndcg@10") -> Figure:
        return Figure(DEV, metric, run, {str(n): v for n, v in enumerate(values)})  # type: ignore[arg-type]

    zh = figure(language_pair("zh", "zh"), "ndcg@10", "engine", [("a", 0.8)])
    en = figure(language_pair("en", "zh"), "ndcg@10", "engine", [("a", 0.7)])
    reached = {target.text: target.is_reached for target in check_targets([zh, en])}
    assert list(reached.values()) == [False] and "within 10%" in next(iter(reached))
    figures = [
        dev("engine", 0.8, 0.8, 0.9),
        dev("reference", 0.6, 0.7, 0.8),
        dev("dense", 0.9, 0.7, 0.8),
        dev("lexical", 0.1, 0.1, 0.1),
        dev("engine", 0.5, 0.5, 0.5, metric="spearman"),
    ]
    assert [target.is_reached for target in check_targets(figures)] == [True, False, True, False]
