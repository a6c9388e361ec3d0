"""Why emissions changed: the face of the Kaya identity and the logarithmic mean Divisia index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import Grouping
from xinzhi.base.arrays import Array
from xinzhi.base.calls import Named, python_line, unusual
from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, few, listed, name_of, named
from xinzhi.panel.units import parse
from xinzhi.productivity.accounts.decompose import Lmdi, lmdi
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.carbon.sectors import BUNDLED, bundled, cube
from xinzhi.productivity.grouped import ALL, EVERYONE, By, outside, stated
from xinzhi.productivity.grouped import grouping as grouped
from xinzhi.productivity.inputs.face import InputsResult, inputs
from xinzhi.productivity.quotients import quotient
from xinzhi.productivity.tfp.face import region_code
from xinzhi.productivity.tfp.words import told as paragraphs

FACTORS = {
    "carbon_intensity": Text("能源的碳强度", "carbon per energy"),
    "energy_intensity": Text("能源强度", "energy per output"),
    "affluence": Text("人均产出", "output per head"),
    "population": Text("人口", "population"),
}
EFFECTS = {name: Text(f"{t.zh}效应", f"effect of {t.en}") for name, t in FACTORS.items()}
TOTAL = Text("排放变化", "change of emissions")
NAMED = 5  # regions that a sentence can name


@dataclass(frozen=True)
class CarbonResult(Result):
    """Why emissions changed, in the unit of emissions.

    frame      a row a region and pair of years: region, start, year, one column for each factor of `FACTORS`, total
    by_year    a row a pair of years, all regions: start, year, factors, total, residual, and cumulative `<factor>_since`, total_since
    by_region  a row a region over the whole span: region, factors, total, before, after (emissions)
    by_group   the same of the groups and of all regions (group "")
    by_sector  a row a sector over the whole span: sector, name, energy_intensity (the sector's part of that effect), energy_before,
               energy_after; empty where energy is not given by sector
    intensity  a row a year: year, emissions, intensity (per unit of output), energy_intensity, carbon_intensity
    grouping, data, recipe
    """

    frame: pd.DataFrame
    by_year: pd.DataFrame
    by_region: pd.DataFrame
    by_group: pd.DataFrame
    by_sector: pd.DataFrame
    intensity: pd.DataFrame
    grouping: Grouping
    data: InputsResult
    recipe: Recipe

    @property
    def emissions(self) -> Text:
        """What is emitted."""
        return self.data.of("bad")[0].name

    @property
    def unit(self) -> Text:
        """The unit of emissions and effects."""
        return parse(self.data.of("bad")[0].unit).name

    @property
    def title(self) -> Text:
        """What it is called."""
        years = self.data.span
        return Text(f"{years} 年{self.emissions.zh}变化的来源", f"What the change of {self.emissions.en} is made of, {years}")  # fmt: skip

    @property
    def note(self) -> Text:
        """How to read the numbers."""
        return Text(
            f"各效应之和等于排放变化，无残差（LMDI-I 加法形式，逐年相加）。{self.data.basis.zh}",
            f"Effects add up to the change without a rest (additive LMDI-I, chained by year). {self.data.basis.en}",
        )

    @property
    def level_note(self) -> Text:
        """What the intensities are."""
        return Text(
            f"各地区合计的排放、能源与产出之比。{self.data.basis.zh}",
            f"Ratios of the sums of all regions. {self.data.basis.en}",
        )

    def tables(self) -> dict[str, Table]:
        """`carbon` by group with all regions, `years`, `regions`, `sectors` where energy is by sector, `intensity`, the inputs."""
        effects = tuple(Column(f, EFFECTS[f], self.unit, "money", 1) for f in FACTORS)
        total = Column("total", TOTAL, self.unit, "money", 1)
        ends = tuple(Column(n, Text(f"{y} 年排放", f"emissions in {y}"), self.unit, "money", 1) for n, y in (("before", self.data.years[0]), ("after", self.data.years[-1])))  # fmt: skip
        of = {
            name: Text(f"{self.title.zh}：{zh}", f"{self.title.en}: {en}")
            for name, zh, en in (
                ("group", "分组", "by group"), ("region", "分地区", "by region"), ("year", "逐年", "by year"),
                ("sector", "能源强度效应分行业", "effect of energy intensity by sector"), ("level", "强度", "intensities"),
            )
        }  # fmt: skip
        regions = named(self.by_region, self.data.panel.places).sort_values("total", ascending=False, kind="stable")
        out = {
            "carbon": Table(self._groups(), (_GROUP, *effects, total, *ends), of["group"], note=self.note),
            "years": Table(self.by_year, (_YEAR, *effects, total), of["year"], note=self.note),
            "regions": Table(regions, (REGION, *effects, total, *ends), of["region"], note=self.note),
            "intensity": Table(self.intensity, self._intensity(), of["level"], note=self.level_note),
        }
        if len(self.by_sector):
            effect = Column("energy_intensity", EFFECTS["energy_intensity"], self.unit, "money", 1)
            energy = parse(next(v.unit for v in self.data.variables if v.id == "energy")).name
            used = tuple(Column(f"energy_{n}", Text(f"{y} 年用能", f"energy in {y}"), energy, "money") for n, y in (("before", self.data.years[0]), ("after", self.data.years[-1])))  # fmt: skip
            out["sectors"] = Table(self.by_sector, (_SECTOR, effect, *used), of["sector"], note=self.note)
        given = self.data.tables()
        return {**out, "inputs": given["inputs_by_year"], "sources": given["sources"]}

    def _intensity(self) -> tuple[Column, ...]:
        units = {v.id: v.unit for v in self.data.variables}
        bad, good, energy = self.data.of("bad")[0].id, self.data.of("good")[0].id, self.data.of("input")[0].id
        (_, a), (_, b), (_, c) = (
            quotient(units[x], units[y], prices=False) for x, y in ((bad, good), (energy, good), (bad, energy))
        )
        return (
            _YEAR,
            Column("emissions", self.emissions, self.unit, "money"),
            Column("intensity", Text("排放强度", "emission intensity"), a, "number", 3),
            Column("energy_intensity", FACTORS["energy_intensity"], b, "number", 3),
            Column("carbon_intensity", FACTORS["carbon_intensity"], c, "number", 3),
        )

    def _groups(self) -> pd.DataFrame:
        out, names = self.by_group.copy(), self.grouping.names()
        out.insert(0, "group_name", [names[str(g)] if g else ALL for g in out["group"]])
        return out

    def summary(self, lang: Lang | None = None) -> str:
        """How far emissions moved, what drove and what held them, in which sectors and where."""
        spoken = lang or language()
        whole = self.by_group[self.by_group["group"] == ""].iloc[0]
        parts = [Text(f"{FACTORS[f].zh} {_signed(whole[f])}", f"{FACTORS[f].en} {_signed(whole[f])}") for f in FACTORS]
        places = self.data.panel.places
        fallen = self.by_region[self.by_region["total"] < 0].sort_values("total")
        risen = self.by_region.sort_values("total", ascending=False).head(3)
        first, last = self.intensity.iloc[0], self.intensity.iloc[-1]
        said = [
            Text("{n} 个地区合计{what}由 {a} 变为 {b} {unit}（{t}）：{parts}。", "{what} of {n} regions moved from {a} to {b} {unit} ({t}): {parts}.").fill(
                n=len(self.data.regions), what=self.emissions, a=write_number(whole["before"], "money"), b=write_number(whole["after"], "money"), unit=self.unit, t=_signed(whole["total"]), parts=listed(parts)
            ),
            Text("排放强度变化 {i}。增加最多的是{up}，减少的地区有 {k} 个{down}。", "Emission intensity changed by {i}. Emissions rose most in {up} and fell in {k} regions{down}.").fill(
                i=write_number(100 * (last["intensity"] / first["intensity"] - 1), "signed", 1) + "%", up=listed([name_of(places, str(c)) for c in risen["region"]]), k=len(fallen), down=few([name_of(places, str(c)) for c in fallen["region"]], NAMED)
            ),
        ]  # fmt: skip
        if len(self.by_sector):
            order = self.by_sector.sort_values("energy_intensity")
            held, drove = order.iloc[0], order.iloc[-1]
            said.append(
                Text("能源强度效应中，减排最多的行业是{a}（{x}），最少的是{b}（{y}）。", "Of the effect of energy intensity, {a} cut most ({x}) and {b} least ({y}).").fill(
                    a=held["name"], x=_signed(held["energy_intensity"]), b=drove["name"], y=_signed(drove["energy_intensity"])
                )
            )  # fmt: skip
        return paragraphs(
            said,
            Text(
                f"口径：LMDI-I 加法形式，逐年相加。{self.data.basis.zh}",
                f"Basis: additive LMDI-I, chained by year. {self.data.basis.en}".strip(),
            ),
            spoken,
        )

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Effects stacked year by year, the change as dots."""
        from xinzhi.chart import stacked

        return stacked(
            [int(y) for y in self.by_year["year"]],
            list(FACTORS.values()),
            np.stack([self.by_year[f].to_numpy(dtype=float) for f in FACTORS]),
            total=self.by_year["total"].to_numpy(dtype=float),
            total_label=TOTAL,
            axis=self.unit,
            title=self.title,
            lang=lang,
        )

    def waterfall(self, region: str = "", lang: Lang | None = None) -> dict[str, Any]:
        """From the emissions of the first year to those of the last, for one region or for all."""
        from xinzhi.chart import waterfall

        code = region_code(self.data, region) if region else ""
        row = (self.by_region[self.by_region["region"] == code] if code else self.by_group[self.by_group["group"] == ""]).iloc[0]  # fmt: skip
        who = name_of(self.data.panel.places, code) if code else ALL
        first, last = self.data.years[0], self.data.years[-1]
        return waterfall(
            list(FACTORS.values()),
            [float(row[f]) for f in FACTORS],
            start=float(row["before"]),
            start_label=Text(f"{first} 年", str(first)),
            end_label=Text(f"{last} 年", str(last)),
            axis=self.unit,
            digits=1,
            title=Text(f"{who.zh}：{self.title.zh}", f"{who.en}: {self.title.en}"),
            lang=lang,
        )


def carbon(
    panel: Panel,
    *,
    bad: str = "co2",
    energy: str = "energy",
    good: str = "gdp",
    population: str = "population",
    sectors: pd.DataFrame | str | None = "bundled",
    by: By = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    base_year: int | None = None,
) -> CarbonResult:
    """The change of emissions split into carbon per energy, energy per output, output per head and population.

    bad, energy, good, population   variables as in `inputs`
    sectors   energy by sector: a table with region, year, sector and energy, "bundled" for the one that comes with the
              provinces (used for them only), or None. With it the identity is C = Σ C/E · E_s/Y · Y/P · P over regions and
              sectors, so the effect of energy intensity is told by sector; the table's total is the energy used
    by        a grouping for sums, which may overlap, or `all`; the usual one of these places where None

    Regions with a gap are left out and named. Zeros are taken by their analytical limits.
    """
    asked: dict[str, Any] = {"bad": bad, "energy": energy, "good": good, "population": population, "years": None if years is None else list(years), "regions": None if regions is None else list(regions), "base_year": base_year, "sectors": Named("sectors") if isinstance(sectors, pd.DataFrame) else sectors}  # fmt: skip
    years, regions = asked["years"], asked["regions"]
    data = inputs(panel, inputs=[energy, population], good=[good], bad=[bad], years=years, regions=regions, base_year=base_year)  # fmt: skip
    c, y = data.values(bad), data.values(good)
    e, p = data.values(energy), data.values(population)
    used = bundled() if isinstance(sectors, str) and panel.name == BUNDLED else sectors
    _refuse_zero(data, (energy, good, population))
    grouping = grouped(data.panel, by, data.regions)
    if isinstance(used, pd.DataFrame):
        cells, ids, names = cube(used, panel, data.regions, data.years)
        e = cells.sum(axis=2)
    else:
        cells, ids, names = e[:, :, None], [], []
    found = lmdi([(c / e)[:, :, None], cells / y[:, :, None], (y / p)[:, :, None], p[:, :, None]])
    effects = found.cells.sum(axis=3)  # (T − 1, k, n)
    return CarbonResult(
        _frame(data, effects, c),
        _years(data, found),
        _regions(data, effects, c),
        _groups(data, effects, c, grouping),
        _sectors(found, cells, ids, names),
        _intensity(data, c, e, y),
        grouping,
        data,
        _recipe(
            data,
            bool(ids),
            by or grouping.id,
            (*_said(data, e, energy, bool(ids)), *outside(data.panel, grouping, data.regions)),
            asked,
        ),
    )


def _refuse_zero(data: InputsResult, ids: tuple[str, ...]) -> None:
    for v in (v for v in data.variables if v.id in ids):
        none = data.frame[data.frame[v.id] == 0]
        if len(none):
            who, year = name_of(data.panel.places, str(none["region"].iloc[0])), int(none["year"].iloc[0])
            raise DataError(
                f"{who.zh} {year} 年的{v.name.zh}为 0，恒等式中的比率没有定义；请更正或剔除该地区",
                f"{v.name.en} of {who.en} in {year} is zero, so the ratios of the identity are undefined; correct it or leave the region out",
                code="915",
            )


def _frame(data: InputsResult, effects: Array, c: Array) -> pd.DataFrame:
    n, years = len(data.regions), data.years
    parts = {f: effects[:, k].T.ravel() for k, f in enumerate(FACTORS)}
    return pd.DataFrame(
        {
            "region": np.repeat(data.regions, len(years) - 1),
            "start": np.tile(years[:-1], n),
            "year": np.tile(years[1:], n),
            **parts,
            "total": np.diff(c, axis=0).T.ravel(),
        }
    )


def _years(data: InputsResult, found: Lmdi) -> pd.DataFrame:
    parts = {f: found.effects[:, k] for k, f in enumerate(FACTORS)}
    since = {f"{f}_since": np.cumsum(v) for f, v in parts.items()}
    ends = {"start": data.years[:-1], "year": data.years[1:]}
    rest = {"total": found.total, "residual": found.residual, "total_since": np.cumsum(found.total)}
    return pd.DataFrame({**ends, **parts, **rest, **since})


def _regions(data: InputsResult, effects: Array, c: Array) -> pd.DataFrame:
    parts = {f: effects[:, k].sum(axis=0) for k, f in enumerate(FACTORS)}
    return pd.DataFrame({"region": data.regions, **parts, "total": c[-1] - c[0], "before": c[0], "after": c[-1]})


def _groups(data: InputsResult, effects: Array, c: Array, grouping: Grouping) -> pd.DataFrame:
    member = grouping.membership(data.regions)
    masks = [(g, member[:, j]) for j, g in enumerate(grouping.ids) if g != EVERYONE and member[:, j].any()]
    rows = []
    for group, inside in [*masks, ("", np.ones(len(data.regions), dtype=bool))]:
        parts = {f: float(effects[:, k, inside].sum()) for k, f in enumerate(FACTORS)}
        before, after = float(c[0, inside].sum()), float(c[-1, inside].sum())
        rows.append({"group": group, **parts, "total": after - before, "before": before, "after": after})
    return pd.DataFrame(rows)


def _sectors(found: Lmdi, cells: Array, ids: list[str], names: list[Text]) -> pd.DataFrame:
    if not ids:
        return pd.DataFrame(columns=["sector", "name", "energy_intensity", "energy_before", "energy_after"])
    effect = found.cells[:, list(FACTORS).index("energy_intensity")].sum(axis=(0, 1))
    sums = cells.sum(axis=1)
    table = pd.DataFrame({"sector": ids, "energy_intensity": effect, "energy_before": sums[0], "energy_after": sums[-1]})  # fmt: skip
    table.insert(1, "name", names)
    return table


def _intensity(data: InputsResult, c: Array, e: Array, y: Array) -> pd.DataFrame:
    total = {"c": c.sum(axis=1), "e": e.sum(axis=1), "y": y.sum(axis=1)}
    bad, good, energy = (data.of(role)[0].unit for role in ("bad", "good", "input"))
    per_output, use, per_energy = (quotient(*pair)[0] for pair in ((bad, good), (energy, good), (bad, energy)))
    return pd.DataFrame(
        {
            "year": data.years,
            "emissions": total["c"],
            "intensity": per_output * total["c"] / total["y"],
            "energy_intensity": use * total["e"] / total["y"],
            "carbon_intensity": per_energy * total["c"] / total["e"],
        }
    )


def _said(data: InputsResult, e: Array, energy: str, by_sector: bool) -> tuple[Text, ...]:
    """How far the sum of the sectors is from the panel's own energy."""
    if not by_sector:
        return (Text("能源未分行业，能源强度效应不能归到行业", "energy is not given by sector, so the effect of energy intensity cannot be told by sector"),)  # fmt: skip
    apart = float(np.nanmax(np.abs(e / data.values(energy) - 1)))
    return (
        Text(
            f"能源为分行业终端消费之和，与面板的能源最多相差 {write_number(apart, 'share', 3)}；碳排放没有分行业数据，各行业按所在地区的平均碳强度计",
            f"energy is the sum of final consumption by sector, at most {write_number(apart, 'share', 3)} off the panel's; emissions are not known by sector, each takes its region's mean carbon per energy",
        ),
    )


def _recipe(data: InputsResult, by_sector: bool, by: By, said: tuple[Text, ...], asked: Mapping[str, Any]) -> Recipe:
    identity = (
        "C = Σ_r Σ_s C_r/E_r · E_rs/Y_r · Y_r/P_r · P_r" if by_sector else "C = Σ_r C_r/E_r · E_r/Y_r · Y_r/P_r · P_r"
    )
    chosen = {**unusual(carbon, {**asked, "by": stated(data.panel, by)})}
    return Recipe(
        method="xinzhi.productivity.carbon",
        title=Text("排放变化的来源", "what the change of emissions is made of"),
        parameters={"by": by, "sectors": by_sector, "form": "additive", "chained": True, "data": data.recipe.parameters},
        formula=f"{identity}; ΔC_x = Σ L(C_1, C_0)·ln(x_1/x_0), L(a, b) = (a − b)/(ln a − ln b)",
        sources=("Kaya (1990)", "Ang (2005), Energy Policy 33; Ang (2015), Energy Policy 86", "Ang & Liu (2007), Energy Policy 35 (zeros)", *data.recipe.sources[:1]),
        data=data.recipe.data,
        assumptions=(*said, *data.assumptions),
        python=python_line("productivity.carbon", (), chosen),
        cli=tfp_line("carbon", chosen, data.panel),
    )  # fmt: skip


def _signed(value: float) -> str:
    """With its sign, thousands apart."""
    said = write_number(abs(value), "money", 1)
    return ("+" if value > 0 else "−") + said if said.strip("0.,") else said


_GROUP = Column("group_name", Text("组", "group"), style="text")
_SECTOR = Column("name", Text("行业", "sector"), style="text")
_YEAR = Column("year", Text("年份", "year"), style="year")
