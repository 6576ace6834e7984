"""A world written by hand: three days of rehearsals in a small theatre, much of it spoken, and what a listener would answer."""

from scripted_worlds import ZURICH, asked, told, unknown

from mmmem.types import Observation

_STAGE = """
14T17:00 Mira: Welcome everybody, today we rehearse the second act.
14T17:05 Jonas: I could not learn my lines, I had a cold last week.
14T17:06 Mira: Never mind, Jonas, use the script.
14T17:20 Elif carries a ladder onto the stage.
14T17:25 Elif hangs a red curtain at the back of the stage.
14T17:40 Jonas drops the sword.
14T17:41 Mira picks up the sword and puts it on the prop table.
14T18:00 Elif: I sewed three costumes yesterday.
14T18:02 Jonas: My costume is too small.
14T18:03 Elif: Then I will make it wider tomorrow.
14T18:30 Pavel plays the piano.
14T18:50 Pavel: The piano is out of tune.
14T19:00 Mira: The premiere is on the twenty-eighth of June.
14T19:30 Everybody leaves the theatre.
15T17:00 Jonas arrives at the theatre by bicycle.
15T17:02 Elif gives Jonas his costume.
15T17:05 Jonas: Thank you, Elif, now it fits.
15T17:10 A piano tuner comes to the theatre.
15T17:55 The piano tuner leaves the theatre.
15T18:00 Pavel plays the piano.
15T18:20 Mira: Jonas, please speak louder.
15T18:40 Elif spills coffee on the script.
15T18:41 Pavel brings a towel from the dressing room.
15T18:45 Mira: We sold ninety tickets so far.
15T19:10 Jonas: Shall we go for a pizza after the rehearsal?
15T19:11 Pavel: Yes, I am hungry.
15T19:12 Elif: I can't, my son Deniz has a birthday today.
15T19:30 Jonas and Pavel walk to the pizzeria.
16T16:50 Elif turns on the spotlights.
16T17:00 Mira: My grandmother gave me this necklace.
16T17:10 Elif: Deniz turned seven yesterday, he got a kite.
16T17:30 Jonas fights with Pavel on the stage.
16T17:35 Pavel falls from the stage.
16T17:36 Pavel: Ouch, my knee hurts.
16T17:38 Mira calls an ambulance.
16T17:50 The ambulance arrives.
16T18:05 The ambulance takes Pavel to the hospital.
16T18:10 Mira: We need somebody else for the piano.
16T18:12 Jonas: My sister Klara plays the piano.
16T18:30 Jonas phones Klara.
16T18:40 Klara: I would love to help you.
16T19:00 Elif turns off the spotlights.
16T19:05 Mira: I bought the flowers at the station for thirty francs.
16T19:20 Elif writes a note and sticks it on the door.
"""
STAGE_ASKED_AT = "16T20:00"
STAGE = (
    asked("Who dropped the sword?", "entity", "Jonas", at="14T17:40"),
    asked("Where is the sword?", "place", says="prop table", at="14T17:41"),
    asked("What colour is the curtain?", "text", says="red", at="14T17:25"),
    asked("Who had a cold?", "entity", "Jonas", at="14T17:05"),
    asked("Why could Jonas not learn his lines?", "text", says="cold", at="14T17:05"),
    asked("How many costumes did Elif sew?", "count", 3, at="14T18:00"),
    asked("When did Elif sew the costumes?", "time", says="13 May 2024", at="14T18:00"),
    asked("What did Jonas say about his costume?", "text", says="small", at="14T18:02"),
    asked("When is the premiere?", "text", says="twenty-eighth of June", at="14T19:00"),
    asked("How did Jonas come to the theatre?", "text", says="bicycle", at="15T17:00"),
    asked("Who gave Jonas his costume?", "entity", "Elif", at="15T17:02"),
    asked("What did Elif give Jonas?", "text", says="costume", at="15T17:02"),
    asked("How long did the piano tuner stay?", "duration", 45 * 60, at="15T17:10", within_s=60),
    asked("When did the piano tuner leave?", "time", "15T17:55", at="15T17:55"),
    asked("What did Pavel do after the piano tuner left?", "text", says="piano", at="15T18:00"),
    asked("What did Elif spill on the script?", "text", says="coffee", at="15T18:40"),
    asked("Where did Pavel get the towel from?", "place", says="dressing room", at="15T18:41"),
    asked("How many tickets were sold?", "count", 90, at="15T18:45"),
    asked("Where did Jonas and Pavel go yesterday?", "place", says="pizzeria", at="15T19:30"),
    asked("Who went to the pizzeria?", "list", ["Jonas", "Pavel"], at="15T19:30"),
    asked("What is the name of Elif's son?", "text", says="Deniz", at="15T19:12"),
    asked("How old is Deniz?", "count", 7, at="16T17:10", limit="an age is told as turning seven"),
    asked("What did Deniz get?", "text", says="kite", at="16T17:10"),
    asked("Who gave Mira the necklace?", "entity", says="grandmother", at="16T17:00"),
    asked("Who fell from the stage?", "entity", "Pavel", at="16T17:35"),
    asked("What happened after Pavel fell from the stage?", "text", says="knee", at="16T17:36"),
    asked("When did the ambulance arrive?", "time", "16T17:50", at="16T17:50"),
    asked("Who called the ambulance?", "entity", "Mira", at="16T17:38"),
    asked("Where did the ambulance take Pavel?", "place", says="hospital", at="16T18:05"),
    asked("What instrument does Klara play?", "text", says="piano", at="16T18:12"),
    asked("What is Jonas's sister called?", "text", says="Klara", at="16T18:12"),
    asked("Are the spotlights on?", "yes_no", False, at="16T19:00"),
    asked("How long were the spotlights on?", "duration", 130 * 60, at="16T16:50", within_s=60),
    asked("How often did Pavel play the piano?", "count", 2, at="14T18:30"),
    asked("How much did the flowers cost?", "count", 30, at="16T19:05"),
    asked("Where did Mira buy the flowers?", "place", says="station", at="16T19:05"),
    asked("Did Jonas phone Klara after the ambulance arrived?", "yes_no", True, at="16T18:30"),
    asked(
        "How long after the ambulance arrived did it take Pavel to the hospital?", "duration", 15 * 60, at="16T18:05", within_s=60
    ),
    asked("Where did Elif stick the note?", "place", says="door", at="16T19:20"),
    asked("Which came first, the fall of Pavel or the call to the ambulance?", "choice", says="fall", at="16T17:35"),
    unknown("What is the name of Mira's grandmother?"),
    unknown("How long did Klara love to help?"),
    unknown("Who broke the sword?"),
    unknown("Did Mira drop the sword?"),
    unknown("When did Pavel have a cold?"),
    unknown("How many costumes did Mira sew?"),
    unknown("What did Elif eat at the pizzeria?"),
    unknown("Did Elif go to the pizzeria?"),
    unknown("Who gave Elif the necklace?"),
    unknown("What did Jonas's grandmother give him?"),
    unknown("Where did Klara buy the flowers?"),
    unknown("When did Klara arrive at the theatre?"),
    unknown("How old is Klara?"),
    unknown("Did Klara play the piano on the stage?"),
    unknown("What is the name of Mira's son?"),
    unknown("How long was Pavel in the hospital?"),
    unknown("What did Elif write in the note?"),
    unknown("Who tuned the violin?"),
)


def stage_ns(clock: str) -> int:
    return ZURICH.parse(f"2024-05-{clock}:00")


def stage() -> list[Observation]:
    rows = [row.split(" ", 1) for row in _STAGE.strip().splitlines()]
    return [told("stage", stage_ns(clock), text) for clock, text in rows]
