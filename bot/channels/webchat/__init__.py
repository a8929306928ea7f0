"""The visitor's page and its socket: R1."""

from bot.channels.webchat.routes import add_routes

__all__ = ["add_routes"]
