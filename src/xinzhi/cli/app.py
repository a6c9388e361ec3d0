"""The verbs of `xinzhi`, put together. Only this list is loaded for `--help`; rooms load when a verb runs."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from xinzhi.cli.settings import EVERYWHERE
from xinzhi.cli.usage import both, in_our_headings, spoken
from xinzhi.cli.verbs import DATA, DATA_VERBS, VERBS


class _Verb(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return in_our_headings(super().get_help(ctx))


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return in_our_headings(super().get_help(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)


_EPILOG = both(EVERYWHERE.zh, EVERYWHERE.en)
_ABOUT = both(
    "新质：区域发展的开放工作台。不知从何开始时：xinzhi run",
    "Xinzhi: an open workbench for regional development. Not sure where to begin? xinzhi run",
)


def command() -> Any:
    """The whole command tree, in the language in force."""
    app = _app(_ABOUT)
    app.callback(invoke_without_command=True)(_root)
    for name, (verb, about) in VERBS.items():
        app.command(name, cls=_Verb, epilog=_EPILOG, help=about)(verb)
    data = _app(DATA)
    for name, (verb, about) in DATA_VERBS.items():
        data.command(name, cls=_Verb, epilog=_EPILOG, help=about)(verb)
    app.add_typer(data, name="data")
    return spoken(typer.main.get_command(app))


def _app(about: str) -> typer.Typer:
    return typer.Typer(
        cls=_Group,
        help=about,
        epilog=_EPILOG,
        no_args_is_help=False,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _root(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help=both("显示版本并退出。", "Show the version and exit.")),
) -> None:
    if version:
        from xinzhi import __version__

        typer.echo(__version__)
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
