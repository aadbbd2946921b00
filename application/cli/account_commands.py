"""``tadbir account``: who may work here, in which role, and for which hospitals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t
from application.secret_file import read_secret
from governance.decision import Role

Name = Annotated[str, typer.Argument(help=t("The person's name."))]
As = Annotated[Role, typer.Option("--role", help=t("The person's role."))]
Hospitals = Annotated[
    list[str] | None,
    typer.Option("--hospital", help=t("Only for this hospital; may be given again.")),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help=t("A file that only you can read (asked otherwise).")),
]


def register(app: typer.Typer) -> None:
    """Adds the commands on accounts."""
    account = typer.Typer(cls=SpokenGroup, no_args_is_help=True)
    account.command("put", help=t("Make an account, or change its role and password."))(put)
    account.command("list", help=t("List the accounts."))(list_all)
    account.command("close", help=t("Let nobody sign in with an account any more."))(close)
    account.command("sign-in", help=t("Sign in on this machine for twelve hours."))(sign_in)
    account.command("sign-out", help=t("Sign out on this machine."))(sign_out)
    dress(account)
    app.add_typer(account, name="account", help=t("Accounts and roles of this site."))


def put(
    name: Name, role: As, hospitals: Hospitals = None, password_file: PasswordFile = None
) -> None:
    """The first account is an administrator's; from then on everybody signs in."""
    from application.use_cases.accounts import put_account  # noqa: PLC0415
    from governance.access import Person  # noqa: PLC0415

    password = _password(password_file, confirm=True)
    person = Person(name=" ".join(name.split()), role=role, hospitals=frozenset(hospitals or ()))
    with session() as opened:
        put_account(opened, person, password)
    screen.print(t("{name} may sign in.", name=person.name))


def list_all(as_json: AsJson = False) -> None:
    """Names, roles and hospitals; never a password."""
    from application.use_cases.accounts import list_accounts  # noqa: PLC0415
    from application.words import ROLES  # noqa: PLC0415

    with session() as opened:
        found = list_accounts(opened)
    if as_json:
        show_json(
            [one.person.model_dump(mode="json") | {"is_active": one.is_active} for one in found]
        )
        return
    show_table(
        t("Accounts"),
        [t("name"), t("role"), t("hospitals"), t("open")],
        [
            [
                one.person.name,
                t(ROLES[one.person.role]),
                ", ".join(sorted(one.person.hospitals)) or t("all"),
                t("yes") if one.is_active else t("no"),
            ]
            for one in found
        ],
    )


def close(name: Name) -> None:
    """The last administrator's stays open."""
    from application.use_cases.accounts import close_account  # noqa: PLC0415

    with session() as opened:
        close_account(opened, name)
    screen.print(t("The account {name} is closed.", name=name))


def sign_in(name: Name, password_file: PasswordFile = None) -> None:
    """Five wrong passwords close the account for a minute, then ever longer."""
    from application.use_cases.accounts import sign_in as begin  # noqa: PLC0415
    from application.words import ROLES  # noqa: PLC0415

    password = _password(password_file, confirm=False)
    with session() as opened:
        person = begin(opened, name, password)
    screen.print(t("Signed in: {name} ({role}).", name=person.name, role=ROLES[person.role]))


def sign_out() -> None:
    """Ends what sign-in began."""
    from application.use_cases.accounts import sign_out as end  # noqa: PLC0415

    with session() as opened:
        end(opened)
    screen.print(t("Signed out."))


def _password(file: Path | None, *, confirm: bool) -> str:
    """From a file with strict permissions, or asked without showing it."""
    if file is None:
        return str(typer.prompt(t("Password"), hide_input=True, confirmation_prompt=confirm))
    return read_secret(file)
