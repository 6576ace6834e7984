"""Words that no stemmer joins: who asks `who ate` and who wrote `Tom eats` mean the same, and so do fridge and refrigerator.

Retrieval joins the forms of verbs; only typed answers join names of one thing, which cost one EgoLife choice as search terms.
"""

from functools import lru_cache
from pathlib import Path

from mmmem.text.terms import terms

# The verb, then its other forms. Left out: `felt`, `found`, `lay` and `rose`, which mostly mean something else.
_IRREGULAR = """
eat ate eaten / buy bought / take took taken / give gave given / write wrote written / drink drank drunk / drive drove driven /
break broke broken / speak spoke spoken / choose chose chosen / ride rode ridden / wake woke woken / throw threw thrown /
grow grew grown / know knew known / fly flew flown / draw drew drawn / bring brought / think thought / catch caught /
teach taught / feed fed / meet met / sell sold / tell told / say said / send sent / spend spent / lend lent / build built /
keep kept / sleep slept / sweep swept / lose lost / win won / pay paid / hear heard / hold held / run ran / sit sat /
stand stood / fall fell fallen / begin began begun / sing sang sung / swim swam swum / ring rang rung / wear wore worn /
tear tore torn / forget forgot forgotten / hide hid hidden / bite bit bitten / shake shook shaken / steal stole stolen /
freeze froze frozen / hang hung / dig dug / stick stuck / shoot shot / come came / become became / go goes went gone / make made /
see saw seen / leave left / lead led / understand understood / light lit / slide slid
"""
PAST_FORMS = frozenset(form for verb in _IRREGULAR.split("/") for form in verb.split()[1:]) | frozenset(
    "was were been did done had got gotten found felt lay rose put cut set shut hit read let".split()
)
"""Past tenses and participles that do not end in -ed."""
_SYNONYMS = Path(__file__).with_name("synonyms.txt")


@lru_cache(maxsize=1)
def _forms() -> dict[str, tuple[str, ...]]:
    groups = [tuple(dict.fromkeys(terms(group))) for group in _IRREGULAR.split("/")]
    return {form: group for group in groups for form in group}


def forms_of(term: str) -> tuple[str, ...]:
    """The search terms that are forms of the same verb as `term`, itself included."""
    return _forms().get(term, (term,))


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, ...]]:
    lines = [line for line in _SYNONYMS.read_text("utf-8").splitlines() if not line.startswith("#")]
    groups = [tuple(dict.fromkeys(terms(line))) for line in lines]
    return {name: group for group in groups for name in group}


def words_for(term: str) -> tuple[str, ...]:
    """The search terms that mean what `term` does: forms of the same verb, names of the same thing; itself first."""
    return tuple(dict.fromkeys((term, *forms_of(term), *_names().get(term, ()))))
