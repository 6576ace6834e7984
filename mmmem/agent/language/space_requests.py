"""How people ask for sides, what lies between, ways, and what nobody has looked at, as `requests` reads it.

Groups: `what` and `place` (what it lies beside, or where a way begins), `relation` (the side), `words` (the other end of
"between", where a way leads, or how somebody names the frame of reference).
"""

_BE = r"(?:is|are|was|were)"
_LIE = rf"(?:{_BE}|stands?|stood|lies?|lay|sits?|hangs?)"
SIDE_WORDS = (
    r"(?:on |to )?(?:the |its )?(?:left(?:[- ]hand)?|right(?:[- ]hand)?)(?: side)? of|left of|right of|"
    r"in front of|behind|in back of"
)
"""Words for a side of something."""
FRAME_WORDS = (
    r"as seen .+|seen .+|as (?:you|I|we) (?:see|saw|face|look at|stand before|sit on|lie in) .+|when you (?:last )?saw .+|"
    r"(?:when |if )?(?:viewed|looking|looked at|standing|sitting) .+|from .+|by (?:its|their) own .+|by the .+'s own .+"
)
"""Words for whose left and right are meant."""
_IN_FRAME = rf"(?:,? (?P<words>{FRAME_WORDS}))?"
_THING = r"(?:things |objects |furniture )?"
_SEEN = r"(?:not seen|not looked at|not looked into|not been (?:in|to)|not visited)"
_UNSEEN = (
    rf"(?:have|had|has) (?:you|I|we|anyone|anybody|nobody|no one) {_SEEN}|"
    r"(?:haven't|hadn't|hasn't) (?:you|I|we|anyone|anybody) (?:seen|looked at|looked into|been (?:in|to)|visited)|"
    r"(?:have|has) (?:nobody|no one|none of us) (?:seen|looked at|looked into|been (?:in|to)|visited)|"
    r"(?:have|has) not been (?:seen|looked at|in view|visited)"
)

SPACE_RULES: tuple[tuple[str, str], ...] = (
    ("unseen", rf"(?:what|which)(?: (?P<what>things?|objects?|rooms?|places?|furniture|pieces of furniture))? (?:{_UNSEEN})"),
    ("between is", rf"{_BE} (?P<what>.+?) between (?P<place>.+?) and (?P<words>.+)"),
    ("between", rf"what {_THING}{_LIE} (?:there )?between (?P<place>.+?) and (?P<words>.+)"),
    ("between what", rf"(?:between what|what) {_LIE} (?P<what>.+?) between|between what {_LIE} (?P<what2>.+)"),
    (
        "way",
        r"how (?:do|can|would|could|should) (?:I|you|we|one|it) (?:get|go|walk|drive|come) from (?P<place>.+?) to (?P<words>.+)",
    ),
    ("way", r"how (?:do|can|would|could|should) (?:I|you|we|one|it) (?:get|go|walk|drive|come) to (?P<words>.+)"),
    (
        "way",
        r"(?:what is |show me |find )?(?:the |a )?(?:shortest |best )?(?:way|path|route) from (?P<place>.+?) to (?P<words>.+)",
    ),
    ("way", r"(?:what is |show me |find )?(?:the |a )?(?:shortest |best )?(?:way|path|route) to (?P<words>.+)"),
    ("way", r"(?:through|via) (?:which|what) rooms (?:do|does|would|must) .+? from (?P<place>.+?) to (?P<words>.+)"),
    ("how far", r"how far (?:is it|is the way|do I walk|must I (?:go|walk)) from (?P<place>.+?) to (?P<words>.+)"),
    ("how far", rf"how far (?:away )?{_BE} (?P<words>.+?) (?:away )?from (?P<place>.+)"),
    (
        "side of",
        rf"(?:on|to) (?:which|what) side of (?P<place>.+?) (?:{_LIE}|(?:did|do|can) (?:you|I) see) (?P<what>.+?){_IN_FRAME}",
    ),
    (
        "side of",
        rf"{_BE} (?P<what>.+?) (?:to the |on the )?(?:left or (?:to the |on the )?right|right or (?:to the |on the )?left) of "
        rf"(?P<place>.+?){_IN_FRAME}",
    ),
    ("side of", rf"{_BE} (?P<what>.+?) (?:in front of or behind|behind or in front of) (?P<place>.+?){_IN_FRAME}"),
    ("side is", rf"{_BE} (?P<what>.+?) (?P<relation>{SIDE_WORDS}) (?P<place>.+?){_IN_FRAME}"),
    ("side at", rf"what {_THING}{_LIE} (?:there )?(?P<relation>{SIDE_WORDS}) (?P<place>.+?){_IN_FRAME}"),
)
"""Intents and forms, the special before the general."""
