"""Words that say who a clause is about, and whether what it tells was done, denied, meant or only asked."""

from mmmem.agent.language.wordlists import words


def _set(text: str) -> frozenset[str]:
    return frozenset(words(text))


FIRST = _set("i i'm i've i'd i'll me my mine myself")
FIRST_PLURAL = _set("we we're we've we'd we'll our ours us")
SECOND = _set("you you're you've you'd you'll your yours yourself")
THIRD = _set("he she they it he's she's they're it's they've he'd she'd everyone everybody someone somebody")
SUBJECT_PRONOUNS = _set("i we you he she it they c this that there")
ADVERBS = _set(
    """
    ever also just still already last first usually often always really again never actually originally currently recently
    finally only both all not then now even probably typically normally mainly mostly initially once
    """
)
PREPOSITIONS = _set(
    """
    in on at into onto from to under behind near inside beside with for about of by during after before until through around
    over between against along across towards toward without next as since while when if because and or that than
    """
)
BREAKS = _set(', : " “ ” and but then while because when so that who which or after before if although though')
"""A clause does not reach over these."""
LEADS = _set(
    """
    and then so but well okay ok oh ah yeah yes hey wow now also finally later first next c today yesterday just still haha um
    uh no really
    """
)
AUXILIARIES = _set(
    """
    am is are was were be been being have has had do does did will would shall should can could may might must 'll got gets get
    don't doesn't didn't won't can't couldn't wouldn't shouldn't isn't aren't wasn't weren't haven't hasn't hadn't
    """
)
BE = _set("am is are was were be been being got gets i'm we're you're he's she's it's they're i've")
NOT = _set(
    """
    not never no don't doesn't didn't won't can't couldn't wouldn't shouldn't isn't aren't wasn't weren't haven't hasn't hadn't
    nobody without none
    """
)
MODAL = _set(
    """
    will would shall should can could may might must i'll we'll you'll he'll she'll they'll i'd we'd you'd gonna let's let
    """
)
INTENDING = _set(
    """
    want wants wanted going plan plans planned planning need needs needed hope hopes hoped hoping try tries tried trying about
    wish wishes wished like love prefer ready supposed thinking considering decide decides decided able
    """
)
CARRIED_OUT = _set(
    """
    start starts started begin begins began continue continues continued manage manages managed used had have help helped get
    got
    """
)
"""Before `to`: what follows did happen."""
MAYBE = _set("if unless maybe perhaps probably imagine pretend wish suppose whether tomorrow")
SAYING = _set("said says told tells heard hear claims claimed apparently mentioned mentions thinks thought reportedly")
