"""What the room refuses, and that the sentence names the place and the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xinzhi.base.errors import ComputationError, DataError, UsageError, XinzhiError
from xinzhi.base.text import speaking
from xinzhi.measure import (
    aggregate,
    ahp_weights,
    benefit_of_doubt,
    combine_weights,
    critic_weights,
    cv_weights,
    denominate,
    effective_weights,
    entropy_weights,
    grey_relational,
    impute_by_group,
    normalise,
    pca_weights,
    preset,
    presets,
    rank_sum_ratio,
    topsis,
    treat,
    vikor,
)

FLAT = [[1.0, 3.0], [2.0, 3.0], [4.0, 3.0]]
FINE = [[0.1, 0.9], [0.5, 0.3], [0.9, 0.6]]
HALF = [0.5, 0.5]

REFUSED: list[tuple[Callable[[], Any], type[XinzhiError], str]] = [
    (lambda: normalise(FLAT, 1), DataError, "column 1 has the same value everywhere"),
    (lambda: normalise(FLAT, 1, names=["gdp", "beds"]), DataError, "“beds”"),
    (lambda: normalise(FLAT, 1, "zscore"), DataError, "column 1 has the same value everywhere"),
    (lambda: normalise([[1, 1], [1, 2], [1, 3], [2, 4.0]], 1, "robust"), DataError, "MAD is 0"),
    (lambda: normalise([[0.0], [0.0]], 1, "vector"), DataError, "denominator of 0"),
    (lambda: normalise([[-1.0], [2.0]], 1, "sum"), DataError, "no share of a total"),
    (lambda: normalise([[0.0], [2.0]], 1, "log-minmax"), DataError, "is 0 in row 0"),
    (lambda: normalise([[1.0], [0.0]], -1, inverse="reciprocal"), DataError, "is 0 in row 1"),
    (lambda: normalise([[1.0], [np.nan]], 1), DataError, "missing at (1, 0)"),
    (lambda: normalise([[np.nan], [np.nan]], 1, missing="keep"), DataError, "no value at all"),
    (lambda: normalise(FINE, [1, 2]), DataError, "entry 1 of direction is 2"),
    (lambda: normalise(FINE, [1, 1, 1]), DataError, "length 3, expected 2"),
    (lambda: normalise(FINE, 1, "minmix"), UsageError, "minmax"),
    (lambda: normalise(FINE, 1, "zscore", goalposts=[(0, 1), None]), UsageError, "does not use goalposts"),
    (lambda: normalise(FINE, 1, "zscore", bounds=(0, 100)), UsageError, "does not use bounds"),
    (lambda: normalise(FINE, 1, reference=[1, 1]), UsageError, "does not use reference"),
    (lambda: normalise(FINE, 1, goalposts=[(1, 0), None]), DataError, "low must be below high"),
    (lambda: normalise(FINE, 1, target=[(1, 0), None]), DataError, "low end above its high end"),
    (lambda: normalise([["a", 1]], 1), DataError, "not numbers"),
    (lambda: normalise([[np.inf, 1.0], [1.0, 2.0]], 1), DataError, "infinite at (0, 0)"),
    (lambda: normalise(np.empty((0, 2)), 1), DataError, "empty"),
    (lambda: entropy_weights([[-1.0, 1], [1, 2]]), DataError, "not with zscore"),
    (lambda: entropy_weights([[0.0, 1], [0, 2]]), DataError, "column 0 is zero everywhere"),
    (lambda: entropy_weights([[1.0, 1]]), DataError, "at least two rows"),
    (lambda: entropy_weights([[1.0, 2], [1, 2]]), ComputationError, "no indicator varies"),
    (lambda: cv_weights([[-1.0, 1], [1, 2]]), DataError, "mean that is not positive"),
    (lambda: critic_weights(FLAT), DataError, "no correlation"),
    (lambda: critic_weights(FINE, conflict="both"), UsageError, "absolute"),  # type: ignore[arg-type]
    (lambda: pca_weights(FLAT), DataError, "no correlation"),
    (lambda: pca_weights(FINE, keep=9), UsageError, "from 1 to 2"),
    (lambda: pca_weights(FINE, rule="best"), UsageError, "squared-loadings"),  # type: ignore[arg-type]
    (lambda: ahp_weights([[1, 2], [2, 1]]), DataError, "(1, 0) must be 0.5"),
    (lambda: ahp_weights([[1, 2, 3]]), DataError, "square"),
    (lambda: ahp_weights([[1, 0], [0, 1]]), DataError, "positive everywhere"),
    (lambda: ahp_weights(np.ones((16, 16))), UsageError, "ends at 15"),
    (lambda: combine_weights([]), DataError, "no weights"),
    (lambda: combine_weights([[0.5, 0.6]]), DataError, "sum to 1.1"),
    (lambda: combine_weights([[1, 0], [0, 1]], "multiplicative"), ComputationError, "zero everywhere"),
    (lambda: combine_weights([HALF, HALF], "gaming"), UsageError, "game"),  # type: ignore[arg-type]
    (lambda: combine_weights([HALF, HALF], importance=[1, 2]), UsageError, "does not use importance"),
    (lambda: combine_weights([HALF], "moment"), UsageError, "objective"),
    (lambda: aggregate([[0.0, 1.0]], HALF, "geometric"), DataError, "floor=0.01"),
    (lambda: aggregate([[0.0, 1.0]], HALF, "harmonic"), DataError, "is 0 in row 0"),
    (lambda: aggregate([[-1.0, 1.0]], HALF, "geometric", zeros="zero"), DataError, "is -1 in row 0"),
    (lambda: aggregate(FINE, [0.5, 0.6]), DataError, "sum to 1.1"),
    (lambda: aggregate(FINE, [1.5, -0.5]), DataError, "must not be negative"),
    (lambda: aggregate(FINE, [1.0]), DataError, "length 1, expected 2"),
    (lambda: aggregate(FINE, HALF, "power"), UsageError, "go together"),
    (lambda: aggregate(FINE, HALF, "arithmetical"), UsageError, "arithmetic"),
    (lambda: aggregate([[np.nan, np.nan], [1, 2]], HALF, missing="renormalise"), DataError, "row 0"),
    (lambda: aggregate([[np.nan, 1], [1, 2]], HALF, "copeland", missing="renormalise"), UsageError, "pairs"),
    (lambda: aggregate([[-2.0, 1.0]], HALF, "mpi"), DataError, "row 0 is not positive"),
    (lambda: topsis([[1.0, 1], [1, 1]], HALF), ComputationError, "same point"),
    (lambda: topsis(FINE, HALF, normalisation="minmax"), UsageError, "vector"),  # type: ignore[arg-type]
    (lambda: vikor(FLAT, HALF), DataError, "column 1"),
    (lambda: vikor(FINE, HALF, v=2), UsageError, "0–1"),
    (lambda: grey_relational(FINE, HALF, rho=0), UsageError, "(0, 1]"),
    (lambda: grey_relational([[1.0, 1], [1, 1]], HALF), ComputationError, "equals the reference"),
    (lambda: rank_sum_ratio([[1.0, 1], [1, 1], [1, 1]]), ComputationError, "only 1"),
    (lambda: rank_sum_ratio(FINE, grades=2), UsageError, "3–10"),
    (lambda: benefit_of_doubt([[-1.0, 1], [1, 1]]), DataError, "must not be negative"),
    (lambda: benefit_of_doubt([[0.0, 1], [0, 2]]), DataError, "no frontier"),
    (lambda: benefit_of_doubt(FINE, share_limits=(0.6, 0.9)), DataError, "leave room for 1"),
    (lambda: benefit_of_doubt(FINE, weight_limits=(5.0, 9.0)), ComputationError, "row 0"),
    (lambda: treat([1.0, 2.0], "cut"), UsageError, "quantile"),  # type: ignore[arg-type]
    (lambda: treat([1.0, 1.0], "log"), DataError, "no skew to treat"),
    (lambda: denominate([[1.0], [2.0]], [1, 0]), DataError, "row 1 is zero"),
    (lambda: impute_by_group([[np.nan, 1], [np.nan, 2], [1, 3]], ["a", "a", "b"]), DataError, "group “a”"),
    (lambda: effective_weights(FINE, [1, 1, 1]), ComputationError, "all scores are the same"),
]


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_refused_with_one_sentence(call: Callable[[], Any], kind: type[XinzhiError], words: str) -> None:
    with speaking("en"), pytest.raises(kind) as caught:
        call()
    said = caught.value.text
    with speaking("en"):
        assert words in str(caught.value)
    assert "\n" not in said.zh + said.en
    assert any("\u4e00" <= ch <= "\u9fff" for ch in said.zh)


def test_arguments_are_never_written_to() -> None:
    x = np.random.default_rng(0).uniform(0.1, 1, size=(8, 3))
    x.setflags(write=False)
    for method in ("minmax", "zscore", "rank", "vector", "robust"):
        normalise(x, -1, method)
    for weigh in (entropy_weights, critic_weights, cv_weights, pca_weights):
        weigh(x)
    w = np.full(3, 1 / 3)
    for way in ("arithmetic", "geometric", "copeland"):
        aggregate(x, w, way)
    topsis(x, w)
    vikor(x, w)
    benefit_of_doubt(x)
    treat(x[:, 0])


def test_constant_column_takes_the_value_that_is_stated() -> None:
    for method in ("minmax", "zscore", "sigmoid", "distance"):
        z = normalise(FLAT, 1, method, constant=0.5)
        assert (z[:, 1] == 0.5).all()
        assert np.ptp(z[:, 0]) > 0


def test_zero_score_only_when_accepted() -> None:
    assert aggregate([[0.0, 1.0]], HALF, "geometric", zeros="zero")[0] == 0
    assert aggregate([[0.0, 1.0]], HALF, "harmonic", zeros="zero")[0] == 0
    assert aggregate([[0.0, 1.0]], HALF, "geometric", floor=0.01)[0] == pytest.approx(0.1)
    assert aggregate([[0.0, 1.0]], [0.0, 1.0], "geometric")[0] == 1  # what carries no weight may be zero


# Indicator systems -----------------------------------------------------------------------------------------------------


def system(**indicator: Any) -> dict[str, Any]:
    entry = {"id": "x", "formula": "gdp", "direction": "+", **indicator}
    return {"mine": {"layers": {"one": {"indicators": [entry]}}}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (system(direction="up"), "layers.one.indicators.0.direction"),
        (system(wieght=1), "wieght"),
        (system(direction=None), "direction (+ or -) or a target"),
        (system(target=5, goalposts=[0, 1]), "not both"),
        (system(goalposts=[1, 0]), "from low to high"),
        (system(tolerance=1), "needs a target"),
        (system(id="X Y"), "small letters"),
        ({"mine": {"layers": {"one": {"indicators": []}}}}, "layers.one.indicators"),
        ({"mine": {"layers": {}}}, "layers"),
        ({"mine": {"layers": {"one": {"indicators": [{"id": "x", "direction": "+"}]}}}}, "formula is missing"),
        ({"mine": 3}, "must be a mapping"),
        ({**system(), "other": system()["mine"]}, "path#id"),
    ],
)
def test_preset_says_what_is_wrong_and_where(content: dict[str, Any], words: str) -> None:
    with speaking("en"), pytest.raises(UsageError) as caught:
        preset(content)
    with speaking("en"):
        assert words in str(caught.value)


def test_preset_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("layers: {one: {indicators: [{id: x, formula: gdp, direction: '+'}]}}\n", encoding="utf-8")
    assert preset(path).id == "mine"
    path.write_text("a: {layers: {one: {indicators: [{id: x, formula: gdp, direction: 1}]}}}\nb: {layers: {one: {indicators: [{id: y, formula: gdp, target: [1, 2]}]}}}\n", encoding="utf-8")  # fmt: skip
    assert preset(f"{path}#b").indicators[0].target == (1, 2)
    assert preset(f"{path}#a").indicators[0].direction == "+"
    for content, words in ((b"a: [", "line"), (b"", "empty"), ("甲: 乙".encode("gb18030"), "UTF-8")):
        path.write_bytes(content)
        with speaking("en"), pytest.raises(UsageError) as caught:
            preset(path)
        assert words in caught.value.text.en
    with pytest.raises(UsageError, match="three-layers"):
        preset("three-layer")


def test_every_bundled_preset_is_bilingual_and_says_what_it_rests_on() -> None:
    listed = presets()
    assert {"three-layers", "three-objects", "three-features", "five-concepts", "livelihood", "city-quality"} <= set(
        listed["id"]
    )
    for name in listed["id"]:
        each = preset(name)
        assert each.basis.zh
        assert each.basis.en
        assert each.note.zh
        assert each.note.en
        for part in (*each.layers.values(), *each.indicators):
            assert part.zh
            assert part.en
        assert all(i.unit.text.zh and i.unit.text.en for i in each.indicators)


def test_preset_without_indicators() -> None:
    whole = preset("three-layers")
    less = whole.without("coal_share")
    assert len(less.indicators) == len(whole.indicators) - 1
    only = whole.without(*[i.id for i in whole.layers["technology"].indicators])
    assert list(only.layers) == ["factors", "industry"]
    with pytest.raises(UsageError):
        whole.without("coal")
    with pytest.raises(UsageError):
        whole.without(*[i.id for i in whole.indicators])
