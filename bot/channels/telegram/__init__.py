"""Telegram: its updates in, its messages out. Its library is loaded only where there is a bot."""
