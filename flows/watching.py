"""The answers of a talk under watch: which of them a turn reads, and so depends on."""

from collections.abc import Iterator, Mapping

from flows.answers import Answer, Given

Read = tuple[bool, tuple[str, ...]] | None
"""What the engine can tell of an earlier answer: whether it was in words, and its names."""


def told(answer: Answer | None) -> Read:
    """What can be told of an answer; None where there is none."""
    return None if answer is None else (answer.given is Given.SAID, answer.names)


class Watched(Mapping[str, Answer]):
    """Answers that note in ``read`` which of them are looked at, and what there was to be told.

    Those that were ``added`` since the watch began are the turn's own, and are no dependence.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer],
        read: dict[str, Read],
        added: Mapping[str, Answer] | None = None,
    ) -> None:
        self._answers = answers
        self._whole = {**answers, **(added or {})}
        self.read = read
        self.added = added or {}

    def __getitem__(self, key: str) -> Answer:
        if key not in self.added:
            self.read[key] = told(self._answers.get(key))
        return self._whole[key]

    def __iter__(self) -> Iterator[str]:
        # Whoever looks at all of them depends on every one, and on there being no other.
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def with_more(self, more: Mapping[str, Answer]) -> "Watched":
        """The same watch, with more answers; none is read for that."""
        return Watched(self._answers, self.read, {**self.added, **more})


def with_answers(answers: Mapping[str, Answer], more: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """The answers and more of them, under watch where they were."""
    if isinstance(answers, Watched):
        return answers.with_more(more)
    return {**answers, **more}
