"""Laws of names, groupings and contiguity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinzhi import atlas
from xinzhi.atlas.lookalike import Slips, one_slip, outline
from xinzhi.atlas.names import key
from xinzhi.base.errors import DataError, UsageError

FRAME = atlas.china().frame
PROVINCES = sorted(FRAME.index[FRAME["level"] == "province"])
PREFECTURES = sorted(FRAME.index[FRAME["level"] == "prefecture"])
MAINLAND = [c for c in PROVINCES if c < "700000"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_a_certain_match_always_rests_on_a_known_name(text: str):
    """Whatever is typed: no crash, and what is certain is a name or code in the index, or a chain of such names."""
    match = atlas.resolve(text)
    assert match.certainty in ("certain", "suggested", "none")
    assert bool(match.code) == (match.certainty != "none")
    if match.certainty == "certain":
        index = atlas.china().index
        digits = "".join(c for c in key(text) if c.isdigit())
        assert key(text) in index.ways or digits or any(key(text).startswith(k) for k in index.ways if len(k) > 1)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="bcdfjkqrtvwxz鑫淼焱垚犇羴蘸矗", min_size=2, max_size=10))
def test_garbage_is_never_certain(text: str):
    assert atlas.resolve(text).certainty != "certain"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FRAME["zh"])), st.integers(0, 10), st.sampled_from("鑫淼焱垚犇"))
def test_a_name_with_a_wrong_character_is_never_certain(name: str, at: int, wrong: str):
    at = at % len(name)
    spoiled = name[:at] + wrong + name[at + 1 :]
    match = atlas.resolve(spoiled)
    assert match.certainty != "certain"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PROVINCES + PREFECTURES), st.sampled_from(["zh", "en"]), st.integers(0, 3))
def test_a_full_name_is_certain_within_its_level_and_parent_however_spaced(code: str, column: str, spaces: int):
    name = str(FRAME.at[code, column])
    spaced = (" " * spaces).join(name) if column == "zh" else name.upper()
    match = atlas.resolve(spaced, str(FRAME.at[code, "level"]), parent=str(FRAME.at[code, "parent"]))
    assert (match.code, match.certainty) == (code, "certain")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(list(FRAME.index)), st.sampled_from([6, 12]))
def test_every_code_resolves_to_itself(code: str, digits: int):
    assert atlas.resolve(code.ljust(digits, "0")).code == code
    assert atlas.resolve(int(code)).code == code
    assert atlas.resolve(np.float64(code)).code == code


def test_a_column_is_resolved_as_its_cells():
    texts = ["北京", "江两", "鼓楼区", None, 15, "北京", ["x"]]
    assert atlas.resolve_many(texts) == [atlas.resolve(t) for t in texts]


@given(st.text(max_size=6), st.text(max_size=6))
def test_one_slip_is_symmetric_and_needs_a_difference(a: str, b: str):
    assert one_slip(a, b) == one_slip(b, a)
    assert not one_slip(a, a)


@given(st.text(alphabet="abc", min_size=1, max_size=6), st.integers(0, 6), st.sampled_from("xyz"))
def test_one_slip_sees_every_single_edit(word: str, at: int, letter: str):
    at = min(at, len(word) - 1)
    assert one_slip(word, word[:at] + letter + word[at:])
    assert one_slip(word, word[:at] + letter + word[at + 1 :])
    assert one_slip(word, word[:at] + word[at + 1 :])


@given(
    st.lists(st.text(alphabet="abcd", min_size=1, max_size=5), max_size=12),
    st.text(alphabet="abcd", min_size=1, max_size=5),
)
def test_the_index_of_slips_finds_what_looking_at_each_key_finds(keys: list[str], word: str):
    assert Slips(keys).near(word) == sorted({k for k in keys if one_slip(word, k)})


# Groupings ----------------------------------------------------------------------------------------------------------


def test_plates_partition_the_31():
    plates = atlas.grouping("plates")
    assert plates.ids == ["east", "central", "west", "northeast"]
    assert not plates.overlapping and plates.membership(MAINLAND).sum(axis=1).tolist() == [1] * 31
    assert plates.membership(MAINLAND).sum(axis=0).tolist() == [10, 6, 12, 3]
    assert plates.labels(["710000", "810000"]) == ["", ""]


def test_the_bundled_groupings_are_complete():
    count = {name: len(atlas.grouping(name).groups) for name in atlas.groupings()}
    assert count == {"plates": 4, "strategies": 5, "clusters": 21, "metropolitan_circles": 14, "large_cities": 2,
                     "innovation_centres": 10, "function_zones": 3, "axes": 5}  # fmt: skip
    known = set(atlas.china().index.levels)
    for name in atlas.groupings():
        for group in atlas.grouping(name).groups.values():
            assert {*group.members, *group.extended, *group.partial} <= known
            assert name == "function_zones" or group.source
    assert {g.confidence for g in atlas.grouping("clusters").groups.values()} == {"high", "medium", "low"}
    assert len(atlas.grouping("clusters").groups["c08"].extended) == 16
    assert "500000" in atlas.grouping("clusters").groups["c04"].partial


def test_overlapping_groupings_give_no_labels_and_name_the_way_out():
    strategies = atlas.grouping("strategies")
    assert strategies.overlapping and {"310000", "320000", "330000", "340000", "510000"} == set(strategies.shared())
    with pytest.raises(DataError, match=r"上海.*plates"):
        strategies.labels(MAINLAND)
    assert atlas.grouping("strategies", ["110000", "120000"]).labels() == ["jing-jin-ji"] * 2


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(sorted(FRAME.index[FRAME["level"] != "nation"])), min_size=1, max_size=30))
def test_a_plate_holds_all_that_its_provinces_hold(codes: list[str]):
    plates = atlas.grouping("plates")
    assert plates.labels(codes) == plates.labels([c[:2] + "0000" for c in codes])
    order = np.argsort(codes, kind="stable")
    assert (plates.membership(codes)[order] == plates.membership([codes[i] for i in order])).all()


def test_a_province_counts_in_a_grouping_of_prefectures_only_where_asked():
    bay = atlas.grouping("greater-bay")
    assert bay.labels(["440100", "440103", "440000", "810000"]) == ["greater-bay", "greater-bay", "", "greater-bay"]
    assert bay.partly(["440000", "450000"]) == {"greater-bay": ["440000"]}
    assert atlas.grouping("greater-bay", partial="include").labels(["440000", "450000"]) == ["greater-bay", ""]


def test_groups_and_paths_have_names():
    assert atlas.grouping("plates:east").labels(["110000", "420000"]) == ["east", ""]
    assert atlas.grouping("east").labels(["110000"]) == ["east"]
    nested = atlas.nested("plates", "provinces", MAINLAND)
    assert len(nested.groups) == 31 and nested.labels(["110000", "110101"]) == ["east/110000"] * 2
    assert atlas.grouping("plates/strategies").labels(["410000"]) == ["central/yellow-river"]
    assert atlas.grouping("strategies/clusters").membership(["440100"]).sum() >= 1
    with pytest.raises(UsageError, match="plates"):
        atlas.grouping("plate")
    with pytest.raises(UsageError, match="east"):
        atlas.grouping("plates:eats")
    with pytest.raises(DataError, match="metropolitan_circles:hangzhou"):  # a circle, and a group of a user's file
        own = atlas.Grouping(
            "mine",
            atlas.grouping("plates").title,
            {"hangzhou": atlas.Group("hangzhou", atlas.grouping("plates").title, ("330100",))},
        )
        atlas.grouping("hangzhou", places=atlas.china().with_groupings({"mine": own}))


def test_a_grouping_is_a_table_with_source_and_confidence():
    table = atlas.grouping("clusters").frame
    assert len(table) == sum(len(g.members) + len(g.extended) for g in atlas.grouping("clusters").groups.values())
    assert set(table["kind"]) == {"member", "partial", "extended"} and (table["source"] != "").all()
    assert table.set_index(["group", "code"]).at[("c04", "500000"), "kind"] == "partial"


def test_a_user_can_replace_a_bundled_grouping():
    east = atlas.Group("coast", atlas.grouping("plates").title, ("110000", "210000"), "mine", "high")
    own = atlas.china().with_groupings(
        {"plates": atlas.Grouping("plates", atlas.grouping("plates").title, {"coast": east})}
    )
    assert own.grouping("plates", ["210000", "210200", "340000"]).labels() == ["coast", "coast", ""]
    assert atlas.grouping("plates").labels(["210000"]) == ["northeast"]


def test_groupings_without_members_are_refused_not_empty():
    for name in ("axes", "function_zones"):
        with pytest.raises(DataError, match="read_groupings"):
            atlas.grouping(name, ["110000"])


def test_no_two_provinces_look_the_same_to_the_lookalike_table():
    names = list(FRAME.loc[PROVINCES, "zh"]) + list(FRAME.loc[PROVINCES, "short_zh"])
    assert len({outline(key(n)) for n in names}) == len({key(n) for n in names})


def test_pairings_are_directed_edges():
    assert len(atlas.pairs("east_west")) == 10 and set(atlas.pairings()) == set(atlas.pairs()["pairing"])
    edges = atlas.pairs("northeast")
    assert set(edges.loc[edges["level"] == "prefecture", "receiver"]) == {"210100", "210200", "220100", "230100"}
    with pytest.raises(UsageError, match="east_west"):
        atlas.pairs("east_est")


# Neighbours ----------------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.permutations(PROVINCES))
def test_contiguity_and_distances_follow_the_order_of_codes(codes: list[str]):
    order = [PROVINCES.index(c) for c in codes]
    base, moved = atlas.contiguity(PROVINCES).toarray(), atlas.contiguity(codes).toarray()
    assert (moved == base[np.ix_(order, order)]).all()
    assert np.allclose(atlas.distances(codes), atlas.distances(PROVINCES)[np.ix_(order, order)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(73, 135), st.floats(4, 54)), min_size=1, max_size=20))
def test_the_projection_comes_back(points: list[tuple[float, float]]):
    assert np.allclose(atlas.CHINA.inverse(atlas.CHINA.forward(points)), points, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PREFECTURES), st.integers(1988, 2022))
def test_a_present_prefecture_succeeds_itself_or_is_succeeded(code: str, year: int):
    assert all(c in atlas.china().index.levels or c == code for c in atlas.succeed(code, year, 2023))
    assert atlas.succeed(code, 2023, 2023) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hopeh", "130000"),
        ("Shansi", "140000"),
        ("Shensi", "610000"),
        ("Heilungkiang", "230000"),
        ("Chinghai", "630000"),
        ("广西壮族", "450000"),
        ("宁夏回族", "640000"),
        ("新疆维吾尔", "650000"),
        ("HK", "810000"),
    ],
)
def test_postal_spellings_and_names_cut_short_are_certain(text, code):
    match = atlas.resolve(text)
    assert (match.code, match.certainty) == (code, "certain")


@pytest.mark.parametrize(
    ("text", "code"), [("夭津", "120000"), ("四儿", "510000"), ("新缰", "650000"), ("青侮", "630000")]
)
def test_scanning_errors_are_suggested_and_never_certain(text, code):
    match = atlas.resolve(text)
    assert (match.code, match.certainty) == (code, "suggested")
