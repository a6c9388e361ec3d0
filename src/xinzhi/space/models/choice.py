"""Which spatial panel model the tests point to, told step by step: Lagrange multipliers, likelihood ratios, Wald, Hausman."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from xinzhi.base.numbers import write_p
from xinzhi.base.text import Text
from xinzhi.panel.labels import listed

LEVEL = 0.05
NAMES: dict[str, Text] = {
    "pooled": Text("非空间", "non-spatial"),
    "slx": Text("SLX", "SLX"),
    "sar": Text("空间滞后 SAR", "SAR"),
    "sem": Text("空间误差 SEM", "SEM"),
    "sac": Text("SAC", "SAC"),
    "sdm": Text("空间杜宾 SDM", "SDM"),
}
_RULE = Text("模型选择按 Elhorst（2014）的次序、5% 水平", "The model is chosen in the order of Elhorst (2014), at 5 %")


def choose(p: Mapping[str, float], there: Collection[str], last: str) -> tuple[str, Text]:
    """The model, and the sentence that says which rule led to it.

    p      probabilities of the tests by name: lm_lag, lm_error, robust_lm_lag, robust_lm_error, lr_sar, lr_sem, wald_sar,
           wald_sem, hausman; those that were not computed are absent
    there  the models that were estimated
    last   the one taken where no test chooses

    Where Lagrange multipliers find a lag or an error, a Durbin model is tested against both; it is kept unless the likelihood
    ratio allows the simpler model that the robust multipliers point to as well. Source: Elhorst (2014) section 2.9.
    """
    told: list[Text] = []
    spatial = _multipliers(p, told)
    if {"lr_sar", "lr_sem"} <= set(p):
        target = _durbin(p, spatial, told)
    elif spatial is not None and not spatial:
        target = "pooled"
    elif {"robust_lm_lag", "robust_lm_error"} <= set(p):
        target = "sar" if p["robust_lm_lag"] <= p["robust_lm_error"] else "sem"
    else:
        target = ""
    kept = target if target in there else last
    told.append(_kept(target, kept))
    if "hausman" in p:
        told.append(_hausman(p["hausman"]))
    return kept, _told([_RULE, *told] if target else told)


def _multipliers(p: Mapping[str, float], told: list[Text]) -> bool | None:
    """Whether the LM tests find anything spatial; None without them."""
    if not {"lm_lag", "lm_error"} <= set(p):
        return None
    found = min(p["lm_lag"], p["lm_error"]) < LEVEL
    said = Text("LM 检验（滞后 {a}，误差 {b}）{verdict}", "LM tests (lag {a}, error {b}) {verdict}").fill(
        a=write_p(p["lm_lag"]),
        b=write_p(p["lm_error"]),
        verdict=Text("拒绝无空间依赖", "reject the absence of spatial dependence")
        if found
        else Text("不拒绝无空间依赖", "do not reject the absence of spatial dependence"),
    )
    told.append(said)
    if {"robust_lm_lag", "robust_lm_error"} <= set(p):
        told.append(
            Text("稳健 LM（滞后 {a}，误差 {b}）{verdict}", "robust LM tests (lag {a}, error {b}) {verdict}").fill(
                a=write_p(p["robust_lm_lag"]), b=write_p(p["robust_lm_error"]), verdict=_robust(p)
            )
        )
    return found


def _robust(p: Mapping[str, float]) -> Text:
    lag, error = p["robust_lm_lag"] < LEVEL, p["robust_lm_error"] < LEVEL
    if lag and error:
        return Text("两者都显著", "are both significant")
    if lag or error:
        return (
            Text("指向滞后模型", "point to the lag model") if lag else Text("指向误差模型", "point to the error model")
        )
    return Text("都不显著", "are both insignificant")


def _durbin(p: Mapping[str, float], spatial: bool | None, told: list[Text]) -> str:
    """Durbin, lag, error or non-spatial model, by LR with Wald beside it."""
    allowed = [name for name in ("sar", "sem") if p[f"lr_{name}"] >= LEVEL]
    refused = [name for name in ("sar", "sem") if name not in allowed]
    parts = [
        Text(f"LR 检验{word.zh}退化为 {_names(which).zh}", f"LR tests {word.en} the reduction to {_names(which).en}")
        for word, which in ((Text("拒绝", "reject"), refused), (Text("不拒绝", "do not reject"), allowed))
        if which
    ]
    said = listed(parts)
    ratios = Text(
        f"（SAR {write_p(p['lr_sar'])}，SEM {write_p(p['lr_sem'])}）",
        f" (SAR {write_p(p['lr_sar'])}, SEM {write_p(p['lr_sem'])})",
    )
    told.append(Text(f"{said.zh}{ratios.zh}", f"{said.en}{ratios.en}"))
    if {"wald_sar", "wald_sem"} <= set(p):
        agrees = all((p[f"wald_{name}"] < LEVEL) == (p[f"lr_{name}"] < LEVEL) for name in ("sar", "sem"))
        told.append(
            Text("Wald 检验与之一致", "Wald tests agree")
            if agrees
            else Text(
                f"Wald 检验与之不同（SAR {write_p(p['wald_sar'])}，SEM {write_p(p['wald_sem'])}）",
                f"Wald tests differ (SAR {write_p(p['wald_sar'])}, SEM {write_p(p['wald_sem'])})",
            )
        )
    if not allowed:
        return "sdm"
    if len(allowed) == 2:
        if spatial is False:
            return "pooled"
        return "sar" if p.get("robust_lm_lag", 0.0) <= p.get("robust_lm_error", 1.0) else "sem"
    other = {"sar": "sem", "sem": "sar"}[allowed[0]]
    mine, theirs = (p.get(f"robust_lm_{ {'sar': 'lag', 'sem': 'error'}[name] }") for name in (allowed[0], other))
    if mine is None or theirs is None or mine <= theirs:
        return allowed[0]
    told.append(
        Text(
            f"稳健 LM 却更支持{NAMES[other].zh}，两者不一致，取更一般的模型",
            f"yet robust LM tests favour {NAMES[other].en}, and where the two disagree the more general model is taken",
        )
    )
    return "sdm"


def _names(which: list[str]) -> Text:
    return Text(" 与 ".join(w.upper() for w in which), " and ".join(w.upper() for w in which))


def _kept(target: str, kept: str) -> Text:
    used = NAMES[kept]
    if not target:
        return Text(
            f"没有检验在这些模型中选择，以{used.zh} 为主", f"no test chooses among these models, {used.en} is taken"
        )
    full = NAMES[target]
    if target == kept:
        return Text(f"采用{full.zh}", f"the {full.en} model is kept")
    return Text(
        f"检验指向{full.zh}，它不在所估模型之中，以{used.zh} 为主",
        f"the tests point to the {full.en} model, which was not estimated; {used.en} is taken",
    )


def _hausman(p: float) -> Text:
    return Text("Hausman 检验（{p}）{verdict}", "Hausman's test ({p}) {verdict}").fill(
        p=write_p(p),
        verdict=Text("拒绝随机效应，应读固定效应的结果", "rejects random effects: read the fixed-effects results")
        if p < LEVEL
        else Text("不拒绝随机效应", "does not reject random effects"),
    )


def _told(parts: list[Text]) -> Text:
    """One sentence; where the rule leads the row, a colon after it."""
    head = [_RULE] if parts[0] is _RULE else []
    rest = parts[len(head) :]
    zh, en = "；".join(part.zh for part in rest), "; ".join(part.en for part in rest)
    if head:
        return Text(f"{_RULE.zh}：{zh}。", f"{_RULE.en}: {en}.")
    return Text(f"{zh}。", f"{en[:1].upper()}{en[1:]}.")
