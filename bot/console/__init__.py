"""The staff console: sign-in, the desk in three panes, and what keeps it live."""

from bot.console.accounts import make_account
from bot.console.routes import add_routes

__all__ = ["add_routes", "make_account"]
