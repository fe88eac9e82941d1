"""How the command line speaks: help and wrong use in Vietnamese, in English where `--lang en` stands anywhere on it.

Where typer expects help or a metavar, commands and parameters carry a key of `words.toml`, section [cli].
"""

import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from audit.ground import forbidden, terms
from audit.ground.terms import AuditError
from audit.ground.version import DECIDING, DECIDING_LAKES, RULES

WRONG_USE = 2
PROGRAM, VERSION = "commune-audit", "--version"
if TYPE_CHECKING:
    from typer._click.core import Command as AnyCommand
    from typer._click.exceptions import UsageError
else:
    AnyCommand = object  # beside it stands TyperCommand or TyperGroup
    UsageError = typer.BadParameter.__base__  # whatever typer finds wrong; its versions keep it in different places
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class SaidError(UsageError):
    """A wrong use, said in the reader's language already."""


class _Spoken(AnyCommand):
    """A command whose usage, help and complaints are in the language that the context holds."""

    def format_usage(self, ctx, formatter):
        """Write the one line that says how the command is written."""
        pieces = [_said(ctx, "options"), *(_name(param, ctx) for param in self.params if _is_argument(param))]
        if isinstance(self, TyperGroup):
            pieces.append(_said(ctx, "command"))
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{_said(ctx, 'usage_heading')}: ")

    def format_help(self, ctx, formatter):
        """Write usage, what the command does, its arguments, options and commands."""
        self.format_usage(ctx, formatter)
        about = textwrap.fill(_said(ctx, self.help or ""), formatter.width, initial_indent="  ", subsequent_indent="  ")
        formatter.write(f"\n{about}\n")
        arguments = [_row(param, ctx) for param in self.params if _is_argument(param)]
        commands = [(name, _said(ctx, command.help)) for name, command in getattr(self, "commands", {}).items()]
        options = [_row(param, ctx) for param in self.params if not _is_argument(param)]
        options.append((f"--lang {'|'.join(terms.LANGUAGES)}", _said(ctx, "help_lang")))
        options.append((", ".join(ctx.help_option_names), _said(ctx, "help_help")))
        if ctx.parent is None:
            options.append((VERSION, _said(ctx, "help_version")))
        for heading, rows in (
            ("arguments_heading", arguments), ("commands_heading", commands), ("options_heading", options),
        ):  # fmt: skip
            if rows:
                with formatter.section(_said(ctx, heading)):
                    formatter.write_dl(rows)

    def parse_args(self, ctx, args):
        """What is left of `args`; whatever is wrong with them knows the command it was found in."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx
            raise


class Command(_Spoken, TyperCommand):
    """A command that does something."""

    allow_extra_args = True  # they are refused here, in words of ours

    def parse_args(self, ctx, args):
        """Nothing: what is left over of `args` is a wrong use."""
        left = super().parse_args(ctx, args)
        if left:
            raise SaidError(_said(ctx, "wrong_extra", written=" ".join(left)), ctx)
        return left


class Group(_Spoken, TyperGroup):
    """A command that only holds others; the outermost finds the language and says what went wrong."""

    def make_context(self, info_name, args, parent=None, **extra):
        """The context of a run, which holds the language; `--lang` is taken out, so that it may stand anywhere."""
        if parent is None:
            lang, args = asked(args)
            if lang == "":
                raise SaidError(terms.text("cli.wrong_value_missing", "vi", name="--lang"))
            if lang not in (None, *terms.LANGUAGES):
                raise AuditError("bad_language", written=lang, valid=", ".join(terms.LANGUAGES))
            extra["obj"] = lang or "vi"
        return super().make_context(info_name, args, parent=parent, **extra)

    def parse_args(self, ctx, args):
        """What is left of `args`; without any, the help is shown."""
        if not args:
            say(ctx.get_help())
            ctx.exit(WRONG_USE)
        if ctx.parent is None and args[0] == VERSION:
            say(_said(ctx, "version", program=version(PROGRAM), rules=RULES))
            say(", ".join([f"Python {python_version()}", *_versions()]))
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx, args):
        """The command named first in `args`."""
        if args[0] not in self.commands:
            raise SaidError(_said(ctx, "wrong_command", written=args[0], valid=", ".join(self.commands)), ctx)
        return super().resolve_command(ctx, args)

    # nobody gives more than these two by position
    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra):  # type: ignore[override]
        """Run the command line and leave with its exit code, having said what went wrong if anything did."""
        lang = asked(sys.argv[1:] if args is None else args)[0]
        lang = lang if lang in terms.LANGUAGES else "vi"
        try:
            sys.exit(super().main(args, prog_name, **(extra | {"standalone_mode": False})) or 0)
        except UsageError as error:
            _explain(error, lang)
        except AuditError as error:
            say(error.messages[lang], err=True)
        except OSError as error:
            if error.errno in forbidden.FULL:
                say(forbidden.refused(error, Path(error.filename or "–")).messages[lang], err=True)
                sys.exit(WRONG_USE)
            say(terms.text("cli.no_access", lang, file=error.filename or "–", code=error.errno), err=True)
        except typer.Abort:
            say(terms.text("cli.stopped", lang), err=True)
            sys.exit(1)
        except Exception:
            say(terms.text("cli.fault", lang), err=True)
            raise  # what follows is for whoever mends the program
        sys.exit(WRONG_USE)


def asked(args: Sequence[str]) -> tuple[str | None, list[str]]:
    """What the last `--lang` asks for ("" where nothing follows, None without one), and the line without it."""
    lang: str | None = None
    others: list[str] = []
    words = iter(args)
    for word in words:
        if word == "--":
            return lang, [*others, word, *words]
        if word == "--lang":
            lang = next(words, "")
        elif word.startswith("--lang="):
            lang = word.removeprefix("--lang=")
        else:
            others.append(word)
    return lang, others


def _versions() -> Iterator[str]:
    """The libraries that answers rest on, each with its version; those of a lake where they are installed."""
    for name in (*DECIDING, *DECIDING_LAKES):
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


def say(text: str, *, err: bool = False) -> None:
    """Print `text`, which may hold what a file says: marks that would steer the terminal are shown as “�”."""
    typer.echo(STEERING.sub("\ufffd", text), err=err)


def _explain(error: UsageError, lang: str) -> None:
    """Say how the command is written, what is wrong with this one, and where help is."""
    help_asked = "--help" if lang == "vi" else f"--lang {lang} --help"
    if error.ctx:
        say(error.ctx.get_usage(), err=True)
    say(terms.text("cli.wrong", lang, reason=_reason(error, lang)), err=True)
    if error.ctx:
        say(terms.text("cli.see_help", lang, command=f"{error.ctx.command_path} {help_asked}"), err=True)


def _reason(error: Any, lang: str) -> str:  # a kind of UsageError, each with what it alone knows
    ctx = error.ctx
    params = {name: param for param in ctx.command.get_params(ctx) for name in param.opts} if ctx else {}
    match type(error).__name__:
        case "SaidError":
            return error.message
        case "MissingParameter":
            about = _said(ctx, error.param.help)
            return terms.text("cli.wrong_missing", lang, name=_name(error.param, ctx), about=about)
        case "NoSuchOption":
            valid = ", ".join([*(name for name, param in params.items() if not _is_argument(param)), "--lang"])
            return terms.text("cli.wrong_option", lang, written=error.option_name, valid=valid)
        case "BadOptionUsage" if getattr(params.get(error.option_name), "is_flag", False):
            return terms.text("cli.wrong_value_given", lang, name=error.option_name)
        case "BadOptionUsage":
            return terms.text("cli.wrong_value_missing", lang, name=error.option_name)
        case "BadParameter" if error.param:
            return terms.text("cli.wrong_value", lang, name=_name(error.param, ctx))
    return terms.text("cli.wrong_somehow", lang)


def _said(ctx: typer.Context, key: str, **values: object) -> str:
    return terms.text(f"cli.{key}", ctx.obj, **values)


def _is_argument(param) -> bool:
    return param.param_type_name == "argument"


def _name(param, ctx: typer.Context) -> str:
    """An argument's name, or an option's names, with what stands for its value."""
    value = param.metavar or ""
    value = _said(ctx, value) if terms.has(f"cli.{value}") else value
    return (
        f"{value}{'...' if param.nargs < 0 else ''}"
        if _is_argument(param)
        else f"{', '.join(param.opts)} {value}".strip()
    )


def _row(param, ctx: typer.Context) -> tuple[str, str]:
    """A parameter, and what it is for: whether it must be there, what stands for it where it is not."""
    about = [_said(ctx, param.help)]
    about += [_said(ctx, "required")] if param.required else []
    about += [_said(ctx, "default", value=param.default)] if param.default else []
    return _name(param, ctx), " ".join(about)
