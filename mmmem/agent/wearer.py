"""Who wears the camera: `I` in the captions of a stream and the wearer's name are one person.

A question is asked by whoever wears the camera of the streams it is about, where they have one wearer. Each line is read in the
words of its own stream: there its wearer is I, and somebody who wears another camera has a name.
"""

import re
from dataclasses import replace

from mmmem.agent.answers.subjects import named_alike
from mmmem.agent.language.deeds import WEARER, Deed
from mmmem.agent.question import Question
from mmmem.text.terms import terms


def called(name: str, wearer: str) -> bool:
    """Whether a name, or a phrase that is one, is the wearer's."""
    return bool(wearer) and name[:1].isupper() and named_alike(terms(name), set(terms(wearer)))


def names_wearer(text: str, wearer: str) -> bool:
    """Whether a text names the wearer, by any part of the name."""
    return any(re.search(rf"\b{re.escape(part)}\b", text) for part in wearer.split())


def asked_by(question: Question, wearer: str) -> Question:
    """The question with the wearer's name taken for I; `wearer` is empty where nobody knows it."""
    if not names_wearer(question.text, wearer):
        return question
    return replace(question, mentions_self=True, deed=deed_told_by(question.deed, wearer, wearer))


def deed_told_by(deed: Deed, wearer: str, asker: str) -> Deed:
    """A deed in the words of a stream whose wearer is known, or not (empty), asked by somebody who is, or is not.

    Where a stream does not say who wears its camera, it may be the one who asks: then I and the name both count.
    """
    if deed.subject == WEARER and wearer and asker and not called(asker, wearer):
        return replace(deed, subject=asker)
    if called(deed.subject, wearer) and "'s " not in deed.subject and " and " not in deed.subject:
        return replace(deed, subject=WEARER, wearer=wearer)
    return replace(deed, wearer=wearer or asker) if wearer or asker else deed
