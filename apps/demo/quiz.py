"""Questions about a story, the answers its script expects, and whether an answer of the memory agrees.

The expected answer never reaches the memory; it is compared with what came back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.demo.story import PLACES, Story
from mmmem.clock import NS_PER_S, format_duration
from mmmem.text.terms import terms
from mmmem.types import Answer

TIME_SLACK_NS = 2 * NS_PER_S
"""A time is right when it lies inside the event, or this far outside."""

Judge = Callable[[Answer], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the demo.

    Args:
        kind: what sort of question it is, for the reader.
        expected: what the script says, in words.
        agrees: whether an answer says the same.
        asked_at_ns: when it is asked; None means at the end of the film.
    """

    kind: str
    text: str
    expected: str
    agrees: Judge
    choices: tuple[str, ...] = ()
    asked_at_ns: int | None = None


def questions(story: Story) -> list[Question]:
    """Ten questions of different kinds, one of which the film does not answer."""
    return [
        *_where(story),
        _when(story),
        _who(story),
        _how_often(story),
        _after(story),
        _yes_no(story),
        _said(story),
        _choice(story),
        Question("not in the film", "Who repaired the bicycle?", "nobody knows: the film does not show it", abstains),
    ]


def _where(story: Story) -> list[Question]:
    keys = "Where are the keys?"
    early_ns = story.find("put", thing="keys", place="bench")[0].span.end_ns
    mug = story.find("put", thing=story.cast.mug)[-1]
    return [
        Question("where", keys, f"on the {story.cast.keys_end}", says_place(story.cast.keys_end)),
        Question("where, asked earlier", keys, "on the bench", says_place("bench"), asked_at_ns=early_ns),
        Question("where", f"Where did {mug.who} put the {mug.thing}?", f"on the {mug.place}", says_place(mug.place or "")),
    ]


def _when(story: Story) -> Question:
    left = story.find("leave")[0]
    text = f"When did {left.who} leave the house?"
    return Question("when", text, f"at {format_duration(left.span.start_ns)}", says_time(left.span.start_ns, left.span.end_ns))


def _who(story: Story) -> Question:
    name = story.find("water")[0].who or ""
    return Question("who", "Who watered the plant?", name, says_name(name, story))


def _how_often(story: Story) -> Question:
    num = len(story.find("open", place="fridge"))
    return Question("how many times", "How many times was the fridge opened?", str(num), has_value(num))


def _after(story: Story) -> Question:
    ring = story.find("ring")[0]
    then = next(e for e in story.events if e.span.start_ns >= ring.span.end_ns and e.caption)
    text = "What happened right after the doorbell rang?"
    return Question("before and after", text, then.caption, says_first(then.caption))


def _yes_no(story: Story) -> Question:
    name = story.find("open", place="front door")[0].who
    return Question("yes or no", f"Did {name} open the front door?", "yes", has_value(True))


def _said(story: Story) -> Question:
    line = next(line for line in story.lines if "dentist" in line.text)
    text = f"What did {line.who} say about the dentist?"
    return Question("what was said", text, line.text, says_first(line.text))


def _choice(story: Story) -> Question:
    taken = story.find("take", place="bookshelf")[0]
    options = (story.cast.mug, "milk", story.cast.book, story.cast.bag)
    choices = tuple(f"the {option}" for option in options)
    text = f"What did {taken.who} take from the bookshelf?"
    return Question("multiple choice", text, f"the {taken.thing}", chooses(options.index(taken.thing or "")), choices)


def says_place(place: str) -> Judge:
    """The answer names this place and no other place of the house."""

    def judge(answer: Answer) -> bool:
        said = set(terms(answer.text))
        named = {name for name in PLACES if set(terms(name)) <= said}
        return not answer.abstained and named == {place}

    return judge


def says_time(start_ns: int, end_ns: int) -> Judge:
    """The answer is an instant inside the span, give or take `TIME_SLACK_NS`."""

    def judge(answer: Answer) -> bool:
        value = answer.value
        return isinstance(value, int) and start_ns - TIME_SLACK_NS <= value <= end_ns + TIME_SLACK_NS

    return judge


def says_name(name: str, story: Story) -> Judge:
    """The answer names this resident and not the other."""

    def judge(answer: Answer) -> bool:
        return not answer.abstained and [other for other in story.residents if other in answer.text] == [name]

    return judge


def has_value(value: object) -> Judge:
    """The answer's machine-readable value is this one, of the same type."""

    def judge(answer: Answer) -> bool:
        return not answer.abstained and type(answer.value) is type(value) and answer.value == value

    return judge


def says_first(sentence: str) -> Judge:
    """The answer begins with this sentence, a speaker's name aside."""

    def judge(answer: Answer) -> bool:
        said, wanted = terms(answer.text), terms(sentence)
        return not answer.abstained and any(said[at : at + len(wanted)] == wanted for at in (0, 1))

    return judge


def chooses(index: int) -> Judge:
    """The answer is this option."""

    def judge(answer: Answer) -> bool:
        return not answer.abstained and answer.choice == index

    return judge


def abstains(answer: Answer) -> bool:
    """The memory says that it does not know."""
    return answer.abstained
