"""How people ask where things are, were and usually are, how many, of which colour and whose, and who did what where.

Groups, as `requests` reads them: `what` and `what2` (the thing or the person), `relation` and `place`, and `words` (a state, a
purpose, a class, what was said).
"""

_BE = r"(?:is|are|was|were)"
_SEE = r"(?:did|do|have|had|has|could|can) (?:you|I|we|anyone|anybody) (?:ever |just )?(?:last )?(?:see|seen|saw|notice|find)"
_NOW = r"(?: (?:right )?now| at the moment| just now| currently| today)?"
_REL = (
    r"(?P<relation>on top of|next to|in front of|on|in|inside|under|underneath|beneath|near|beside|by|behind|with|at|"
    r"(?:to the )?left of|(?:to the )?right of)"
)
_WHICH = r"(?:which|what) (?:one )?of these"
_LIKELY = r"(?:most likely|most probably|probably|likely|usually|normally|typically|generally|mostly)"
_OPPOSITES = r"open|closed|shut|on|off|switched on|switched off|full|empty|clean|dirty|lit|unlit|broken|whole|locked|unlocked"

SCENE_RULES: tuple[tuple[str, str], ...] = (
    ("your room", r"(?:in )?(?:which|what) room are you(?: in)?|where are you"),
    ("room", rf"(?:which|what) room {_BE} (?P<what>.+?) in|in (?:which|what) room (?:can I find|{_BE}|{_SEE}) (?P<what2>.+)"),
    ("room", r"(?:which|what) room has (?P<what>.+?)(?: in it)?"),
    ("usual", rf"where (?:will|would|do|does|should) (?P<what>.+?) {_LIKELY} (?:be|stand|live|lie|go)\b.*"),
    ("usual", rf"where {_BE} (?P<what>.+?) {_LIKELY}(?: kept| found| put)?(?: .*)?|where does (?P<what2>.+?) (?:live|belong|go)"),
    ("usual", r"if I look(?:ed)? for (?P<what>.+?),? where (?:should|would|do) I look first"),
    ("most often", rf"where (?:{_SEE}|{_BE}) (?P<what>.+?) (?:most often|most of the time|the most|most)"),
    (
        "before",
        rf"where (?:{_BE}|{_SEE}) (?P<what>.+?) before (?:(?:you|I|we) (?:saw|found) (?:it|them) |(?:it"
        rf"|they) (?:was|were|came|got) )?"
        rf"{_REL} (?P<place>.+)",
    ),
    ("before", rf"(?P<what>.+?) {_BE} {_REL} (?P<place>.+?)\. where (?:{_SEE}|{_BE}) (?:it|them|they) before"),
    ("before", rf"where (?:{_BE}|{_SEE}) (?P<what>.+?) before(?: that)?"),
    ("useful where", r"where (?:is|are|can I find) (?:something|anything|a thing) to (?P<words>.+)"),
    ("useful where", r"I need (?:something|anything) to (?P<words>.+?)[.,;] where (?:should|can|could|do) I (?:go|look|find).*"),
    ("useful", r"what is there (?P<relation>in|on) (?P<place>.+?) to (?P<words>.+)"),
    ("useful", r"what (?:can|could) (?:I|you|we) (?P<words>.+?) (?P<relation>in|on) (?P<place>.+)"),
    (
        "useful",
        r"I am (?P<relation>in|on|at) (?P<place>.+?) and need (?:something"
        r"|anything) to (?P<words>.+?)[.,;] what (?:did you see|is) there.*",
    ),
    ("still", rf"{_BE} (?P<what>.+?) still (?:where (?:it|they) (?:was|were)|in the same (?:place|spot)(?: as| since)?|there)"),
    ("moved since", rf"(?:has|have|{_BE}|did) (?P<what>.+?) (?:been )?moved?(?: since.*| after.*)?"),
    ("moved since", r"(?:has|have|did) (?P<what>.+?) changed? (?:its|their) place(?: since.*| after.*)?"),
    ("same place", rf"{_BE} (?P<what>.+?) in the same (?:place|spot)(?: and)?"),
    (
        "moved last choice",
        rf"{_WHICH} (?:{_BE} (?:moved|put elsewhere|put somewhere else) (?:last|most recently)|moved (?:last|most recently)"
        rf"|{_BE} the last (?:one )?(?:to be moved|to move|that (?:was )?moved)"
        rf"|changed (?:its|their) place (?:last|most recently)"
        rf"|did (?:you|I|we) (?:most recently|last) see in a (?:new|different) place|came to .* last)",
    ),
    (
        "changed choice",
        rf"{_WHICH} (?:{_BE} (?:no longer|not|not any ?more) where (?:it|they) {_BE}"
        rf"|{_BE} (?:now )?(?:somewhere else|elsewhere) (?:than|since)"
        rf"|(?:has|have) (?:changed (?:its|their) place|been moved|moved)|moved|{_BE} moved)(?: since.*| after.*| any ?more)?",
    ),
    (
        "seen first choice",
        rf"{_WHICH} (?:(?:{_SEE}|came into view|{_BE} seen|{_BE} in view) (?:first|earliest)"
        rf"|{_BE} the first (?:one )?(?:you saw|seen|to be seen))"
        rf"|of these,? (?:what|which)(?: one)? (?:came into view|{_SEE}|{_BE} seen) first",
    ),
    (
        "seen last choice",
        rf"{_WHICH} (?:(?:{_SEE}|came into view|{_BE} seen|{_BE} in view) (?:last|most recently)"
        rf"|{_BE} the last (?:one )?(?:you saw|seen|to be seen))"
        rf"|of these,? (?:what|which)(?: one)? (?:came into view|{_SEE}|{_BE} seen) last",
    ),
    (
        "together choice",
        rf"{_WHICH} (?:{_BE} in the same place as (?P<what>.+)|(?:lies|stands|is) where (?P<what2>.+?) (?:is|are|lies|stands))",
    ),
    (
        "nearest",
        rf"(?:{_WHICH}|what) (?:{_BE}|stands|lies) (?:closest|nearest) to (?P<what>.+)",
    ),
    ("state choice", rf"{_WHICH} {_BE} (?P<words>{_OPPOSITES})"),
    ("doing", rf"what {_BE} (?P<what>[A-Z]\w+) (?:doing|up to|busy with){_NOW}|what {_SEE} (?P<what2>[A-Z]\w+) do(?:ing)?{_NOW}"),
    ("doing", r"what did (?P<what>[A-Z]\w+) do"),
    ("will do", rf"what will (?P<what>[A-Z]\w+) (?:{_LIKELY} )?(?:be doing|do)|what does (?P<what2>[A-Z]\w+) {_LIKELY} do"),
    (
        "who said",
        r"who (?:was it (?:that|who) )?(?:said|told (?:you|us|me)|mentioned) "
        r"(?:that |(?:something |anything )?about )?(?P<words>.+)",
    ),
    ("who doing", rf"who (?:{_BE} (?:seen )?|(?:did|do) (?:you|I|we) see )(?P<words>\w+ing\b.*)"),
    ("at choice", rf"{_WHICH} (?:{_SEE}|{_BE}|stands|lies) {_REL} (?P<place>.+?){_NOW}"),
    ("at", rf"what (?:{_BE}|(?:do|did|can|could) (?:you|I) see|stands|lies|lay|stood) {_REL} (?P<place>.+?){_NOW}"),
    ("at", rf"what (?:things |objects |items )?(?:{_BE}|stands?|lies?) (?:there )?{_REL} (?P<place>.+?){_NOW}"),
    ("colour", rf"(?:what|which) colou?r (?:{_BE}|(?:do|does|did)) (?P<what>.+?)(?: have)?"),
    ("colour", rf"(?P<what>.+?): (?:what|which) colou?r {_BE} (?:it|they|them)"),
    ("how long ago", r"how (?:long|much time) ago (?:did (?:you|I|we) (?:last )?(?:see|saw)|was) (?P<what>.+?)(?: last seen)?"),
    (
        "how long ago",
        r"how (?:long|much time) (?:has passed|is it|has it been) since (?:you|I|we|anyone) (?:last )?saw (?P<what>.+)",
    ),
    ("when last", r"when did (?:you|I|we|anyone) last (?:see|notice) (?P<what>.+)|when (?:was|were) (?P<what2>.+?) last seen"),
    ("when last", r"(?:at what time|when) did (?:you|I|we) see (?P<what>.+?) for the last time"),
    ("when first", r"when did (?:you|I|we|anyone) first (?:see|notice) (?P<what>.+)|when (?:was|were) (?P<what2>.+?) first seen"),
    (
        "when moved",
        rf"(?:when|at what time) (?:{_BE}|did|has) (?P<what>.+?) (?:been )?(?:moved?|put away|taken away"
        rf"|disappear(?:ed)?)(?: last)?",
    ),
    ("which day", rf"(?:on )?(?:which|what) day (?:{_SEE}|{_BE}) (?P<what>.+?) {_REL} (?P<place>.+)"),
    (
        "how long at",
        rf"(?:for )?how long (?:{_BE}|has|have|did) (?P<what>.+?) "
        rf"(?:(?:been|stay|stayed|stand|stood|lie|lain|lying|standing|left) )*{_REL} (?P<place>.+)",
    ),
    (
        "num moves",
        r"how (?:often|many times) (?:did|have) (?:you|I|we) (?:see|seen|saw) (?P<what>.+?) "
        r"(?:in|at) (?:another|a (?:new|different)) place.*",
    ),
    (
        "num moves",
        rf"how (?:often|many times) (?:{_BE}|has|have|did) (?P<what>.+?) (?:been |get )?"
        r"(?:moved?|put|carried|changed? (?:(?:its|their) )?(?:place|position)s?)"
        r"(?: (?:to )?(?:another|some other|a (?:new|different)) (?:place|spot)| around| about| somewhere else| elsewhere)?",
    ),
    (
        "num places",
        rf"(?:at|in) how many (?:different )?(?:places|spots) (?:{_SEE}|{_BE}|has|have) (?P<what>.+?)(?: been)?(?: seen)?",
    ),
    (
        "num days",
        rf"(?:on )?how many (?:different )?days (?:{_SEE}|{_BE}|has|have) (?P<what>.+?) (?:been )?{_REL} (?P<place>.+)",
    ),
    ("num at", rf"how many (?:different )?(?:things|objects|items) (?:{_BE}(?: there)?|{_SEE}) {_REL} (?P<place>.+?){_NOW}"),
    (
        "num kind",
        rf"how many (?:different )?(?:pairs of |bunches of )?(?P<what>.+?) (?:{_BE} there|{_SEE}|do (?:I|we"
        rf"|you) (?:have|own)|{_BE} there that you saw)"
        rf"(?: (?:so far|that you saw|in all|here|in (?:the|this) (?:house|home|flat)))*",
    ),
    (
        "num kind at",
        rf"how many (?:different )?(?:pairs of |bunches of )?(?P<what>.+?) (?:{_BE}(?: there)?"
        rf"|{_SEE}) {_REL} (?P<place>.+?){_NOW}",
    ),
    (
        "who moved",
        r"who (?:has )?(?P<words>took|taken|picked up|grabbed|fetched|borrowed|removed) (?P<what>.+?)"
        r"(?: (?P<relation>from|off|out of) (?P<place>.+?))?",
    ),
    ("who moved", rf"who (?:has )?(?P<words>put|placed|left|set|laid|stood|hung) (?P<what>.+?)(?: down)? {_REL} (?P<place>.+)"),
    ("owner", rf"whose (?:{_BE} (?P<what>.+)|(?P<what2>.+?) {_BE} (?:it|that|this|they|these|those)(?: .*)?)"),
    (
        "owner",
        r"who (?:owns|does own|has(?! (?:been|gone|done|had|seen|eaten|taken|given|made|met|won|\w{2,}ed)\b)) (?P<what>.+)|"
        r"(?:to )?whom? does (?P<what2>.+?) belong(?: to)?",
    ),
    ("who in", rf"(?:who|whom) (?:{_BE}|{_SEE}) (?:there )?(?P<relation>in|at|near|on) (?P<place>.+?){_NOW}"),
    (
        "state or",
        rf"{_BE} (?:the (?P<words>door|drawer|lid|light) of )?(?P<what>.+?) (?P<relation>{_OPPOSITES}) or (?P<place>{_OPPOSITES})"
        r"(?:,? when (?:you|I|we) last saw (?:it|them)| now)?",
    ),
    (
        "state is",
        rf"{_BE} (?:the (?P<words>door|drawer|lid|light) of )?(?P<what>.+?) (?:still )?(?P<relation>{_OPPOSITES}){_NOW}",
    ),
    ("is at", rf"{_BE} (?P<words>there )?(?P<what>.+?) (?:still )?{_REL} (?P<place>.+?){_NOW}"),
    (
        "is here",
        rf"{_BE} there (?:still )?(?:an?|any|some) (?P<what>[\w -]+?)"
        rf"(?: (?:left|here|anywhere|in (?:the|this) (?:house|home|flat)))*{_NOW}",
    ),
    ("seen at", rf"{_SEE} (?P<what>.+?)(?: {_REL} (?P<place>.+?))?{_NOW}"),
    (
        "where",
        rf"where (?:{_BE}|can I find|could I find|should I look for|(?:did|do|have) (?:you|I"
        rf"|we) (?:last )?(?:see|seen|saw|put|leave|left))"
        rf" (?P<what>.+?)(?: last| the last time)?{_NOW}",
    ),
    ("where", r"(?:please )?(?:find|locate) (?P<what>.+)"),
)
"""Intents and forms, the special before the general."""
