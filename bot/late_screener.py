"""The screener, loaded when pages are served already: all languages take longer than all else.

No text is ever taken unscreened: one that comes before the screener stands waits for it.
"""

from collections.abc import Callable
from threading import Lock

from flows.screening import Screener, Screening


class LateScreener:
    """Screens as the screener does that ``load`` gives, which is called once."""

    def __init__(self, load: Callable[[], Screener]) -> None:
        self._load = load
        self._loading = Lock()
        self._loaded: Screener | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether nobody would have to wait for it now."""
        return self._loaded is not None

    def stand(self) -> Screener:
        """The screener; loads it, or waits for whoever does, in whichever thread.

        Raises LexiconError.
        """
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def screen(self, text: str, *, door: str | None = None) -> Screening:
        """As ``flows.screening.Screener.screen``."""
        return (self._loaded or self.stand()).screen(text, door=door)
