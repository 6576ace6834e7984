"""Four small worlds written by hand, and what a person who saw them would answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent_world import S, line, look, ns

from mmmem.clock import Calendar
from mmmem.types import Observation

ZURICH = Calendar("wall", "Europe/Zurich")
MEETING_NS = ZURICH.parse("2024-05-06T14:00:00")  # a Monday


@dataclass(frozen=True)
class Asked:
    """A question and what is true.

    Args:
        kind: of the answer.
        value: exactly this; for times and durations in seconds of the world, within `within_s`.
        says: words that the answer must hold, all of them.
        choice: index of the right option.
        at: a moment that some evidence must cover.
        abstains: nobody could know.
        limit: why the core tier is known to fail here, empty where it must not.
        at_most: the answer may not be surer than this.
    """

    text: str
    kind: str = ""
    value: Any = None
    says: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    choice: int | None = None
    at: str = ""
    within_s: float = 0.0
    abstains: bool = False
    limit: str = ""
    at_most: float = 1.0


def asked(text: str, kind: str, value: Any = None, says: str = "", at: str = "", **more: Any) -> Asked:
    return Asked(text, kind, value, tuple(says.split("|")) if says else (), at=at, **more)


def unknown(text: str, limit: str = "") -> Asked:
    return Asked(text, abstains=True, limit=limit)


_HOUSE = """
1 07:05 I get up and walk into the bathroom.
1 07:20 I make coffee in the kitchen.
1 07:22 I take the milk from the fridge.
1 07:30 Tom comes into the kitchen and sits down at the table.
1 07:31 Tom: Good morning, did you sleep well?
1 07:40 Tom eats three pancakes with maple syrup.
1 08:10 I put my keys on the shelf by the front door.
1 08:30 I water the plants on the balcony.
1 09:00 Anna: The plumber is coming tomorrow at ten.
1 11:20 I write a letter at the desk.
1 11:45 I mail the letter at the post office.
1 12:30 I eat lunch with Anna in the garden.
1 12:45 Anna: I bought two tickets for the opera.
1 14:00 I read a book on the sofa.
1 14:04 I read a book on the sofa.
1 14:08 I read a book on the sofa.
1 14:12 I read a book on the sofa.
1 16:00 Mia feeds the cat in the kitchen.
1 18:00 I cook spaghetti with tomato sauce.
1 18:40 I put the leftover spaghetti in the fridge.
1 19:00 Tom washes the dishes.
1 21:30 I lock the front door.
1 22:00 I put my phone on the nightstand.
2 07:15 I get up and walk into the bathroom.
2 07:35 I make tea in the kitchen.
2 08:00 I take my keys from the shelf by the front door.
2 08:05 I put my keys in my backpack.
2 08:30 I water the plants on the balcony.
2 10:05 The plumber arrives at the front door.
2 10:10 The plumber repairs the sink in the bathroom.
2 10:55 The plumber leaves the house.
2 11:30 I eat an apple in the garden.
2 12:30 I eat lunch with Mia in the kitchen.
2 13:00 Mia: My exam is on Friday.
2 15:00 Mia feeds the cat in the kitchen.
2 16:00 I open the window in the bedroom.
2 16:30 I close the window in the bedroom.
2 17:00 Tom plays the guitar in the living room.
2 19:30 I watch a film with Tom and Mia.
2 21:00 Mia feeds the cat in the kitchen.
"""
HOUSE_ASKED_AT = "2 22:00"
HOUSE = (
    asked("Who ate pancakes?", "entity", "Tom", at="1 07:40"),
    asked("How many pancakes did Tom eat?", "count", 3, at="1 07:40"),
    asked("What did Tom eat with the pancakes?", "text", says="maple syrup", at="1 07:40"),
    asked("Where did I put my phone?", "place", says="nightstand", at="1 22:00"),
    asked("Where are my keys?", "place", says="backpack", at="2 08:05"),
    asked("Where did I put my keys yesterday?", "place", says="shelf", at="1 08:10"),
    asked("Where did I take the milk from?", "place", says="fridge", at="1 07:22"),
    asked("Where is the spaghetti?", "place", says="fridge", at="1 18:40"),
    asked("Where did I eat lunch yesterday?", "place", says="garden", at="1 12:30"),
    asked("When did the plumber arrive?", "time", "2 10:05", at="2 10:05"),
    asked("When did the plumber leave?", "time", "2 10:55", at="2 10:55"),
    asked("When did I mail the letter?", "time", "1 11:45", at="1 11:45"),
    asked("What time did I get up this morning?", "time", "2 07:15", at="2 07:15"),
    asked("When did I last water the plants?", "time", "2 08:30", at="2 08:30"),
    asked("When was the first time I watered the plants?", "time", "1 08:30", at="1 08:30"),
    asked("When did Mia feed the cat for the second time?", "time", "2 15:00", at="2 15:00"),
    asked("How long did I read a book?", "duration", 12 * 60, at="1 14:00", within_s=60),
    asked("How long did the plumber stay?", "duration", 50 * 60, at="2 10:05", within_s=300),
    asked("How often did Mia feed the cat?", "count", 3, at="2 21:00"),
    asked("How many times did I water the plants?", "count", 2, at="1 08:30"),
    asked("How many times did Mia feed the cat today?", "count", 2, at="2 15:00"),
    asked("How many tickets did Anna buy?", "count", 2, at="1 12:45"),
    asked("Did I lock the front door yesterday?", "yes_no", True, at="1 21:30"),
    asked("Did Tom wash the dishes?", "yes_no", True, at="1 19:00"),
    asked("Is the window in the bedroom open?", "yes_no", False, at="2 16:30"),
    asked("What did Mia say about her exam?", "text", says="Friday", at="2 13:00"),
    asked("What did Anna buy?", "text", says="opera", at="1 12:45"),
    asked("What did I cook yesterday evening?", "text", says="spaghetti", at="1 18:00"),
    asked("What did I make in the kitchen this morning?", "text", says="tea", at="2 07:35"),
    asked("What did the plumber repair?", "text", says="sink", at="2 10:10"),
    asked("What did I do after I ate the apple?", "text", says="lunch with Mia", at="2 12:30"),
    asked("What did I do before I mailed the letter?", "text", says="write a letter", at="1 11:20"),
    asked("What happened between 11 and 12 yesterday?", "text", says="letter", at="1 11:20"),
    asked("Who played the guitar?", "entity", "Tom", at="2 17:00"),
    asked("Who washed the dishes yesterday?", "entity", "Tom", at="1 19:00"),
    asked("Who fed the cat?", "entity", "Mia", at="1 16:00"),
    asked("Who did I eat lunch with today?", "entity", "Mia", at="2 12:30"),
    asked("Who did I eat lunch with yesterday?", "entity", "Anna", at="1 12:30"),
    asked("Who said that the plumber is coming?", "entity", "Anna", at="1 09:00"),
    asked("Who did I watch a film with?", "list", ["Tom", "Mia"], at="2 19:30"),
    asked("Which people did I eat lunch with?", "list", ["Anna", "Mia"], at="1 12:30"),
    asked("Did I make tea or coffee this morning?", "choice", says="tea", at="2 07:35"),
    asked("Which did I do first, water the plants or lock the front door?", "choice", says="plants", at="1 08:30"),
    asked("What did I cook?", "choice", choices=("pizza", "spaghetti", "soup", "salad"), choice=1, at="1 18:00"),
    asked("Where are my keys?", "choice", choices=("in the car", "in my backpack", "under the sofa"), choice=1),
    asked("Who fed the cat?", "choice", choices=("Tom", "Anna", "Mia", "me"), choice=2),
    asked("When did the plumber arrive?", "choice", choices=("Yesterday at 9 am", "Today at 3 pm", "Today at 10 am"), choice=2),
    unknown("Who played the piano?"),
    unknown("Where did I put my umbrella?"),
    unknown("What did Peter say?"),
    unknown("When did I go to the dentist?"),
    unknown("How many oranges did Tom eat?"),
    unknown("Did Tom wash the car?"),
    unknown("What will I eat tomorrow?"),
    unknown("What did I do two days ago?"),
    unknown("Who fed the dog?"),
    unknown("How long did I play tennis?"),
    unknown("How often did Tom go swimming?"),
)

_MEETING = """
0:05 Priya: Welcome everybody, let us start with the budget.
1:00 Lars: We spent twelve thousand euros in April.
2:00 Chen: That is two thousand more than planned.
5:00 Priya: Lars, please send the report to the bank by Friday.
6:00 Lars: I will send it on Thursday.
10:00 Chen writes numbers on the whiteboard.
15:00 Chen: I suggest that we hire a second designer.
16:00 Priya: I agree, we need a second designer.
20:00 Lars: I do not want a second designer, it is too expensive.
25:00 Lars leaves the room.
28:00 Lars comes back into the room.
30:00 Priya: The next meeting is on the thirteenth of May in Hamburg.
35:00 Chen: My train to Berlin leaves at half past four.
40:00 Priya: The new office has forty desks and two kitchens.
45:00 Lars: The coffee machine is broken.
50:00 Chen: I ordered a new coffee machine from a shop in Bonn.
55:00 Priya: Thank you, goodbye.
"""
MEETING_ASKED_AT_NS = MEETING_NS + 3600 * S
MEETING = (
    asked("Who suggested to hire a second designer?", "entity", "Chen", at="15:00"),
    asked("Who ordered a new coffee machine?", "entity", "Chen", at="50:00"),
    asked("Who wrote on the whiteboard?", "entity", "Chen", at="10:00"),
    asked("What did Lars say about the coffee machine?", "text", says="broken", at="45:00"),
    asked("What did Chen suggest?", "text", says="designer", at="15:00"),
    asked("What did Priya say after Lars came back into the room?", "text", says="Hamburg", at="30:00"),
    asked("How many desks does the new office have?", "count", 40, at="40:00"),
    asked("How many kitchens does the new office have?", "count", 2, at="40:00"),
    asked("How much did we spend in April?", "count", 12000, at="1:00"),
    asked("Where is the next meeting?", "place", says="Hamburg", at="30:00"),
    asked("Where did Chen order the coffee machine?", "place", says="Bonn", at="50:00"),
    asked("When did Lars leave the room?", "time", "25:00", at="25:00"),
    asked("When did Lars come back?", "time", "28:00", at="28:00"),
    asked("Did Chen order a coffee machine?", "yes_no", True, at="50:00"),
    asked("Does Lars want a second designer?", "yes_no", False, at="20:00"),
    asked("Is the coffee machine broken?", "yes_no", True, at="45:00"),
    asked("What was said between 14:30 and 14:34?", "text", says="Hamburg", at="30:00"),
    asked("Where will the next meeting be?", "choice", choices=("Berlin", "Hamburg", "Bonn", "Munich"), choice=1, at="30:00"),
    asked("Who ordered the coffee machine?", "choice", choices=("Priya", "Lars", "Chen"), choice=2),
    asked("How many desks does the new office have?", "choice", choices=("Two", "Twelve", "Forty"), choice=2),
    unknown("What did Sofia suggest?"),
    unknown("How many chairs does the new office have?"),
    unknown("When did Priya dance?"),
    unknown("What did Lars say about the holiday?"),
    unknown("Who broke the window?"),
    unknown("What did Chen say on Sunday?"),
)

DOOR_ASKED_AT = "2:00"
DOOR = (
    asked("How many people came to the door?", "count", 4, at="0:12"),
    asked("How many people were there between 1:00 and 1:30?", "count", 2, at="1:10"),
    asked("How many dogs came by?", "count", 1, at="1:32"),
    asked("When did the first person arrive?", "time", "0:10", at="0:12"),
    asked("When did the second person leave?", "time", "0:45", at="0:40"),
    asked("When did the third visitor come?", "time", "1:00", at="1:02"),
    asked("When did the dog appear?", "time", "1:30", at="1:32"),
    asked("When did the last person leave?", "time", "1:15", at="1:10"),
    asked("How long did the last visitor stay?", "duration", 10, at="1:10"),
    asked("How long was the third person at the door?", "duration", 20, at="1:02"),
    asked("How long did the dog stay?", "duration", 5, at="1:32"),
    asked("Was anybody there at 0:35?", "yes_no", True, at="0:35"),
    asked("Was anybody there at 0:50?", "yes_no", False, at="0:50"),
    asked("Was nobody there at 0:50?", "yes_no", True, at="0:50"),
    asked("Did a dog come by?", "yes_no", True, at="1:32"),
    asked("Is anybody there right now?", "yes_no", False, at="1:59"),
    unknown("How many cats came by?"),
    unknown("What colour was the dog?"),
    unknown("Who was at the door?"),
    unknown("What did the first person say?"),
    unknown("Was anybody there at 3:00?"),
    unknown("When did the fifth person arrive?"),
    unknown("How many people wore a hat?"),
)


_WORKSHOP = """
3 08:02 Rosa unlocks the workshop and switches on the lights.
3 08:10 Rosa hangs her jacket on the hook behind the door.
3 08:15 Emil arrives on his bicycle.
3 08:20 Emil: I brought four litres of paint.
3 08:40 Emil sands the wooden chair.
3 09:30 Rosa paints the chair green.
3 10:00 Rosa and Emil drink coffee on the bench outside.
3 10:20 Rosa: The customer will pick up the chair on Saturday.
3 11:00 Emil drops a hammer on his foot.
3 11:05 Rosa gives Emil an ice pack.
3 12:00 Emil leaves the workshop.
3 13:00 Emil returns to the workshop.
3 13:30 Emil repairs the drawer of the desk.
3 14:00 Rosa puts the drill in the red toolbox.
3 15:30 A delivery man brings six boxes of screws.
3 16:00 Rosa: We owe the supplier ninety euros.
3 17:00 Rosa switches off the lights and locks the workshop.
4 08:05 Emil unlocks the workshop.
4 08:30 Emil takes the drill from the red toolbox.
4 08:45 Emil puts the drill on the windowsill.
4 09:00 Emil sands the table.
4 10:00 Emil drinks coffee on the bench outside.
4 11:00 Rosa phones the supplier.
4 11:30 Rosa: My daughter Lotte starts school in August.
4 14:00 Emil sands the table.
4 15:00 Rosa paints the table white.
"""
WORKSHOP_ASKED_AT = "4 16:00"
WORKSHOP = (
    asked("Who sanded the chair?", "entity", "Emil", at="3 08:40"),
    asked("What colour did Rosa paint the chair?", "text", says="green", at="3 09:30"),
    asked("What colour is the table?", "text", says="white", at="4 15:00"),
    asked("Where is the drill?", "place", says="windowsill", at="4 08:45"),
    asked("Where was the drill yesterday evening?", "place", says="toolbox", at="3 14:00"),
    asked("Where did Rosa hang her jacket?", "place", says="hook", at="3 08:10"),
    asked("Who hurt his foot?", "entity", "Emil", at="3 11:00"),
    asked("Who gave Emil an ice pack?", "entity", "Rosa", at="3 11:05"),
    asked("What did Rosa give Emil?", "text", says="ice pack", at="3 11:05"),
    asked("How many litres of paint did Emil bring?", "count", 4, at="3 08:20"),
    asked("How many boxes of screws were delivered?", "count", 6, at="3 15:30"),
    asked("How much do we owe the supplier?", "count", 90, at="3 16:00"),
    asked("When did Emil arrive yesterday?", "time", "3 08:15", at="3 08:15"),
    asked("When did Emil leave the workshop?", "time", "3 12:00", at="3 12:00"),
    asked("How long was Emil away yesterday?", "duration", 3600, at="3 12:00", within_s=60),
    asked("When will the customer pick up the chair?", "text", says="Saturday", at="3 10:20"),
    asked("Is the workshop locked?", "yes_no", False, at="4 08:05"),
    asked("Was the light on yesterday at 12:00?", "yes_no", True, at="3 08:02"),
    asked("Did Rosa call the supplier today?", "yes_no", True, at="4 11:00"),
    asked("Who rang?", "entity", "Rosa", at="4 11:00"),  # told as phones
    asked("Did Emil repair the desk drawer?", "yes_no", True, at="3 13:30"),
    asked("How often did Emil sand the table?", "count", 2, at="4 09:00"),
    asked("Who drank coffee yesterday?", "list", ["Rosa", "Emil"], at="3 10:00"),
    asked("Who drank coffee today?", "entity", "Emil", at="4 10:00"),
    asked("What is the name of Rosa's daughter?", "text", says="Lotte", at="4 11:30"),
    asked("When does Lotte start school?", "text", says="August", at="4 11:30"),
    asked("What happened after Emil dropped the hammer?", "text", says="ice pack", at="3 11:05"),
    asked("What did Emil do before he put the drill on the windowsill?", "text", says="toolbox", at="4 08:30"),
    asked("What did Emil do in the afternoon yesterday?", "text", says="drawer", at="3 13:30"),
    asked("Did Rosa paint the chair before or after Emil sanded it?", "choice", "after", at="3 09:30"),
    asked("Who opened the workshop this morning?", "entity", "Emil", at="4 08:05"),
    asked("Which day did the screws arrive?", "time", "3 15:30", at="3 15:30", limit="arrive is told as brings"),
    asked("What did Emil sand?", "list", says="chair|table", limit="several lines fit, one is told"),
    unknown("Who painted the door?"),
    unknown("Where is the saw?"),
    unknown("When did Rosa go home today?"),
    unknown("How many nails did Emil buy?"),
    unknown("What did Lotte say?"),
    unknown("Did Emil paint the chair blue?"),
    unknown("How long did Rosa sleep?"),
    unknown("What did Rosa cook?"),
)


def told(stream: str, start_ns: int, text: str) -> Observation:
    speaker, colon, words = text.partition(": ")
    return line(stream, start_ns, words, kind="speech", speaker=speaker) if colon else line(stream, start_ns, text)


def house() -> list[Observation]:
    rows = [row.split(" ", 2) for row in _HOUSE.strip().splitlines()]
    return [told("home", ns(f"{day} {clock}"), text) for day, clock, text in rows]


def workshop() -> list[Observation]:
    rows = [row.split(" ", 2) for row in _WORKSHOP.strip().splitlines()]
    return [told("shop", ns(f"{day} {clock}"), text) for day, clock, text in rows]


def meeting_ns(clock: str) -> int:
    minutes, second = clock.split(":")
    return MEETING_NS + (int(minutes) * 60 + int(second)) * S


def meeting() -> list[Observation]:
    rows = [row.split(" ", 1) for row in _MEETING.strip().splitlines()]
    return [told("room", meeting_ns(clock), text) for clock, text in rows]


_STAYS = (("person", 1, 10, 20), ("person", 2, 30, 38), ("person", 3, 39, 45), ("person", 4, 60, 80), ("person", 5, 65, 75))
_OTHERS = (("dog", 6, 90, 95), ("person", 7, 110, 110.5))


def doorway() -> list[Observation]:
    """Two looks a second: visits with a lost track, two people at once, a dog, and one false alarm."""
    found: list[Observation] = []
    for index in range(240):
        t_s = index / 2
        things: Sequence[tuple[str, int]] = [(label, track) for label, track, a, b in (*_STAYS, *_OTHERS) if a <= t_s < b]
        found.append(look("door", index, round(t_s * S), S // 2, things))
    return found
