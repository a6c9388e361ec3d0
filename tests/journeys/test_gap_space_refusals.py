"""What cannot be answered is refused in one sentence that names the figure and the way out, before anything is lost."""

from __future__ import annotations

import pytest

GAP, SPACE = ("gap",), ("space",)
PER_HEAD = "gdp / population"


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        (("gap", PER_HEAD, "--by", "strategies"), 3, ("重叠", "plates")),
        (("gap", PER_HEAD, "--what", "nested", "--by", "plates,strategies"), 3, ("重叠",)),
        (("gap", "gdp / popolation"), 2, ("population",)),
        (("gap", "gdp - 20000"), 3, ("北京", "非负")),
        (("gap", "gdp - 20000", "--what", "convergence"), 3, ("北京", "大于 0")),
        (("gap", PER_HEAD, "--what", "convergence", "--controls", "rd_intensity,rd_intensity * 2"), 1, ("「rd_intensity * 2」",)),
        (("gap", "hitech_revenue / gdp", "--what", "mobility"), 3, ("2016", "2018", "repair")),
        (("gap", PER_HEAD, "--what", "mobility", "--years", "2022"), 3, ("至少需要 2 年",)),
        (("space", PER_HEAD, "--weights", "economic"), 2, ("level",)),
        (("space", PER_HEAD, "--weights", "rookk"), 2, ("rook",)),
        (("space", PER_HEAD, "--what", "models", "--factors", "rd_intensity,rd_intensity * 2"), 1, ("「rd_intensity * 2」",)),
        (("space", PER_HEAD, "--what", "models", "--factors", "rd_intensity", "--years", "2022"), 3, ("effects=none",)),
        (("space", PER_HEAD, "--what", "models", "--factors", "rd_intensity", "--models", "sdn"), 2, ("sdm",)),
        (("space", PER_HEAD, "--what", "dynamics", "--factors", "rd_intensity", "--models", "sar"), 2, ("dsar",)),
        (("space", PER_HEAD, "--what", "quantile", "--factors", "rd_intensity,rd_intensity * 2"), 1, ("「rd_intensity * 2」",)),
        (("space", "gdp - 20000", "--what", "centre"), 3, ("西藏", "负值")),
        (("space", PER_HEAD, "--what", "determinants", "--factors", "gdp * 0"), 3, ("取值相同",)),
        (("space", PER_HEAD, "--what", "weights", "--region", "安微"), 2, ("安徽",)),
    ],
)  # fmt: skip
def test_one_sentence_with_the_way_out(cli, asked, code, words) -> None:
    status, out, err = cli(*asked, "--lang", "zh")
    assert status == code and out == ""
    said = [line for line in err.splitlines() if line.startswith("XZ-")]
    assert len(said) == 1 and "Traceback" not in err
    assert all(word in said[0] for word in words), said[0]


def test_islands_in_a_weights_file_are_named(cli, tmp_path) -> None:
    (tmp_path / "w.csv").write_text("i,j,w\n110000,120000,1\n120000,110000,1\n", encoding="utf-8")
    status, _, err = cli(
        "space",
        PER_HEAD,
        "--weights",
        tmp_path / "w.csv",
        "--what",
        "models",
        "--factors",
        "rd_intensity",
        "--lang",
        "zh",
    )
    assert status in (1, 3) and "没有邻居" in err and "剔除" in err


def test_a_study_names_an_unknown_figure_before_it_computes(cli, tmp_path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(
        "study: s\ntitle: {zh: 一, en: one}\npanel: china-provinces\nyears: 2020-2022\nsteps:\n"
        "  - {kind: gap, figure: gdp / population, draws: 5}\n  - {kind: centre, id: where, figure: gdpp}\n",
        encoding="utf-8",
    )
    status, _, err = cli("run", study, "--out", tmp_path / "out", "--lang", "zh")
    assert status == 2 and "XZ-U423" in err and "gdpp" in err and "where" in err and "gdp" in err
    assert not list(tmp_path.rglob("*.result")), "nothing was computed"
