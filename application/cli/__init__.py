"""The ``tadbir`` command. Heavy packages load inside the commands that need them."""

from application.cli.app import main

__all__ = ["main"]
