"""A sixth world written by hand: a week of two colleagues talking, and what a person who listened would answer."""

from scripted_worlds import ZURICH, asked, told, unknown

from mmmem.types import Observation

_OFFICE = """
02T09:00 Nadia: Good morning Viktor, how was your weekend?
02T09:01 Viktor: I went to a jazz festival in Lyon with my brother on Saturday.
02T09:02 Nadia: Nice! I stayed home and painted my kitchen yellow.
02T09:05 Viktor: My sister moved to Oslo last month.
02T11:00 Nadia: I finished the sales report yesterday.
02T11:02 Viktor: Great. I still have to write my presentation.
02T15:00 Nadia: The printer on the second floor is broken.
02T15:05 Viktor: I called the technician this morning.
03T09:00 Viktor: The technician repaired the printer.
03T09:10 Nadia: I adopted a dog two weeks ago, his name is Bruno.
03T09:11 Viktor: Congratulations on your dog! What breed is he?
03T09:12 Nadia: Bruno is a beagle.
03T13:00 Viktor: I am learning Italian because my girlfriend is from Turin.
03T13:02 Nadia: I tried to learn Spanish, but I gave up after three lessons.
03T16:00 Nadia: Let's have lunch at the Thai place tomorrow.
03T16:01 Viktor: Sure, I love Thai food.
04T10:00 Viktor: I sold my old car for two thousand euros.
04T10:02 Nadia: I want to buy a bicycle next year.
04T12:30 Nadia: The curry here costs fourteen euros.
04T14:00 Viktor: I was promoted to team leader last Friday.
04T14:01 Nadia: Congratulations on your promotion, Viktor!
04T17:00 Nadia: I never drink coffee in the evening.
05T09:00 Viktor: I ran a half marathon in May.
05T09:03 Nadia: Wow, I could never do that.
05T11:00 Nadia: My daughter Emma starts school on Monday.
05T11:05 Viktor: My son Leo broke his arm last week.
05T16:00 Viktor: I will be in Madrid next week for the conference.
06T09:00 Nadia: I bought a new monitor for 300 euros.
06T10:00 Viktor: I baked a cherry cake for your birthday.
06T10:01 Nadia: Thank you! The cake is delicious.
06T12:00 Nadia: I am reading a book about glaciers.
06T15:00 Viktor: I play chess every Thursday with Paul.
06T17:00 Nadia: Have a nice weekend!
"""
OFFICE_ASKED_AT = "06T18:00"
OFFICE = (
    asked("Where did Viktor go with his brother?", "place", says="Lyon", at="02T09:01"),
    asked("Where did Viktor's sister move to?", "place", says="Oslo", at="02T09:05"),
    asked("Where will Viktor be next week?", "place", says="Madrid", at="05T16:00"),
    asked("When did Viktor go to the jazz festival?", "time", says="31 August 2024", at="02T09:01"),
    asked("When did Nadia finish the sales report?", "time", says="1 September 2024", at="02T11:00"),
    asked("When did Viktor call the technician?", "time", says="2 September 2024", at="02T15:05"),
    asked("When did Nadia adopt a dog?", "time", says="20 August 2024", at="03T09:10"),
    asked("When was Viktor promoted?", "time", says="30 August 2024", at="04T14:00"),
    asked("When did Viktor run a half marathon?", "time", says="May", at="05T09:00"),
    asked("When does Emma start school?", "text", says="Monday", at="05T11:00"),
    asked("Who finished the sales report?", "entity", "Nadia", at="02T11:00"),
    asked("Who called the technician?", "entity", "Viktor", at="02T15:05"),
    asked("Who repaired the printer?", "entity", says="technician", at="03T09:00"),
    asked("Who sold a car?", "entity", "Viktor", at="04T10:00"),
    asked("Who ran a half marathon?", "entity", "Viktor", at="05T09:00"),
    asked("Who broke his arm?", "entity", "Leo", at="05T11:05"),
    asked("Who baked a cake?", "entity", "Viktor", at="06T10:00"),
    asked("Who adopted a dog?", "entity", "Nadia", at="03T09:10"),
    asked("Who is learning Italian?", "entity", "Viktor", at="03T13:00"),
    asked("Who does Viktor play chess with?", "entity", "Paul", at="06T15:00"),
    asked("What colour did Nadia paint her kitchen?", "text", says="yellow", at="02T09:02"),
    asked("What is the name of Nadia's dog?", "text", says="Bruno", at="03T09:10"),
    asked("What breed is Bruno?", "text", says="beagle", at="03T09:12"),
    asked("What language is Viktor learning?", "text", says="Italian", at="03T13:00"),
    asked("What language did Nadia try to learn?", "text", says="Spanish", at="03T13:02"),
    asked("What does Nadia want to buy?", "text", says="bicycle", at="04T10:02"),
    asked("What did Viktor sell?", "text", says="car", at="04T10:00"),
    asked("What did Viktor bake?", "text", says="cake", at="06T10:00"),
    asked("What kind of cake did Viktor bake?", "text", says="cherry", at="06T10:00"),
    asked("What is Nadia reading?", "text", says="glaciers", at="06T12:00"),
    asked("What is Nadia's daughter called?", "text", says="Emma", at="05T11:00"),
    asked("How many lessons did Nadia take?", "count", 3, at="03T13:02"),
    asked("How much did Viktor get for his car?", "count", 2000, at="04T10:00"),
    asked("How much did Nadia pay for the monitor?", "count", 300, at="06T09:00"),
    asked("Is the printer broken?", "yes_no", False, at="03T09:00"),
    asked("Does Nadia drink coffee in the evening?", "yes_no", False, at="04T17:00"),
    asked("Did Viktor bake a cake after Nadia bought a monitor?", "yes_no", True, at="06T10:00"),
    asked("Did Viktor bake a cake before Nadia bought a monitor?", "yes_no", False, at="06T10:00"),
    asked("Did Viktor play chess with Paul?", "yes_no", True, says="said", at="06T15:00", at_most=0.7),
    unknown("What colour did Viktor paint his kitchen?"),
    unknown("Where did Nadia's sister move?"),
    unknown("Did Viktor finish the sales report?"),
    unknown("What is the name of Viktor's dog?"),
    unknown("Who bought a car?"),
    unknown("When was Nadia promoted?"),
    unknown("Did Nadia buy a bicycle?"),
    unknown("Was Viktor in Madrid?"),
    unknown("Where did Nadia run a half marathon?"),
    unknown("What did Nadia bake?"),
    unknown("When did Nadia sell her car?"),
)


def office_ns(clock: str) -> int:
    return ZURICH.parse(f"2024-09-{clock}:00")


def office() -> list[Observation]:
    rows = [row.split(" ", 1) for row in _OFFICE.strip().splitlines()]
    return [told("office", office_ns(clock), text) for clock, text in rows]
