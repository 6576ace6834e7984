"""Curated lists of English words, by what a word cannot be."""


def words(text: str) -> tuple[str, ...]:
    """The words of a list written as running text."""
    return tuple(text.split())


# Function words. Left in on purpose: negations, numbers, "may" (a month, a name), and every verb and noun with a meaning.
STOP_WORDS = frozenset(
    words(
        """
        a an the this that these those some any each every either such own same other another else
        i me my mine myself we us our ours ourselves you your yours yourself he him his himself she her hers herself
        it its itself they them their theirs themselves one ones
        am is are was were be been being do does did doing done have has had having will would shall should can could might must
        and or but if then than so as of at by for with about against between into onto through during before after above below
        to from up down in out on off over under again further once here there when where why how what which who whom whose while
        because until since also too very just only even still already yet both all more most much many few
        s t d ll m re ve let got get gets getting
        """
    )
)

DETERMINERS = frozenset(words("the a an my our your his her their its this that these those some any many each every no of with"))
SUBJECTS = frozenset(words("i we you he she it they who to not can could will would should must"))
NOT_NAMES = frozenset(words("whats wheres whos now last besides among compared please ok tell name list yes no not never let"))

NOT_NOUNS = frozenset(
    words(
        """
        first last next now again together else usually often always mostly mainly especially just not never nearby currently
        earlier previously recently may finally away later halfway approximately exactly clearly ever yes please able visible
        located different similar same open closed people's time times both new old next-to messy behind across beside besides
        among along toward towards beyond inside outside near underneath beneath past via within despite upon
        whats wheres whos long check throughout
        """
    )
)

# Verbs that captions and questions are full of; after a determiner they are nouns (`the drink`, `my play`).
VERBS = frozenset(
    words(
        """
        used use uses take took taken put puts come comes came go goes went make made bought buy see saw seen say said ask need
        like love plan eat ate eaten drink drank give gave given find found leave left sit sat stand stood tell told know knew
        keep kept bring brought want happen happened happens react stop stops move moves hold holds held walk walks feel felt pick
        picks raise bend bends try tries correspond turn turns jump jumps run runs ran throw threw fall fell cut cuts spread clean
        wash close help helps join meet met teach talk talks touch push pull pulls lift shake carry stay stays live lives interact
        look looks watch enjoy enjoys sing sang
        """
    )
)

# Words for what a detector calls a person.
PERSON_WORDS = frozenset(
    "person people man men woman women boy girl child children guest visitor visitors anybody anyone somebody someone nobody "
    "everybody everyone human guy customer stranger pedestrian".split()
)
