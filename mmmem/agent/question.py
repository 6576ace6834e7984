"""A question as data: what is asked, about whom, when, on which channel. No model, no I/O."""

import re
from dataclasses import dataclass, replace

from mmmem.agent.language.agowords import just_done
from mmmem.agent.language.asking import (
    Aspect,
    Channel,
    Kind,
    answer_unit,
    aspect_of,
    channel_of,
    clauses,
    counted_noun,
    is_negated,
    is_present,
    kind_of,
    ordinal_in,
)
from mmmem.agent.language.deeds import NO_DEED, Deed, deed_of
from mmmem.agent.language.moments import Now, ranges
from mmmem.agent.language.ordering import anchor_of, means_earlier, order_of
from mmmem.agent.language.phrases import content_of, entities_of
from mmmem.agent.language.quoting import set_aside
from mmmem.agent.timeexpr import MASK, Anchor, TimeConstraint, plain, scan, time_facets
from mmmem.clock import Calendar, check_ns

_SELF = re.compile(r"\b(?:[Ii]|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|us|[Oo]ur|[Oo]urs|[Oo]urselves)\b")
_TOLD_TO_TELL = re.compile(r"^\W*(?:please\s+)?(?:tell|remind)\s+(?:me|us)\b", re.IGNORECASE)
_LINK_AT_END = re.compile(
    r"\b(?:right|just|shortly|immediately|long)?\s*(?:as\s+soon\s+as|as|after|before|while|when(?:ever)?|during|until|since|once)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks, readable and stable: the same text, time and calendar always give the same value.

    Args:
        text: as asked.
        kind: what is asked for; `text` where nothing in the form says.
        constraint: when the evidence lies.
        content: the words to search with, without times, question words and boilerplate; may be empty.
        context: sentences and clauses that say what is going on at the moment of asking.
        entities: names, quoted titles and noun-like terms, in order of appearance.
        mentions_self: speaks of I, me, my, we, us or our; I is the wearer of the camera.
        channel: asked of what was said, of what was seen, or None where nothing says.
        negated: asked about what is or was not so.
        aspect: one event, a habit, a plan, or how things are now.
        count_of: the noun counted.
        ordinal: place in a row given to a noun: `the third person` 3, `the last visitor` -1.
        answer_unit: the noun or unit an answer is given in.
        choices: the options, if any.
        quoted: passages it quotes; their words are searched for and say nothing else about what is asked.
        deed: who is asked to have done what, the clause that places it in time left out.
    """

    text: str
    kind: Kind
    constraint: TimeConstraint
    content: str
    context: str = ""
    entities: tuple[str, ...] = ()
    mentions_self: bool = False
    channel: Channel | None = None
    negated: bool = False
    aspect: Aspect = "event"
    count_of: str | None = None
    ordinal: int | None = None
    answer_unit: str | None = None
    choices: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    deed: Deed = NO_DEED


def parse_question(text: str, *, asked_at_ns: int, calendar: Calendar, choices: tuple[str, ...] = ()) -> Question:
    """Read a question asked at `asked_at_ns` on `calendar`; any text gives a question.

    Raises:
        InvalidInputError: `asked_at_ns` is not a time.
    """
    quoted, rest = set_aside(text)
    if quoted:
        question = parse_question(rest, asked_at_ns=asked_at_ns, calendar=calendar, choices=choices)
        content = " ".join([question.content, *quoted]).strip()
        return replace(question, text=text, content=content, entities=(*question.entities, *quoted), quoted=quoted)
    now = Now(check_ns(asked_at_ns, "asked_at_ns"), calendar)
    moments, masked = scan(plain(text), now)
    untimed = re.sub(rf"{MASK}+", " ", masked)
    parts = clauses(untimed)
    asked = f"{parts.lead} , {parts.head}" if parts.lead else parts.head
    just = just_done(parts.head, now)
    if just and not any(ranges(moment, now) or moment.future for moment in moments):
        moments = [*moments, just]
    kind = kind_of(parts.head)
    order, n = order_of(asked)
    anchor = anchor_of(parts, kind)
    constraint = replace(
        time_facets(moments, now),
        order=order,
        n=n,
        anchor=Anchor(*anchor) if anchor else None,
    )
    aspect = aspect_of(parts.head, placed_in_time=order is not None or anchor is not None)
    return Question(
        text=text,
        kind=kind,
        constraint=_softened(constraint, asked, now.t_ns, lasting=aspect == "plan" or is_present(parts.head)),
        content=content_of(parts),
        context=parts.context,
        entities=entities_of(untimed),
        mentions_self=bool(_SELF.search(text)),
        channel=channel_of(_TOLD_TO_TELL.sub("", parts.head)) or channel_of(parts.lead),
        negated=is_negated(parts.head),
        aspect=aspect,
        count_of=counted_noun(parts.head) if kind in ("count", "how_often") else None,
        ordinal=ordinal_in(parts.head),
        answer_unit=answer_unit(parts.head, kind),
        choices=choices,
        deed=deed_of(_without_anchor(parts.head, anchor)),
    )


def _without_anchor(head: str, anchor: tuple[str, str] | None) -> str:
    """The asking clause up to the event that places it: `Did C close the tap` of `... before opening it?`."""
    at = head.rfind(anchor[1]) if anchor else -1
    return _LINK_AT_END.sub("", head[:at]) if at > 0 else head


def _softened(constraint: TimeConstraint, asked: str, asked_at_ns: int, *, lasting: bool) -> TimeConstraint:
    """What is so today, or planned for it, may have been seen or said before: a window up to now then only leans."""
    reaches_now = bool(constraint.windows) and constraint.windows[-1].end_ns == asked_at_ns
    return replace(
        constraint,
        earlier=constraint.earlier or means_earlier(asked),
        strict=constraint.strict and not (lasting and reaches_now),
    )
