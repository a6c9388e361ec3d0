"""Texts in two languages, and which language is being spoken."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, cast

Lang = Literal["zh", "en"]
_HAN = re.compile(r"[\u3400-\u9fff]")

_spoken: ContextVar[Lang | None] = ContextVar("xinzhi_language", default=None)


def language() -> Lang:
    """The language in force: the one set by `speaking`, else XINZHI_LANG, else Chinese."""
    chosen = _spoken.get() or os.environ.get("XINZHI_LANG", "zh")[:2]
    return cast(Lang, chosen) if chosen in ("zh", "en") else "zh"


@contextmanager
def speaking(lang: Lang | None) -> Iterator[None]:
    """Within the block, texts without a stated language come out in `lang` (None leaves it as it is)."""
    token = _spoken.set(lang or _spoken.get())
    try:
        yield
    finally:
        _spoken.reset(token)


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said in Chinese and in English."""

    zh: str
    en: str

    def say(self, lang: Lang | None = None) -> str:
        """The wording in `lang`, or in the language in force."""
        return self.en if (lang or language()) == "en" else self.zh

    def fill(self, **values: object) -> Text:
        """The same text with `{name}` fields filled; a value that is a Text fills each language with its own wording."""
        return Text(
            self.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
            self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )

    def __str__(self) -> str:
        return self.say()


def bilingual(written: str) -> Text:
    """What a person wrote as `中文 / English`, as a text; anything else says the same in both languages."""
    zh, mark, en = written.partition(" / ")
    if mark and _HAN.search(zh) and en.strip() and not _HAN.search(en):
        return Text(zh.strip(), en.strip())
    return Text(written, written)
