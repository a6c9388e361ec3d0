"""One composite index through every stage against R COINr: 51 countries, 49 indicators of sustainable connectivity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from xinzhi.measure import aggregate, available, denominate, impute_by_group, normalise, treat_columns
from xinzhi.measure.treatment import shape

ASIA = [
    "AUS", "BGD", "BRN", "KHM", "CHN", "IND", "IDN", "JPN", "KAZ", "KOR", "LAO", "MYS", "MNG", "MMR", "NZL", "PAK", "PHL",
    "RUS", "SGP", "THA", "VNM",
]  # fmt: skip


@dataclass(frozen=True)
class Asem:
    """The stages as COINr left them, and what is known of the indicators."""

    meta: pd.DataFrame
    stage: Callable[[str], pd.DataFrame]

    @property
    def indicators(self) -> list[str]:
        return [str(c) for c in self.stage("Raw").columns]

    @property
    def direction(self) -> np.ndarray:
        return self.meta.loc[self.indicators, "Direction"].to_numpy(float)


@pytest.fixture(scope="module")
def asem(shared: Callable[..., Path]) -> Asem:
    folder = shared("oracles", "index")

    def stage(name: str) -> pd.DataFrame:
        return pd.read_csv(folder / f"asem_{name}.csv", index_col=0)

    meta = pd.read_csv(folder / "asem_iMeta.csv").set_index("iCode")
    return Asem(meta, stage)


def _size(raw: pd.DataFrame, expected: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """The denominator, which is not among the files, from the first indicator that is positive where the row has one."""
    ratio = raw[columns] / expected[columns].where(expected[columns] != 0)
    return ratio.bfill(axis=1).iloc[:, 0].to_numpy()


@pytest.mark.parametrize("size", ["Population", "Energy", "GDP"])
def test_denominated_is_raw_over_a_size(asem: Asem, size: str) -> None:
    """One indicator gives the size; every other indicator divided by it must come out as well."""
    raw, expected = asem.stage("Raw"), asem.stage("Denominated")
    columns = [c for c in asem.indicators if asem.meta.loc[c, "Denominator"] == size]
    assert len(columns) > 1
    assert_allclose(denominate(raw[columns], _size(raw, expected, columns)), expected[columns], rtol=1e-8)


def test_only_stated_columns_are_denominated(asem: Asem) -> None:
    """Indicators without a size stay; land area explains one indicator only and so proves nothing."""
    of = asem.meta.loc[asem.indicators, "Denominator"]
    kept = [c for c in asem.indicators if of[c] != "Area"]
    raw, expected = asem.stage("Raw")[kept], asem.stage("Denominated")[kept]
    sizes = np.ones(raw.shape)
    for j, name in enumerate(kept):
        if pd.notna(of[name]):
            sizes[:, j] = _size(raw, expected, [k for k in kept if of[k] == of[name]])
    assert_allclose(denominate(raw, sizes, of[kept].notna().to_numpy()), expected, rtol=1e-8)


def test_imputed_by_the_mean_of_asia_or_europe(asem: Asem) -> None:
    before, after = asem.stage("Denominated"), asem.stage("Imputed")
    labels = np.where(before.index.isin(ASIA), "Asia", "Europe")
    got, gaps = impute_by_group(before, labels)
    assert_array_equal(gaps, before.isna())
    assert gaps.sum() == 65
    assert_allclose(got, after, rtol=1e-8)


def test_screened_at_nine_tenths(asem: Asem) -> None:
    """COINr screened after imputing, so nobody left; before it, five countries would have."""
    assert_array_equal(asem.stage("Screened"), asem.stage("Imputed"))
    assert available(asem.stage("Imputed"), 0.9).all()
    before = asem.stage("Denominated")
    gone = before.index[before.isna().sum(axis=1) > 0.1 * before.shape[1]]
    assert len(gone) == 5
    assert list(before.index[~available(before, 0.9)]) == list(gone)


def test_treated_by_skew_and_kurtosis(asem: Asem) -> None:
    imputed, expected = asem.stage("Imputed"), asem.stage("Treated")
    table = asem.stage("treat_table")
    treated = treat_columns(imputed.to_numpy())
    assert_allclose(np.column_stack([t.values for t in treated]), expected, rtol=1e-12)
    moved = table["winsorise.nwin"].reindex(imputed.columns).fillna(0).to_numpy()
    assert_array_equal([t.points for t in treated], moved)
    for name, each in zip(imputed.columns, treated, strict=True):
        assert_allclose([each.skew, each.kurtosis], table.loc[name, ["check_SkewKurt0.Skew", "check_SkewKurt0.Kurt"]].astype(float), rtol=1e-8)  # fmt: skip
        if each.points:
            after = table.loc[name, ["check_SkewKurt1.Skew", "check_SkewKurt1.Kurt"]].astype(float)
            assert_allclose([each.skew_after, each.kurtosis_after], after, rtol=1e-8)
            assert_allclose(shape(expected[name]), after, rtol=1e-8)


def test_normalised_to_a_hundred(asem: Asem) -> None:
    z = normalise(asem.stage("Treated"), asem.direction, "minmax", bounds=(0, 100))
    assert_allclose(z, asem.stage("Normalised"), atol=1e-8)


def test_aggregated_up_the_levels(asem: Asem) -> None:
    expected = asem.stage("Aggregated")
    known = asem.stage("Normalised").copy()
    weight = asem.stage("weights")
    weight = weight["Weight"] if "Weight" in weight else weight.iloc[:, -1]
    for level in (1, 2, 3):
        members = asem.meta[(asem.meta["Level"] == level) & asem.meta["Parent"].notna()]
        for parent, block in members.groupby("Parent"):
            columns = list(block.index)
            w = weight[columns].to_numpy(float)
            known[parent] = aggregate(known[columns], w / w.sum())
    for name in ("Physical", "SusEcFin", "Conn", "Sust", "Index"):
        assert_allclose(known[name], expected[name], atol=1e-8)
    assert_allclose(known[expected.columns], expected, atol=1e-8)


def test_from_raw_stages_to_the_index_in_one_go(asem: Asem) -> None:
    """Treat, normalise and aggregate without touching the files in between."""
    z = normalise(
        np.column_stack([t.values for t in treat_columns(asem.stage("Imputed"))]), asem.direction, bounds=(0, 100)
    )
    frame = pd.DataFrame(z, index=asem.stage("Imputed").index, columns=asem.indicators)
    weight = asem.stage("weights")["Weight"]
    total: dict[str, float] = {}
    for code in asem.indicators:  # the weight of an indicator in the index is the product of its shares up the levels
        share, at = 1.0, code
        while pd.notna(asem.meta.loc[at, "Parent"]):
            siblings = asem.meta.index[asem.meta["Parent"] == asem.meta.loc[at, "Parent"]]
            share *= weight[at] / weight[siblings].sum()
            at = asem.meta.loc[at, "Parent"]
        total[code] = share
    assert_allclose(aggregate(frame, pd.Series(total)[asem.indicators]), asem.stage("Aggregated")["Index"], atol=1e-8)
