"""Which model the tests point to: every branch of the order of Elhorst (2014), and the sentence that tells it."""

from __future__ import annotations

import pytest

from xinzhi.space.models.choice import choose

ALL = ("pooled", "sar", "sem", "sdm")
SPATIAL = {"lm_lag": 0.001, "lm_error": 0.002, "robust_lm_lag": 0.001, "robust_lm_error": 0.2}
NONE = {"lm_lag": 0.4, "lm_error": 0.5, "robust_lm_lag": 0.6, "robust_lm_error": 0.7}
ERROR = {"lm_lag": 0.001, "lm_error": 0.001, "robust_lm_lag": 0.4, "robust_lm_error": 0.001}


@pytest.mark.parametrize(
    ("p", "there", "model", "said"),
    [
        (SPATIAL | {"lr_sar": 0.01, "lr_sem": 0.01}, ALL, "sdm", "拒绝退化为 SAR 与 SEM"),
        (SPATIAL | {"lr_sar": 0.3, "lr_sem": 0.01}, ALL, "sar", "采用空间滞后 SAR"),
        (ERROR | {"lr_sar": 0.01, "lr_sem": 0.3}, ALL, "sem", "采用空间误差 SEM"),
        (ERROR | {"lr_sar": 0.3, "lr_sem": 0.01}, ALL, "sdm", "两者不一致，取更一般的模型"),
        (SPATIAL | {"lr_sar": 0.3, "lr_sem": 0.3}, ALL, "sar", "稳健 LM"),
        (NONE | {"lr_sar": 0.3, "lr_sem": 0.3}, ALL, "pooled", "不拒绝无空间依赖"),
        (NONE | {"lr_sar": 0.01, "lr_sem": 0.01}, ALL, "sdm", "采用空间杜宾 SDM"),
        (SPATIAL, ("pooled", "sar", "sem"), "sar", "指向滞后模型"),
        (ERROR, ("pooled", "sar"), "sar", "检验指向空间误差 SEM，它不在所估模型之中"),
        (NONE, ("pooled", "sar", "sem"), "pooled", "采用非空间"),
        ({}, ("slx", "sac"), "sac", "没有检验"),
    ],
)
def test_the_order_of_the_tests(p, there, model, said) -> None:
    got, text = choose(p, there, there[-1])
    assert got == model
    assert said in text.zh and text.zh.endswith("。") and text.en.endswith(".")
    assert ("Elhorst" in text.zh) == bool(p) and "：；" not in text.zh


def test_wald_that_differs_and_hausman_are_told() -> None:
    p = SPATIAL | {"lr_sar": 0.01, "lr_sem": 0.01, "wald_sar": 0.2, "wald_sem": 0.01, "hausman": 0.001}
    _, text = choose(p, ALL, "sdm")
    assert "Wald 检验与之不同" in text.zh and "拒绝随机效应" in text.zh
    _, text = choose(p | {"wald_sar": 0.01, "hausman": 0.5}, ALL, "sdm")
    assert "Wald 检验与之一致" in text.zh and "不拒绝随机效应" in text.zh and "does not reject" in text.en
