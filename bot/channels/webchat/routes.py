"""The addresses of the web chat, and what every answer of it carries."""

from pathlib import Path

from aiohttp import web

from bot.channels.webchat.forms import post_page
from bot.channels.webchat.leave import leave
from bot.channels.webchat.page import STATIC, get_page, get_words
from bot.channels.webchat.posted import serve_post
from bot.channels.webchat.serving import serve_socket

FILES = Path(__file__).parent / "static"


def add_routes(app: web.Application) -> None:
    """Register the visitor's page, its socket, its forms, its files and the widget."""
    app.router.add_get("/c/{tenant}", get_page)
    app.router.add_post("/c/{tenant}", post_page)
    app.router.add_get("/c/{tenant}/words/{language}.json", get_words)
    app.router.add_get("/c/{tenant}/exit", leave)
    app.router.add_post("/c/{tenant}/exit", leave)
    app.router.add_get("/ws/chat/{tenant}", serve_socket)
    app.router.add_post("/c/{tenant}/line", serve_post)
    app.router.add_get("/widget/v1.js", get_widget)
    app.router.add_static(STATIC, FILES)


async def get_widget(request: web.Request) -> web.FileResponse:
    """``GET /widget/v1.js``: the button for other people's pages, which any page may load."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Type": "text/javascript; charset=utf-8",
    }
    return web.FileResponse(FILES / "widget.js", headers=headers)
