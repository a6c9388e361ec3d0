"""Directives that fill pages from the program itself, so that the site cannot say what the program does not do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from importlib import import_module
from inspect import isfunction
from io import StringIO
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from xinzhi.base.text import Text, speaking

SCHEMA = "study.schema.json"


class _Spoken(SphinxDirective):
    """A directive whose one argument is the language."""

    required_arguments = 1

    @property
    def lang(self) -> Any:
        """zh or en."""
        return self.arguments[0]

    def text(self, zh: str, en: str) -> str:
        """The wording of the page."""
        return Text(zh, en).say(self.lang)

    def table(self, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[nodes.Node]:
        """A table from Markdown cells."""
        lines = [list(head), *([_cell(c) for c in row] for row in rows)]
        lines.insert(1, ["---"] * len(lines[0]))
        return self.parse_text_to_nodes("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")


class Verbs(_Spoken):
    """The help page of every verb."""

    def run(self) -> list[nodes.Node]:
        """One literal block a verb."""
        from xinzhi.cli.verbs import DATA_VERBS, VERBS

        out: list[nodes.Node] = []
        for name in (*VERBS, *(f"data {verb}" for verb in DATA_VERBS)):
            section = nodes.section(ids=[f"{self.lang}-xinzhi-{name.replace(' ', '-')}"])
            section += nodes.title("", f"xinzhi {name}")
            page = _help(name.split(), self.lang)
            section += nodes.literal_block(page, page, language="text")
            out.append(section)
        return out


class Schema(_Spoken):
    """Every key of a study file, from its JSON Schema."""

    def run(self) -> list[nodes.Node]:
        """The file itself, then each kind of step, then what repairs and indicators take."""
        from xinzhi.study import json_schema
        from xinzhi.study.steps import KINDS

        schema = json_schema()
        parts = schema["$defs"]
        steps = {kind.__name__ for kind in KINDS.values()}
        out = self._keys("study.yaml", "", schema)
        for kind, model in KINDS.items():
            out += self._keys(f"kind: {kind}", model.title.say(self.lang), parts[model.__name__])
        for name, part in parts.items():
            if name not in steps and not name.endswith("Words"):
                const = part.get("properties", {}).get("step", {}).get("const")
                out += self._keys(f"step: {const}" if const else name, "", part)
        return out

    def _keys(self, title: str, about: str, part: Mapping[str, Any]) -> list[nodes.Node]:
        section = nodes.section(ids=[f"{self.lang}-{title.replace(': ', '-').lower()}"])
        section += nodes.title("", f"{title} {about}".strip())
        if about and part.get("description"):
            section += self.parse_text_to_nodes(part["description"])
        needed = part.get("required", [])
        rows = [
            (f"`{key}`", _kind_of(value), self._default(key, value, needed), value.get("description", ""))
            for key, value in part["properties"].items()
            if key not in ("kind", "step")
        ]
        head = (
            self.text("键", "key"),
            self.text("类型", "type"),
            self.text("默认", "default"),
            self.text("说明", "meaning"),
        )
        section += self.table(head, rows)
        return [section]

    def _default(self, key: str, value: Mapping[str, Any], needed: Iterable[str]) -> str:
        if key in needed:
            return self.text("必填", "required")
        return (
            f"`{json.dumps(value['default'], ensure_ascii=False)}`"
            if value.get("default") not in (None, "", [], {})
            else ""
        )


class Presets(_Spoken):
    """The bundled index systems."""

    def run(self) -> list[nodes.Node]:
        """A table of systems."""
        from xinzhi.measure import preset, presets

        rows = []
        for name in presets()["id"]:
            system = preset(name)
            layers = self.text("、", ", ").join(layer.text.say(self.lang) for layer in system.layers.values())
            rows.append((f"`{name}`", system.title.say(self.lang), layers, len(system.indicators)))
        return self.table(
            ("id", self.text("名称", "name"), self.text("层", "layers"), self.text("指标数", "indicators")), rows
        )


class Groupings(_Spoken):
    """The bundled groupings of China's regions."""

    def run(self) -> list[nodes.Node]:
        """A table of groupings."""
        from xinzhi.atlas import groupings

        rows = [(f"`{name}`", title.say(self.lang)) for name, title in groupings().items()]
        return self.table(("id", self.text("分组", "grouping")), rows)


class Findings(_Spoken):
    """What a check of the data can find."""

    def run(self) -> list[nodes.Node]:
        """A table of kinds."""
        from xinzhi.panel.check.finding import KINDS

        rows = [(f"`{name}`", title.say(self.lang)) for name, title in KINDS.items()]
        return self.table((self.text("类型", "kind"), self.text("含义", "meaning")), rows)


class Dictionary(_Spoken):
    """The indicators of a bundled panel: `dictionary <language> <panel>`."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """A table of indicators with years and source."""
        from xinzhi.panel import load
        from xinzhi.panel.units import parse

        panel = load(self.arguments[1])
        rows = []
        for name, entry in panel.indicators.items():
            years = panel.frame[name].dropna().index.get_level_values("year")
            span = f"{years.min()}–{years.max()}" if len(years) else "—"
            rows.append((f"`{name}`", entry.name.say(self.lang), parse(entry.unit).name.say(self.lang), span))
        head = ("id", self.text("名称", "name"), self.text("单位", "unit"), self.text("年份", "years"))
        return self.table(head, rows)


class Names(_Spoken):
    """The public names of a room, each with what it is in one line: `names <language> <room>`."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """A table of functions."""
        room = import_module(f"xinzhi.{self.arguments[1]}")
        rows = [
            (
                f"{{py:obj}}`{name} <xinzhi.{self.arguments[1]}.{name}>`",
                (thing.__doc__ or "").strip().partition("\n")[0],
            )
            for name, thing in ((name, getattr(room, name)) for name in sorted(room.__all__))
            if isfunction(thing)
        ]
        return self.table((self.text("函数", "function"), self.text("作用", "what it does")), rows)


def _cell(content: Any) -> str:
    return str(content).replace("|", "\\|").replace("\n", " ")


def _kind_of(value: Mapping[str, Any]) -> str:
    """A type of JSON Schema in a few words."""
    if "$ref" in value:
        return str(value["$ref"]).rpartition("/")[2].rpartition("__")[2]
    if "enum" in value:
        return ", ".join(f"`{each}`" for each in value["enum"])
    if "const" in value:
        return f"`{value['const']}`"
    if "anyOf" in value:
        return " / ".join(dict.fromkeys(_kind_of(each) for each in value["anyOf"] if each.get("type") != "null"))
    if value.get("type") == "array":
        items = value.get("items")
        return f"[{_kind_of(items)}]" if items and not {"oneOf", "discriminator"} & set(items) else "[…]"
    return str(value.get("type", "…"))


def _help(words: list[str], lang: Any) -> str:
    """The help page of a verb without its last paragraph, which is the same for all and stands on the page once."""
    from xinzhi.cli.app import command

    page = StringIO()
    with speaking(lang), redirect_stdout(page):
        command()(args=[*words, "--help"], prog_name="xinzhi", standalone_mode=False)
    return page.getvalue().rstrip().rpartition("\n\n")[0]


def _publish_schema(app: Sphinx, failed: Exception | None) -> None:
    from xinzhi.study import json_schema

    if failed is None and app.builder.format == "html":
        text = json.dumps(json_schema(), ensure_ascii=False, indent=2)
        (Path(app.outdir) / SCHEMA).write_text(text + "\n", "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives; write the schema of study files beside the pages."""
    for kind in (Verbs, Schema, Presets, Groupings, Findings, Dictionary, Names):
        app.add_directive(f"xinzhi-{kind.__name__.lower()}", kind)
    app.connect("build-finished", _publish_schema)
    return {"parallel_read_safe": True}
