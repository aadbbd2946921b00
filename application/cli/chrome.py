"""Typer's own words, such as Options and Usage, in the language of the command."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from application.cli.voice import t


class SpokenCommand(TyperCommand):
    """A command whose help says everything in the language that was chosen."""

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """The ``--help`` option."""
        return _spoken(super().get_help_option(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that shows how the command is written."""
        _write_usage(self, ctx, formatter)


class SpokenGroup(TyperGroup):
    """The command of commands, in the language that was chosen."""

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """The ``--help`` option."""
        return _spoken(super().get_help_option(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that shows how the command is written."""
        _write_usage(self, ctx, formatter)


class GroupWithUsual(SpokenGroup):
    """A command that does its usual thing unless its first word names another one.

    ``tadbir scenario FILE`` and ``tadbir scenario smallest-beds`` live side by side. The usual
    command is the first that was registered.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words after the group, with the usual command named where none is."""
        names = list(self.commands)
        is_help = bool(args) and args[0] in {"--help", "-h"}
        if args and args[0] not in names and not is_help:
            args = [names[0], *args]
        return list(super().parse_args(ctx, args))


def dress(app: typer.Typer) -> None:
    """Gives every command of ``app`` the words of its language."""
    for command in app.registered_commands:
        command.cls = SpokenCommand


def name_panels() -> None:
    """The titles and marks of help and of refused options; Typer reads them when it prints."""
    from typer import rich_utils  # noqa: PLC0415 - loads a Markdown parser

    rich_utils.ARGUMENTS_PANEL_TITLE = t("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = t("Options")
    rich_utils.COMMANDS_PANEL_TITLE = t("Commands")
    rich_utils.ERRORS_PANEL_TITLE = t("Error")
    rich_utils.REQUIRED_LONG_STRING = t("(needed)")
    rich_utils.DEFAULT_STRING = t("(default: {value})", value="{}")
    rich_utils.RICH_HELP = t(
        "See {command} for help.", command="[blue]{command_path} {help_option}[/]"
    )


def _spoken(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = t("Show this help.")
    return option


def _write_usage(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, t("Usage:") + " ")
