"""Words and noun phrases the rules of `mmmem.banks.semantic` know: things, places, people and verbs.

Every rule prefers silence to a guess: a phrase that is not plainly a thing, a place or a person gives no claim.
"""

import re
from dataclasses import dataclass


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NAME = r"[A-Z][a-zé]+(?: [A-Z][a-zé]+)?"
DETERMINERS = _set(
    "a an the this that these those my your his her its our their some any another other both each every all two three four "
    "five six seven eight nine ten quite several many more few own such same couple"
)
POSSESSIVES = _set("his her their")
# A noun phrase ends where one of these begins.
_END = _set(
    "and or but then so while because as if when where which who whom whose after before until since though although than "
    "with without using for to from in on at into onto inside under by near through via over along across around against "
    "beside behind above below between beneath underneath outside about toward towards off out up down is was are were am "
    "be been being has have had do does did will would can could should may might must not i i'm we you he she it they them "
    "him us me there here again now too also first back away together just already yet still later today yesterday tomorrow "
    "tonight next aside forward right afterwards once twice soon well only even directly instead however like really "
    "actually anymore made upstairs downstairs steady upright respectively slightly casually very what how "
    "why that's it's he's she's "
    "let's let and/or"
)
_PRONOUNS = _set(
    "it this that these those them him her me us you everything something nothing anything one ones some someone everyone "
    "anyone thing things stuff what which other another others two three both all more part rest lot bit few little half "
    "piece pieces first second last kind type sort way time many much none mine yours hers theirs ours himself herself "
    "myself"
)
# Heads that follow put, take or hold without being a thing that lies somewhere.
_NOT_THINGS = _set(
    "look glance sip bite step steps photo photos picture pictures pic video videos selfie screenshot shot shots shower nap "
    "rest break walk seat breath turn turns bath trip ride taxi bus subway train class course lesson lessons note notes "
    "part place care advantage time moment minute minutes second seconds hour hours day days week weeks month year years "
    "chance hand hands finger fingers arm arms leg legs foot feet head face hair eye eyes nose mouth chin body ear ears "
    "shoulder shoulders knee knees elbow waist back neck thumb thumbs palm palms fist lip lips gesture posture pose effort "
    "attention emphasis pressure focus meeting discussion conversation call calls speech party competition event vote hug "
    "kiss try go stretch hint nod smile laugh sigh sniff gulp mouthful puff drag swig measurement measurements count notice "
    "action actions opportunity order orders responsibility risk risks end stop question questions answer mind thought "
    "thoughts idea ideas words word voice position form shape grudge role lead job pace speed fight control power hope "
    "interest side edge corner middle direction bottom top left front center pulse temperature screen page detour medicine "
    "long while peek drink stroll swim vacation leave exam test survey break-up inspiration pride joy joke jokes score "
    "points money weight space effect style name number item items object objects contents bunch bunches pack worth set sets"
)
THINGS = _set(
    "phone phones mug cup cups bowl bowls plate plates glass glasses bottle bottles bag bags box boxes key keys knife fork "
    "spoon chopsticks pot pan lid kettle tray basket book books notebook pen pencil paper papers scissors tape charger "
    "cable computer laptop tablet ipad iphone camera headphones earphones watch mouse keyboard monitor jacket coat shirt "
    "hat shoes boots slippers gloves scarf towel pillow blanket chair stool umbrella backpack suitcase wallet purse toy "
    "guitar piano car bike bicycle bed desk luggage comb brush lipstick toothbrush ring necklace dog cat puppy milk eggs "
    "bread cake coffee tea juice package parcel remote flowers vase card cards puzzle ball hammer screwdriver drill "
    "whiteboard drink snack power bank lunch sandwich yogurt clothes dress socks dinner breakfast food meal water cream "
    "light lights door window ukulele violin helmet mask cushion lamp house apartment boat van truck"
)
PLACES = _set(
    "kitchen bedroom bathroom room hall hallway corridor lounge office garage garden yard courtyard balcony basement attic "
    "house home apartment building school library hospital hotel restaurant cafe bar shop store supermarket mall market "
    "park car bus train taxi subway elevator lift lobby entrance gym studio classroom toilet restroom kitchenette pantry "
    "porch living dining backyard street station airport church museum theater cinema bank pharmacy bakery warehouse closet "
    "upstairs downstairs couch sofa bed floor pool terrace"
)
CONTAINERS = _set(
    "fridge refrigerator freezer drawer cabinet cupboard bag box pocket sink bin trash can basket oven microwave closet "
    "wardrobe dishwasher washing machine backpack bowl cup pot pan suitcase"
)
FIXTURES = CONTAINERS | _set(
    "table desk counter shelf rack floor wall door chair window windowsill stove sofa couch bed ground tray stand hook "
    "plate bench ledge stairs carpet mat tablecloth countertop cart"
)
DURABLES = _set(
    "dog dogs cat cats puppy kitten car bike house apartment boat guitar piano violin van truck ukulele motorcycle horse"
)
# Things people own; a person's door, water or dinner says little about whose it is.
OWNABLE = THINGS - _set(
    "door window water food meal dinner breakfast light lights cream chair milk coffee tea eggs bread paper card lunch drink ball"
)
# What is opened on a screen stays out: it is nowhere and is not closed again.
ON_SCREEN = _set(
    "app apps software program code contact map message image photo photos album interface chat wechat moments stopwatch folder "
    "file page video website link taobao meituan phone phones screen document timer account list document conversation "
    "store shop camera tab browser game bluetooth wifi"
)
PLAN_VERBS = (
    "buy|cook|make|bake|order|visit|meet|travel to|fly to|move to|invite|celebrate|prepare|host|attend|organize|adopt|"
    "start (?:a|my|the|learning|working|studying)|study|learn|"
    "join|volunteer|book|rent|sell|paint|write|read|watch|perform|apply|build|plant|clean|wash|pick up|go to|go shopping|"
    "go camping|go hiking|go swimming|have dinner|have lunch|have breakfast|have a|become|get a|get some|create|open a|"
    "run a|take a class|"
    "take a trip|play|practice|film|record|charge|unpack|decorate|assemble|hold a|eat"
)
ROLES = _set(
    "doctor nurse teacher student engineer lawyer chef cook waiter waitress artist painter musician singer dancer actor "
    "actress writer author journalist photographer designer architect programmer developer scientist researcher professor "
    "manager director accountant driver pilot farmer baker butcher barber hairdresser mechanic plumber electrician "
    "carpenter soldier officer policeman policewoman firefighter counselor therapist psychologist dentist veterinarian vet "
    "coach trainer athlete player volunteer mentor librarian secretary assistant salesman cashier guard guide translator "
    "editor producer intern freelancer entrepreneur boss landlord neighbor roommate colleague classmate vegetarian vegan "
    "widow widower orphan twin mother father mom dad parent grandmother grandfather sister brother son daughter wife "
    "husband girlfriend boyfriend uncle aunt cousin fiance fiancee captain referee judge surgeon pharmacist biologist "
    "physicist chemist mathematician model"
)
COLOURS = _set("red blue green yellow black white pink purple gray grey brown orange")
CONDITIONS = COLOURS | _set(
    "married single divorced engaged pregnant retired vegetarian vegan unemployed sick ill hungry tired thirsty sleepy "
    "drunk asleep awake allergic left-handed empty full hot cold wet dry dirty "
    "charged charging ready"
)
STATES = {
    "open": "open", "opened": "open", "closed": "closed", "shut": "closed", "locked": "locked", "unlocked": "unlocked",
    "on": "on", "off": "off", "broken": "broken", "clean": "clean",
}  # fmt: skip
KIN = (
    "sister brother mother father mom mum dad wife husband son daughter grandmother grandfather grandma grandpa aunt uncle "
    "cousin niece nephew boyfriend girlfriend fiance fiancee partner stepmother stepfather twin"
).replace(" ", "|")
# Capitalised sentence starters that are not people.
_NOT_NAMES = _set(
    "The A An This That These Those Then And But So Now Next Finally After Before When While If As At In On It He She They "
    "We You I Everyone Someone People Everybody Nobody There Here Still Also Just My Your His Her Their Our Its What Who "
    "Which Why How Where Keep Continue Look Put Take Open Close Turn Pick Hold Use Move Go Walk Yes No Yeah Okay Oh Well "
    "Not All Both One Two Three Some Many Others Another Let Please Today Tomorrow Yesterday Maybe Perhaps Because Hand "
    "Hands Colleagues Later Suddenly Everything Something Nothing Hey Hi Hello Wow Right Sure Thanks Damn God Haha Like "
    "Only Even Until First Second Last With Without From To For Of By Or Nor Yet Once Since Though Although Each Every Any "
    "Did Do Does Is Are Was Were Can Could Will Would Should May Might Must Have Has Had Wait Ah Uh Um Hmm Alright Actually "
    "Really Got Get Give Gave Music Kids Heads Student Students Child Children Man Woman Boy Girl Almost Feels Felt Looks "
    "Seems Sounds Tastes Smells Makes Made Grandpa Grandma Mom Dad Boss Teacher Guys Neither Either Apparently Luckily "
    "Hopefully Basically Bet Glad Hope Ours Mine Yours Inside Outside Upstairs Downstairs Together Tonight "
    "Currently Recently Usually "
    "Sometimes Always Never"
)

# Base and third person | past | participle, by what they do to a thing.
_VERBS: dict[str, tuple[str, str, str]] = {
    "put": ("put place set lay hang store stick stuff load tuck drop leave insert throw toss "
            "puts places sets lays hangs stores sticks stuffs loads tucks drops leaves inserts throws tosses stacks",
            "placed laid hung stored stuck stuffed loaded tucked dropped left inserted threw tossed stacked",
            "putting placing setting laying hanging storing sticking stuffing loading tucking leaving inserting throwing"),
    "take": ("take pick grab hold carry fetch snatch lift takes picks grabs holds carries fetches snatches lifts",
             "took picked grabbed held carried fetched snatched lifted", "taking picking grabbing holding carrying lifting"),
    "give": ("hand pass give hands passes gives", "handed passed gave", "handing passing giving"),
    "open": ("open opens unlock unlocks", "opened unlocked", "opening unlocking"),
    "close": ("close closes shut shuts lock locks", "closed locked", "closing locking"),
    "turn": ("turn switch turns switches", "turned switched", "turning switching"),
    "break": ("break breaks", "broke", "breaking"),
    "enter": ("enter walk go come step return enters walks goes comes steps returns",
              "entered walked went came stepped returned", "entering"),
    "like": ("like love enjoy prefer adore likes loves enjoys prefers adores", "", "loving enjoying"),
    "dislike": ("hate dislike despise hates dislikes despises", "", ""),
    "want": ("want wants", "", ""),
    "live": ("live lives", "", "living"),
    "move": ("", "moved", ""),
    "work": ("work works", "", "working"),
    "own": ("own owns", "", ""),
    "buy": ("", "bought", ""),
    "adopt": ("", "adopted", ""),
    "quit": ("", "quit", ""),
    "have": ("have has", "got", ""),
}  # fmt: skip
VERB_OF = {form: verb for verb, forms in _VERBS.items() for form in " ".join(forms).split()}
# Forms that cannot be an infinitive or a command, so they state what happened.
FINITE = {form for forms in _VERBS.values() for form in forms[1].split()} | {
    form for forms in _VERBS.values() for form in forms[0].split() if form.endswith("s") and form not in ("toss", "pass")
}
PREPOSITION = (
    r"on top of|in front of|next to|on|onto|in|into|inside|under|underneath|beneath|beside|behind|between|near|against|above|at"
)
_PLACED = {"onto": "on", "into": "in", "inside": "in"}
_NAME = re.compile(NAME)
_WORD = re.compile(r"[A-Za-z0-9é][\w’'/‑-]*")
_OF_KIND = re.compile(
    r"^(?:pile|bunch|set|pair|couple|lot|kind|type|plenty|sense|one|some|all|part|each|both|few|most|rest) of ", re.I
)


@dataclass(slots=True)
class Scene:
    """What one line has told so far: who says so, who acts, and what a pronoun may mean.

    Args:
        me: the first person.
        spoken: somebody said it, so a bare verb is a command.
        agent: who acts in this clause, None where it is not known.
        thing: the last thing acted on.
        irrealis: an earlier clause of the sentence was wished, planned or told to be done.
        marked: a marker (`#C C`) named the wearer as the subject.
        told: an earlier clause of the sentence had a subject that acts.
    """

    me: str
    spoken: bool
    agent: str | None = None
    thing: str | None = None
    irrealis: bool = False
    told: bool = False
    marked: bool = False


def noun(phrase: str, scene: Scene, *, gerund: bool = False) -> str | None:
    """The normalised noun phrase at the start of `phrase`, or None where it names nothing definite."""
    words = _cut(_words(phrase))
    if not words:
        return None
    if len(words) == 1 and words[0].lower() in ("it", "them"):
        return scene.thing
    if scene.spoken and words[0].lower() == "your":
        return None
    owner = _owner(words, scene)
    while words and (words[0].lower() in DETERMINERS or words[0].isdigit()):
        words = words[1:]
    while words and words[-1].lower().endswith("ly"):
        words = words[:-1]
    words = [word if _proper(word, at) else word.lower() for at, word in enumerate(words)]
    if not words or len(words) > 5 or not _definite(words) or (not gerund and _is_act(words[-1])):
        return None
    text = " ".join(words)
    return f"{owner}'s {text}" if owner else text


def _words(phrase: str) -> list[str]:
    return _WORD.findall(_BREAK.split(phrase, maxsplit=1)[0])


_BREAK = re.compile(r"[,;:()\[\]\"“”–—!]| - ")


def _cut(words: list[str]) -> list[str]:
    for at, word in enumerate(words):
        if word.lower() in ("it", "them") and at == 0:
            return words[:1]
        if at and _begins_another(word.lower(), words[at - 1].lower(), words[at + 1] if at + 1 < len(words) else "", word):
            return words[:at]
        if not at and word.lower() in _END:
            return []
    return words


def _begins_another(word: str, before: str, after: str, written: str) -> bool:
    """Whether a word inside a phrase is past its end."""
    if word == "can":
        return before not in _CANS and bool(after) and after.lower() not in _END
    if word in _END or (word in _FRESH and before not in DETERMINERS and before != "of"):
        return True
    if word in _DOING or (_is_act(word) and (not after or after.lower() in _END) and before not in DETERMINERS):
        return True
    return is_name(written) and (after in VERB_OF or after in _AUXILIARY or after.endswith("ed"))


_DOING = _set(
    "selling holding wearing using carrying making eating looking saying doing having getting watching playing standing "
    "sitting lying hanging showing containing talking walking"
)
_AUXILIARY = _set("had has have was were is are")
# An article or a number inside a phrase begins another one: `Sweden four years ago`.
_FRESH = _set("a an the this that these those my your his her its our their all two three four five six seven eight nine ten")
_ING_WORDS = _set(
    "shopping dining charging cutting washing living parking sewing baking gaming mixing measuring drinking swimming cooking "
    "rolling greeting painting building ceiling drawing earring clothing wedding sleeping writing reading training string"
)
_CANS = _set("trash garbage tin watering soda beer jerry")


def _owner(words: list[str], scene: Scene) -> str | None:
    first = words[0].lower()
    if first == "my" and scene.spoken:
        return scene.me
    if first in POSSESSIVES and scene.agent not in (None, "I", scene.me):
        return scene.agent
    return None


def _proper(word: str, at: int) -> bool:
    if not word[0].isupper():
        return False
    return word.replace("’", "'").removesuffix("'s") not in _NOT_NAMES and (at > 0 or word.lower() not in THINGS)


def _definite(words: list[str]) -> bool:
    lower = [word.lower() for word in words]
    head = lower[lower.index("of") - 1] if "of" in lower[1:] else lower[-1]
    if lower[0] == "of" or lower[-1] == "of" or _OF_KIND.match(" ".join(lower) + " "):
        return False
    return not (head in _PRONOUNS or lower[-1] in _PRONOUNS or lower[0] in _PRONOUNS or head.isdigit() or head.endswith("'s"))


def _is_act(word: str) -> bool:
    return word.endswith("ing") and len(word) > 5 and word not in _ING_WORDS


def thing(phrase: str, scene: Scene) -> str | None:
    """`noun`, refused where its head is a body part, an act or something else that lies nowhere."""
    name = noun(phrase, scene)
    if name is None:
        return None
    words = name.lower().split()
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    return None if head in _NOT_THINGS or (name[0].isupper() and "'s " not in name and " " not in name) else name


def things(phrase: str, scene: Scene) -> list[str]:
    """Every `thing` of a list such as `the mug and the plate`; after the first each needs its own determiner."""
    first, *others = re.split(r",? and |, ", phrase)
    listed = [first, *(other for other in others if other.split(" ", 1)[0].lower() in DETERMINERS)]
    named = [thing(part, scene) for part in listed]
    return [name for name in named if name] if named[0] else []


def whole(phrase: str, scene: Scene) -> str | None:
    """`thing` of a phrase that is one noun phrase and nothing else."""
    words = _WORD.findall(phrase)
    return thing(phrase, scene) if words and len(_cut(words)) == len(words) else None


def place(preposition: str, phrase: str, scene: Scene) -> str | None:
    """`on table`: the preposition of rest and the normalised place."""
    name = noun(phrase, Scene(scene.me, scene.spoken, scene.agent))
    if name is None or name.split()[-1].lower() in NOT_PLACES:
        return None
    return f"{_PLACED.get(preposition, preposition)} {name}"


NOT_PLACES = _set(
    "place places sides hand hands mouth way order line hold use phone music video fire time case fact hurry "
    "charge touch turn state mode "
    "process end moment morning afternoon evening night day week month year future past mind love trouble danger sight "
    "question progress head face nose ear ears eyes neck arm arms leg legs body finger fingers camera show shape effect "
    "practice general total public private common advance addition need style front side back top middle position work list "
    "call hair shoulder shoulders foot feet lap wrist ones one power energy effort people group team direction conversation "
    "topic screen game games words sentence language pressure emphasis makeup gas water risk stake stock left right"
)


_NOT_FIRST_NAMES = _set(
    "Operate Charge Saw See Watch Help Follow Ask Call Tell Touch Check Hear Heard Meet Met Thank Fix Tap Clean"
)


def is_name(word: str) -> bool:
    """Whether a capitalised word may be a person's name."""
    first = word.split(" ", 1)[0]
    if not _NAME.fullmatch(word) or first in _NOT_NAMES or first.lower() in THINGS:
        return False
    if " " in word and (first.lower() in VERB_OF or first in _NOT_FIRST_NAMES):
        return False
    return not (first.endswith(("ing", "ly", "ed")) and len(first) > 5)
