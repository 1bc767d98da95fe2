import pytest

from labeler_app.services import comparison


def run(strategy, seed, accuracy, **more):
    return {
        "strategy": strategy,
        "embedder": "pixels",
        "learner": "logistic",
        "seed": seed,
        "labels": [10, 20],
        "accuracy": accuracy,
        "balanced_accuracy": [one / 2 for one in accuracy],
        "selection_seconds": [0.002, 0.004],
    } | more


def test_strategies_are_paired_by_the_seeds_that_both_have():
    runs = [
        *(run("random", seed, [0.4, 0.6]) for seed in range(3)),
        *(run("auto", seed, [0.5, 0.7 + 0.1 * seed]) for seed in range(4)),
    ]

    random, auto = comparison.summary(runs, "accuracy")

    assert (random["runs"], auto["runs"]) == (3, 4)
    assert auto["t_random"] == pytest.approx(3 * 3**0.5)
    assert auto["ratio"] == pytest.approx(1.5)


def test_two_repeats_say_nothing_of_chance():
    runs = [run(name, seed, [0.4, 0.6]) for name in ("random", "auto") for seed in range(2)]

    _, auto = comparison.summary(runs, "accuracy")

    assert auto["ratio"] == 1.0
    assert auto["t_random"] is auto["ratio_low"] is auto["ratio_high"] is None


def test_the_measure_is_the_one_asked_for():
    (one,) = comparison.summary([run("auto", 0, [0.4, 0.6])], "balanced_accuracy")

    assert one["alc"] == pytest.approx(0.25)
    assert one["final"] == pytest.approx(0.3)
    assert one["selection_seconds"] == pytest.approx(0.003)


def test_other_features_are_another_comparison():
    runs = [run("random", 0, [0.4, 0.6]), run("auto", 0, [0.5, 0.7], embedder="patches")]

    _, auto = comparison.summary(runs, "accuracy")

    assert auto["ratio"] is auto["t_random"] is None
