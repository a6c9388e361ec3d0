"""Weights from files as other programs and people write them, and to libpysal and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_array_equal

from xinzhi.base.errors import XinzhiError
from xinzhi.space import Weights, from_pairs, higher_order, inverse_distance, moran, read_weights
from xinzhi.space.weights.matrix import TRANSFORMS, Transform

PAIRS = from_pairs(["北京", "天津", "天津", "河北"], ["天津", "北京", "河北", "天津"], ["北京", "天津", "河北", "海南"], [1, 1, 2.5, 2.5])  # fmt: skip


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    target = folder / name
    target.write_bytes(text.encode(encoding))
    return target


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bare.csv", "0,1,0,0\n1,0,2.5,0\n0,2.5,0,0\n0,0,0,0\n"),
        ("square.csv", "代码,北京,天津,河北,海南\n北京,0,1,,\n天津,1,0,2.5,\n河北,,2.5,0,\n海南,,,,\n"),
        ("mixed-order.csv", ";天津;北京;海南;河北\n海南;0;0;0;0\n河北;2.5;0;0;0\n北京;1;0;0;0\n天津;0;1;0;2.5\n"),
        ("pairs.csv", "起点,终点,权重\n北京,天津,1\n天津,北京,1\n天津,河北,2.5\n河北,天津,2.5\n"),
        ("untitled.tsv", "北京\t天津\t1\n天津\t北京\t1\n\n天津\t河北\t2.5\n河北\t天津\t2.5\n"),
        ("pairs.gwt", "0 4 places CODE\n北京 天津 1\n天津 北京 1\n天津 河北 2.5\n河北 天津 2.5\n"),
        ("wider.csv", "i,j,w\n北京,天津,1\n天津,北京,1\n天津,河北,2.5\n河北,天津,2.5\n上海,北京,9\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_layout_gives_the_same_weights(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    got = read_weights(written(tmp_path, name, text, encoding), PAIRS.ids)
    assert got.ids == PAIRS.ids
    assert_array_equal(got.raw.toarray(), PAIRS.raw.toarray())
    assert ("1 of its units not in the data" in got.rule.en) == (name == "wider.csv")


@pytest.mark.parametrize("blank", ["\n", ""], ids=["an empty line after it", "no line after it"])
def test_an_island_in_a_gal_file_stays_an_island(tmp_path: Path, blank: str) -> None:
    got = read_weights(written(tmp_path, "w.gal", f"0 4 places ID\n7 1\n9\n8 0\n{blank}9 2\n7 10\n10 1\n9\n"))
    assert got.ids == ("7", "8", "9", "10")
    assert got.islands == ("8",)
    assert_array_equal(got.raw.toarray()[[0, 2, 3]], [[0, 0, 1, 0], [1, 0, 0, 1], [0, 0, 1, 0]])


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("w.gal", "3\n1 2\n2\n2 1\n1\n", "row 3: expected the 2 neighbours of 1, there are 1"),
        ("w.gal", "3\n1 x\n2\n", "row 2: expected “id number-of-neighbours”"),
        ("w.gwt", "0 4 places ID\na b 0.5\nb a 0.5\n", "has 4 units, only 2 of them in its pairs"),
        ("w.gwt", "0 2 places ID\na b\n", "row 2: expected “from to weight”"),
        ("w.csv", ",a,b\na,0,x\nb,1,0\n", "row 2: “x” is not a number"),
        ("w.csv", ",a,b\na,0\nb,1,0\n", "row 2: expected 2 weights, there are 1"),
        ("w.csv", "i,j,w\na,b,1\na,b,1\n", "the weight from a to b is there twice"),
        ("w.csv", ",a,b\na,1,1\nb,1,1\n", "diagonal entry in row 0"),
        ("w.csv", "a,b,c,d\n1,2,3,4\n", "is neither a square matrix"),
        ("w.csv", "\n\n", "is empty"),
    ],
)
def test_what_cannot_be_read_names_its_row(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    with pytest.raises(XinzhiError) as refused:
        read_weights(written(tmp_path, name, text))
    assert sentence in refused.value.say("en")


def test_a_unit_that_the_file_does_not_have_is_no_silent_island(tmp_path: Path) -> None:
    square = written(tmp_path, "w.csv", ",a,b\na,0,1\nb,1,0\n")
    for ids, sentence in ((["a", "b", "c"], "no unit c"), (["x", "y"], "no unit x")):
        with pytest.raises(XinzhiError) as refused:
            read_weights(square, ids)
        assert sentence in refused.value.say("en")
    bare = written(tmp_path, "bare.csv", "0,1\n1,0\n")
    with pytest.raises(XinzhiError) as refused:
        read_weights(bare, ["a", "b", "c"])
    assert "bare 2 × 2 matrix but there are 3 units" in refused.value.say("en")


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_to_libpysal_and_back(transform: Transform) -> None:
    pytest.importorskip("libpysal")
    w = PAIRS.to(transform)
    theirs = w.to_libpysal()
    assert tuple(theirs.id_order) == w.ids
    np.testing.assert_allclose(theirs.full()[0], w.sparse.toarray(), rtol=1e-14)
    y = np.array([3.0, 1.0, 4.0, 1.0])
    assert moran(y, theirs, adjust_islands=False).statistic == pytest.approx(
        moran(y, w, adjust_islands=False).statistic, rel=1e-12
    )


def test_weights_given_are_never_written_into() -> None:
    data, columns, rows = np.array([1.0, 2, 3, 0, 5, 5]), np.array([2, 1, 0, 0, 1, 1]), np.array([0, 2, 3, 4, 5, 6])
    given = sp.csr_array((data, columns, rows), shape=(5, 5))  # unsorted, with a stored zero
    for part in (given.data, given.indices, given.indptr):
        part.flags.writeable = False
    before = [part.copy() for part in (given.data, given.indices, given.indptr)]
    moran(np.arange(5.0), given, adjust_islands=False)
    for part, kept in zip((given.data, given.indices, given.indptr), before, strict=True):
        assert_array_equal(part, kept)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_weights_without_any_link_are_refused_in_a_sentence(transform: Transform) -> None:
    none = Weights(sp.csr_array((5, 5)), tuple("abcde"), transform)
    with pytest.raises(XinzhiError) as refused:
        moran(np.arange(5.0), none)
    assert "only 0 units have neighbours" in refused.value.say("en")


def test_parts_that_do_not_fit_together_are_refused() -> None:
    for call, sentence in (
        (lambda: Weights(sp.csr_array((3, 3)), ("a", "b")), "3 × 3 but there are 2 ids"),
        (lambda: from_pairs(["a"], ["b"], ["a", "b", "a"]), "the id a is there twice"),
        (lambda: from_pairs(["a", "b"], ["b", "a"], ["a", "b"], [1.0]), "argument w has length 1, expected 2"),
        (lambda: inverse_distance([[0, 1], [1, 0]], power=0), "power of inverse distance must be positive"),
        (lambda: higher_order([[0, 1], [1, 0]], 0), "order of contiguity must be 1 or more"),
    ):
        with pytest.raises(XinzhiError) as refused:
            call()
        assert sentence in refused.value.say("en")
