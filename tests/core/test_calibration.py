import numpy as np

from labeler_app.core import calibration


def test_folds_share_out_each_class_and_leave_a_single_item_to_every_fit():
    y = np.array([0] * 6 + [1] * 3 + [2])

    fold = calibration.folds(y, np.random.default_rng(0))

    assert np.bincount(fold[:6]).tolist() == [2, 2, 2]
    assert sorted(fold[6:9]) == [0, 1, 2]
    assert fold[9] == -1


def test_two_items_of_a_class_lie_in_two_folds():
    fold = calibration.folds(np.array([0, 0, 1, 1, 2, 2]), np.random.default_rng(1))

    assert all(fold[at] != fold[at + 1] for at in (0, 2, 4))


def test_labels_are_enough_by_number_or_by_class():
    assert not calibration.is_enough(np.array([0] * 40 + [1] * 4))
    assert calibration.is_enough(np.array([0] * 5 + [1] * 5))
    assert calibration.is_enough(np.array([0] * 46 + [1] * 4))
    assert not calibration.is_enough(np.array([0] * 60 + [1]))


def test_logits_ten_times_too_sure_are_flattened():
    rng = np.random.default_rng(0)
    true = rng.normal(size=(2000, 3))
    y = np.cumsum(np.exp(true), axis=1) < rng.random((2000, 1)) * np.exp(true).sum(1)[:, None]
    y = y.sum(axis=1)

    def fit(on, held):
        return {1.0: true[held] * 5.0}

    chosen = calibration.choose(y, np.ones(2000), fit, [1.0], 1.0, seed=0)

    assert 0.17 < chosen.sharpness < 0.24


def test_rows_that_all_lie_right_make_a_model_surer_only_by_their_number():
    def sharpness(count):
        y = np.tile([0, 1], count // 2)

        def fit(on, held):
            return {1.0: 4.0 * np.eye(2)[y[held]]}

        return calibration.choose(y, np.ones(count), fit, [1.0], 1.0, seed=0).sharpness

    few, more = sharpness(10), sharpness(40)

    assert 1.1 < few < 1.4
    assert few < more < 2.0


def test_the_usual_strength_is_kept_unless_another_is_clearly_better():
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 100)
    signal = np.eye(2)[y] + rng.normal(size=(200, 2))
    hardly = signal + 0.01 * rng.normal(size=(200, 2))

    def fit(on, held):
        return {0.1: signal[held], 1.0: hardly[held], 10.0: rng.normal(size=(held.size, 2))}

    def choose(among, usual):
        return calibration.choose(y, np.ones(200), fit, among, usual, seed=0).strength

    assert choose([0.1, 1.0, 10.0], 1.0) == 1.0
    assert choose([0.1, 1.0, 10.0], 10.0) in (0.1, 1.0)
