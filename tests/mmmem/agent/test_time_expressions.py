"""Times in questions, labelled by hand from their meaning. Unlisted parts of a constraint must be at their defaults."""

from typing import Any

import pytest

from mmmem.agent.question import parse_question
from mmmem.agent.timeexpr import Anchor, TimeConstraint
from mmmem.clock import Calendar, Span

DAYS, WALL, OFFSET = Calendar("days"), Calendar("wall"), Calendar("offset")
BERLIN = Calendar("wall", "Europe/Berlin")
D3 = "DAY3 14:00:00"
WED = "2024-05-08T14:00:00"  # a Wednesday


def w(*ends: str, calendar: Calendar = DAYS) -> tuple[Span, ...]:
    """Spans from pairs of times; `24:00` is the midnight that ends a day."""
    times = [calendar.parse(end.replace("24:00", "00:00")) + (86_400_000_000_000 if "24:00" in end else 0) for end in ends]
    return tuple(Span(a, b) for a, b in zip(times[::2], times[1::2], strict=True))


def wall(*ends: str) -> tuple[Span, ...]:
    return w(*ends, calendar=WALL)


def off(*ends: str) -> tuple[Span, ...]:
    return w(*ends, calendar=OFFSET)


def h(hours: float) -> int:
    return round(hours * 3600) * 1_000_000_000


YESTERDAY = w("DAY2", "DAY3")
Row = tuple[str, Calendar, str, dict[str, Any]]

ROWS: list[Row] = [
    # whole days
    ("What did I do yesterday?", DAYS, D3, {"windows": YESTERDAY, "strict": True}),
    ("What did I do today?", DAYS, D3, {"windows": w("DAY3", D3), "strict": True}),  # never beyond the asking
    ("What was yesterday's dinner?", DAYS, D3, {"windows": YESTERDAY, "strict": True}),  # possessive
    ("Who came the day before yesterday?", DAYS, D3, {"windows": w("DAY1", "DAY2"), "strict": True}),
    ("Who came two days ago?", DAYS, D3, {"windows": w("DAY1", "DAY2"), "strict": True}),
    ("Who came 1 day ago?", DAYS, D3, {"windows": YESTERDAY, "strict": True}),
    (
        "Who came a couple of days ago?",
        DAYS,
        "DAY5 10:00",
        {"windows": w("DAY2", "DAY5")},
    ),  # vague: one day either side, not today
    ("Who came about 3 days ago?", DAYS, "DAY6 10:00", {"windows": w("DAY2", "DAY5")}),  # about widens and softens
    ("Who came five days ago?", DAYS, D3, {"outside": "before_start"}),  # memory had not begun
    ("What did I buy on day 2?", DAYS, D3, {"windows": YESTERDAY, "strict": True}),
    ("What did I buy on DAY2?", DAYS, D3, {"windows": YESTERDAY, "strict": True}),
    ("What did I buy on day two?", DAYS, D3, {"windows": YESTERDAY, "strict": True}),
    ("Who helped Alice find the egg on the first day?", DAYS, D3, {"windows": w("DAY1", "DAY2"), "strict": True}),
    ("What did I buy on the second day?", DAYS, D3, {"windows": YESTERDAY, "strict": True}),
    ("What did I buy on day 12?", DAYS, "DAY13 08:00", {"windows": w("DAY12", "DAY13"), "strict": True}),  # two digits
    ("What did I buy on day 7?", DAYS, D3, {"outside": "future"}),  # not reached yet
    ("What happened from day 1 to day 2?", DAYS, D3, {"windows": w("DAY1", "DAY3"), "strict": True}),
    ("Who was here on day 1 and on day 3?", DAYS, D3, {"windows": w("DAY1", "DAY2", "DAY3", D3), "strict": True}),  # two windows
    (
        "Who is missing today compared to yesterday?",
        DAYS,
        D3,
        {"windows": w("DAY2", D3)},
    ),  # neighbours merge; what is so may rest on older evidence
    ("What are we doing tomorrow?", DAYS, D3, {"outside": "future"}),
    ("Where are we going the day after tomorrow?", DAYS, D3, {"outside": "future"}),
    ("What will Alice do next week?", WALL, WED, {"outside": "future"}),
    # parts of days
    ("Who cooked yesterday afternoon?", DAYS, D3, {"windows": w("DAY2 12:00", "DAY2 18:00"), "strict": True}),
    ("Who cooked yesterday at noon?", DAYS, D3, {"windows": w("DAY2 11:00", "DAY2 14:00"), "strict": True}),
    ("Who cooked at noon yesterday?", DAYS, D3, {"windows": w("DAY2 11:00", "DAY2 14:00"), "strict": True}),
    ("Who cooked at noon today?", DAYS, D3, {"windows": w("DAY3 11:00", D3), "strict": True}),
    ("Who cooked this morning?", DAYS, D3, {"windows": w("DAY3 05:00", "DAY3 12:00"), "strict": True}),
    ("Who cooked this afternoon?", DAYS, D3, {"windows": w("DAY3 12:00", D3), "strict": True}),
    ("Who cooked last night?", DAYS, D3, {"windows": w("DAY2 18:00", "DAY3 06:00"), "strict": True}),  # through midnight
    ("Who cooked last night?", DAYS, "DAY3 02:00", {"windows": w("DAY2 18:00", "DAY3 02:00"), "strict": True}),  # still night
    ("Who cooked yesterday night?", DAYS, D3, {"windows": w("DAY2 18:00", "DAY3 06:00"), "strict": True}),
    ("Who cooked yesterday evening?", DAYS, D3, {"windows": w("DAY2 18:00", "DAY3"), "strict": True}),
    ("Who cooked the night before yesterday?", DAYS, D3, {"windows": w("DAY1 18:00", "DAY2 06:00"), "strict": True}),
    ("Who cooked the afternoon before yesterday?", DAYS, D3, {"windows": w("DAY1 12:00", "DAY1 18:00"), "strict": True}),
    ("Who cooked the day before yesterday at noon?", DAYS, D3, {"windows": w("DAY1 11:00", "DAY1 14:00"), "strict": True}),
    ("Who cooked on day 2 in the evening?", DAYS, D3, {"windows": w("DAY2 18:00", "DAY3"), "strict": True}),
    ("Who cooked tonight?", DAYS, "DAY3 21:00", {"windows": w("DAY3 18:00", "DAY3 21:00"), "strict": True}),
    ("Who cooked tonight?", DAYS, D3, {"outside": "future"}),  # asked at two in the afternoon
    ("Who cooked in the morning?", DAYS, D3, {"time_of_day": (h(5), h(12))}),  # no day: any day's morning, softly
    ("Who cooked in the afternoon?", OFFSET, "10:00", {}),  # offsets have no mornings or afternoons
    ("Who visited my room at noon?", DAYS, D3, {"time_of_day": (h(11), h(14))}),
    ("Who sings at night?", DAYS, D3, {"time_of_day": (h(18), h(30))}),
    ("What did I drink in the evening two days ago?", DAYS, D3, {"windows": w("DAY1 18:00", "DAY2"), "strict": True}),
    # clock times
    ("Who came in between 11 and 12?", DAYS, D3, {"windows": w("DAY3 11:00", "DAY3 12:00"), "strict": True}),
    (
        "Who came in between 11 and 12 yesterday?",
        DAYS,
        D3,
        {"windows": w("DAY2 11:00", "DAY2 12:00", "DAY2 23:00", "DAY3"), "strict": True},
    ),  # am or pm is open
    ("Who came in from 9:30 to 10?", DAYS, D3, {"windows": w("DAY3 09:30", "DAY3 10:00"), "strict": True}),
    (
        "Who came in between 1 and 1:30 pm?",
        DAYS,
        D3,
        {"windows": w("DAY3 13:00", "DAY3 13:30"), "strict": True},
    ),  # pm carries over
    (
        "Who came in from 11 to 1 pm?",
        DAYS,
        D3,
        {"windows": w("DAY3 11:00", "DAY3 13:00"), "strict": True},
    ),  # ... unless it cannot
    ("Who came in at 11:20 am?", DAYS, D3, {"windows": w("DAY3 11:20", "DAY3 11:21"), "strict": True}),  # the minute named
    ("Who came in at 11:20:05?", DAYS, D3, {"windows": w("DAY3 11:20:05", "DAY3 11:20:06"), "strict": True}),  # the second named
    ("Who came in at 16:45?", DAYS, D3, {"windows": w("DAY2 16:45", "DAY2 16:46"), "strict": True}),  # not yet today: yesterday
    ("Who came in at 11:20 on day 1?", DAYS, D3, {"windows": w("DAY1 11:20", "DAY1 11:21"), "strict": True}),
    (
        "Who came in on DAY1 11:20?",
        DAYS,
        D3,
        {"windows": w("DAY1 11:20", "DAY1 11:21"), "strict": True},
    ),  # the calendar's own way
    (
        "Who came in at 9 this morning?",
        DAYS,
        D3,
        {"windows": w("DAY3 08:45", "DAY3 09:15"), "strict": True, "soft_center_ns": DAYS.parse("DAY3 09:00")},
    ),
    (
        "Who came in at 8 yesterday evening?",
        DAYS,
        D3,
        {"windows": w("DAY2 19:45", "DAY2 20:15"), "strict": True, "soft_center_ns": DAYS.parse("DAY2 20:00")},
    ),  # evening decides
    (
        "Who came in around 11:20?",
        DAYS,
        D3,
        {"windows": w("DAY3 11:05", "DAY3 11:35"), "soft_center_ns": DAYS.parse("DAY3 11:20")},
    ),
    ("Who came in before 11:20?", DAYS, D3, {"windows": w("DAY3", "DAY3 11:20"), "strict": True}),
    ("Who came in after 11:20 yesterday?", DAYS, D3, {"windows": w("DAY2 11:20", "DAY3"), "strict": True}),
    ("Who came in since 11:20?", DAYS, D3, {"windows": w("DAY3 11:20", D3), "strict": True}),
    ("Who came in since yesterday?", DAYS, D3, {"windows": w("DAY2", D3), "strict": True}),
    ("Who came in before yesterday?", DAYS, D3, {"windows": w("DAY1", "DAY2"), "strict": True}),
    ("Who came in at half past nine this morning?", DAYS, D3, {"windows": w("DAY3 09:30", "DAY3 09:31"), "strict": True}),
    # offsets from the start
    ("Was anybody there at 0:35?", OFFSET, "2:19", {"windows": off("0:35", "0:36"), "strict": True}),
    ("Who sat down between 0:30 and 1:00?", OFFSET, "2:19", {"windows": off("0:30", "1:00"), "strict": True}),
    ("Who sat down from 1:02:03 to 1:03:00?", OFFSET, "2:00:00", {"windows": off("1:02:03", "1:03:00"), "strict": True}),
    ("What happens around 1:00?", OFFSET, "2:19", {"windows": off("0:50", "1:10"), "soft_center_ns": OFFSET.parse("1:00")}),
    ("Who left after 1:00?", OFFSET, "2:19", {"windows": off("1:00", "2:19"), "strict": True}),
    ("Who left before 1:00?", OFFSET, "2:19", {"windows": off("0:00", "1:00"), "strict": True}),
    ("Who left at 3:00?", OFFSET, "2:19", {"outside": "future"}),  # past the asking
    ("What happens in the first 30 seconds?", OFFSET, "2:19", {"windows": off("0:00", "0:30"), "strict": True}),
    ("What happens in the last 10 seconds?", OFFSET, "2:19", {"windows": off("2:09", "2:19"), "strict": True}),
    ("What happened 20 seconds ago?", OFFSET, "2:19", {"windows": off("1:54", "2:04"), "soft_center_ns": OFFSET.parse("1:59")}),
    (
        "why did the man bend down at the start of the video",
        OFFSET,
        "1:30",
        {"windows": off("0:00", "0:30")},
    ),  # first third, softly
    ("what did the girl do at the end of the video", OFFSET, "1:30", {"windows": off("1:00", "1:30")}),
    ("why did he stop in the middle of the video", OFFSET, "1:30", {"windows": off("0:30", "1:00")}),
    (
        "what did he do after he turned at the middle",
        OFFSET,
        "1:30",
        {"windows": off("0:30", "1:00"), "anchor": Anchor("after", "he turned")},
    ),
    ("why is the lady moving her hands at the end of video", OFFSET, "1:30", {"windows": off("1:00", "1:30")}),
    ("who is the lady in the middle", OFFSET, "1:30", {}),  # which lady
    (
        "What task does Tasha have tonight?",
        DAYS,
        "DAY3 20:00",
        {"windows": w("DAY3 18:00", "DAY3 20:00")},
    ),  # said before, perhaps
    ("who stands at the end of the table", OFFSET, "1:30", {}),  # a place
    # wall dates
    ("What did I do on Monday?", WALL, WED, {"windows": wall("2024-05-06", "2024-05-07"), "strict": True}),
    ("What did I do on Wednesday?", WALL, WED, {"windows": wall("2024-05-08", WED), "strict": True}),  # today is one
    ("What did I do last Friday?", WALL, WED, {"windows": wall("2024-05-03", "2024-05-04"), "strict": True}),
    ("What did I do last Wednesday?", WALL, WED, {"windows": wall("2024-05-01", "2024-05-02"), "strict": True}),  # never today
    ("What did I do on Monday morning?", WALL, WED, {"windows": wall("2024-05-06T05:00", "2024-05-06T12:00"), "strict": True}),
    ("What did I do on Monday at 11:20?", WALL, WED, {"windows": wall("2024-05-06T11:20", "2024-05-06T11:21"), "strict": True}),
    ("What did I do on Monday?", DAYS, D3, {}),  # numbered days have no names
    ("Where was I on 5 May 2023?", WALL, WED, {"windows": wall("2023-05-05", "2023-05-06"), "strict": True}),
    ("Where was James at on July 12, 2022?", WALL, WED, {"windows": wall("2022-07-12", "2022-07-13"), "strict": True}),
    (
        "Where was I on the 5th of May?",
        WALL,
        WED,
        {"windows": wall("2024-05-05", "2024-05-06"), "strict": True},
    ),  # latest past one
    ("Where was I on June 3?", WALL, WED, {"windows": wall("2023-06-03", "2023-06-04"), "strict": True}),  # this June is to come
    ("Where was I on 2024-05-01?", WALL, WED, {"windows": wall("2024-05-01", "2024-05-02"), "strict": True}),
    ("What did Maria donate in December 2023?", WALL, WED, {"windows": wall("2023-12-01", "2024-01-01"), "strict": True}),
    ("What did Maria donate in March?", WALL, WED, {"windows": wall("2024-03-01", "2024-04-01"), "strict": True}),
    ("What did Maria donate in 2022?", WALL, WED, {"windows": wall("2022-01-01", "2023-01-01"), "strict": True}),
    ("What did I do on 31 February 2024?", WALL, WED, {}),  # no such day
    (
        "Where was I between May 1 and May 3?",
        WALL,
        WED,
        {"windows": wall("2024-05-01", "2024-05-04"), "strict": True},
    ),  # both days included
    ("What did I do last week?", WALL, WED, {"windows": wall("2024-04-29", "2024-05-06"), "strict": True}),  # Monday to Sunday
    ("What did I do this week?", WALL, WED, {"windows": wall("2024-05-06", WED), "strict": True}),
    ("What did I do last month?", WALL, WED, {"windows": wall("2024-04-01", "2024-05-01"), "strict": True}),
    ("What did I do last year?", WALL, WED, {"windows": wall("2023-01-01", "2024-01-01"), "strict": True}),
    ("What did I do over the weekend?", WALL, WED, {"windows": wall("2024-05-04", "2024-05-06"), "strict": True}),
    (
        "Which puppy did she get two weeks before August 11, 2023?",
        WALL,
        WED,
        {"windows": wall("2023-07-25", "2023-08-01")},
    ),  # a week around
    (
        "What did I do yesterday?",
        BERLIN,
        "2024-04-01T10:00:00",
        {"windows": w("2024-03-31", "2024-04-01", calendar=BERLIN), "strict": True},
    ),  # 23 hours
    (
        "What did I do yesterday evening?",
        BERLIN,
        "2024-04-01T10:00:00",
        {"windows": w("2024-03-31T18:00", "2024-04-01", calendar=BERLIN), "strict": True},
    ),
    ("What did Maria do last weekend before April 10, 2023?", WALL, WED, {"windows": wall("2023-04-03", "2023-04-10")}),
    (
        "How long has Tim played, as of May 1?",
        WALL,
        WED,
        {"windows": wall("1970-01-01", "2024-05-02"), "strict": True},
    ),  # up to then
    ("Who came the day after May 1?", WALL, WED, {"windows": wall("2024-05-02", "2024-05-03"), "strict": True}),
    # amounts of time
    (
        "Who came in two hours ago?",
        DAYS,
        D3,
        {"windows": w("DAY3 11:30", "DAY3 12:30"), "soft_center_ns": DAYS.parse("DAY3 12:00")},
    ),
    (
        "Who came in 19 hours ago?",
        DAYS,
        D3,
        {"windows": w("DAY2 14:15", "DAY2 23:45"), "soft_center_ns": DAYS.parse("DAY2 19:00")},
    ),  # a quarter either side
    (
        "Who came in half an hour ago?",
        DAYS,
        D3,
        {"windows": w("DAY3 13:15", "DAY3 13:45"), "soft_center_ns": DAYS.parse("DAY3 13:30")},
    ),
    (
        "Who came in an hour and a half ago?",
        DAYS,
        "DAY3 14:00",
        {"windows": w("DAY3 12:07:30", "DAY3 12:52:30"), "soft_center_ns": DAYS.parse("DAY3 12:30")},
    ),
    ("Who came in in the last ten minutes?", DAYS, D3, {"windows": w("DAY3 13:50", D3), "strict": True}),
    ("Who came in in the past hour?", DAYS, D3, {"windows": w("DAY3 13:00", D3), "strict": True}),
    ("Who came in over the last two days?", DAYS, D3, {"windows": w("DAY1", D3), "strict": True}),  # whole days before today
    ("Who came in in the last few minutes?", DAYS, D3, {"windows": w("DAY3 13:56", D3)}),
    ("Who was I watching Shure with just now?", DAYS, D3, {"windows": w("DAY3 13:30", D3), "soft_center_ns": DAYS.parse(D3)}),
    ("Who just left the room?", DAYS, D3, {"windows": w("DAY3 13:30", D3), "soft_center_ns": DAYS.parse(D3)}),
    ("What did we just discuss?", DAYS, D3, {"windows": w("DAY3 13:30", D3), "soft_center_ns": DAYS.parse(D3)}),
    ("I just sneezed. What can I use?", DAYS, D3, {}),  # what went before is not what is asked
    ("What is just behind the door?", DAYS, D3, {}),  # near, not lately
    ("Who just left yesterday evening?", DAYS, D3, {"windows": w("DAY2 18:00", "DAY3"), "strict": True}),  # a named time holds
    ("Why did the man just hold the glass?", OFFSET, "1:30", {}),  # merely
    ("Who visited recently?", DAYS, D3, {"soft_center_ns": DAYS.parse(D3)}),
    ("Where is my cup now?", DAYS, D3, {"soft_center_ns": DAYS.parse(D3)}),
    # order
    ("When was the last time I cut a mango?", DAYS, D3, {"order": "last"}),
    ("Who used the kitchen knife last time?", DAYS, D3, {"order": "last"}),
    ("Who used the whisk last?", DAYS, D3, {"order": "last"}),
    ("When was the piping bag last used?", DAYS, D3, {"order": "last"}),
    ("When did I last use the drill?", DAYS, D3, {"order": "last"}),
    ("Who used the knife last before me?", DAYS, D3, {"order": "last", "earlier": True}),
    ("What was the most recent thing I bought?", DAYS, D3, {"order": "last"}),
    ("What was the last thing I bought?", DAYS, D3, {"order": "last"}),
    ("When did we first mention having hot pot?", DAYS, D3, {"order": "first"}),
    ("When was the first time Choiszt saw the bottle?", DAYS, D3, {"order": "first"}),
    ("Who was the first to write on the whiteboard?", DAYS, D3, {"order": "first"}),
    ("Who used the guitar first today?", DAYS, D3, {"order": "first", "windows": w("DAY3", D3), "strict": True}),
    ("What did I say the third time I fell?", DAYS, D3, {"order": "nth", "n": 3, "anchor": Anchor("while", "I fell")}),
    ("What happened the second to last time we met?", DAYS, D3, {"order": "nth", "n": -2, "anchor": Anchor("while", "we met")}),
    ("Who mentioned durian before?", DAYS, D3, {"earlier": True}),
    ("What did we previously discuss?", DAYS, D3, {"earlier": True}),
    ("What did we discuss earlier?", DAYS, D3, {"earlier": True}),
    ("What did we discuss earlier today?", DAYS, D3, {"earlier": True, "windows": w("DAY3", D3), "strict": True}),
    ("When was the last time we saw her yesterday?", DAYS, D3, {"order": "last", "windows": YESTERDAY, "strict": True}),  # both
    # anchors
    (
        "During the party, I met whose sister?",
        DAYS,
        D3,
        {"anchor": Anchor("while", "the party")},
    ),  # the clause after the comma is no part of the party
    ("What did I cook after we came back from shopping?", DAYS, D3, {"anchor": Anchor("after", "we came back from shopping")}),
    (
        "After Lucia said she wanted fruit, what did Katrina mention?",
        DAYS,
        D3,
        {"anchor": Anchor("after", "Lucia said she wanted fruit")},
    ),
    ("Before we went to see the dog, who went with me?", DAYS, D3, {"anchor": Anchor("before", "we went to see the dog")}),
    ("What happened after the tap was closed?", OFFSET, "0:41", {"anchor": Anchor("after", "the tap was closed")}),
    ("What happened right after the tap was closed?", OFFSET, "0:41", {"anchor": Anchor("after", "the tap was closed")}),
    (
        "Who joined us when Shure and I were setting up the rack?",
        DAYS,
        D3,
        {"anchor": Anchor("while", "Shure and I were setting up the rack")},
    ),
    ("When we go out shopping, who sits next to me?", DAYS, D3, {"anchor": Anchor("while", "we go out shopping")}),
    (
        "Who discussed eggs with me while shopping at the market?",
        DAYS,
        D3,
        {"anchor": Anchor("while", "shopping at the market")},
    ),
    (
        "What did we eat during the party yesterday?",
        DAYS,
        D3,
        {"anchor": Anchor("while", "the party"), "windows": YESTERDAY, "strict": True},
    ),
    (
        "What were we doing the last time I took something from Shure's hand?",
        DAYS,
        D3,
        {"order": "last", "anchor": Anchor("while", "I took something from Shure's hand")},
    ),
    (
        "The last time I walked into the kitchen, what did I do there?",
        DAYS,
        D3,
        {"order": "last", "anchor": Anchor("while", "I walked into the kitchen")},
    ),
    ("What did I do after the last time I cut fruit?", DAYS, D3, {"order": "last", "anchor": Anchor("after", "I cut fruit")}),
    (
        "Who cleaned the table after lunch today?",
        DAYS,
        D3,
        {"anchor": Anchor("after", "lunch"), "windows": w("DAY3", D3), "strict": True},
    ),
    (
        "Tasha dropped the cake. What happened after that?",
        DAYS,
        D3,
        {"anchor": Anchor("after", "Tasha dropped the cake")},
    ),  # that = the context
    (
        "Who was there when I ate with Lucia last time?",
        DAYS,
        D3,
        {"order": "last", "anchor": Anchor("while", "I ate with Lucia")},
    ),
    ("what did she do as he walked away", OFFSET, "1:30", {"anchor": Anchor("while", "he walked away")}),
    ("what can I use as a pillow", OFFSET, "1:30", {}),
    ("why did he let go of the hand while he slid down", OFFSET, "1:30", {"anchor": Anchor("while", "he slid down")}),
    ("Who helps Alice look after the ring?", DAYS, D3, {}),  # a phrasal verb
]

NOT_TEMPORAL = [
    "What is Tasha's last name?",
    "What was the first name on the list?",
    "What is on the first floor?",
    "Who sleeps on the second floor?",
    "Where is the second chair from the left?",
    "Who ate the last egg?",
    "Where did I put the first aid kit?",
    "Did May call me?",
    "May I borrow the pen?",
    "Where did April put her bag?",
    "Who did they march with?",
    "What was the minute detail on the vase?",
    "Where is the second hand of the clock?",
    "Is the door half open, past the sofa?",
    "What do I do in the morning routine?",
    "Where is the night stand?",
    "Who said good morning to Alice?",
    "Who played Sunday Bloody Sunday on the guitar?",
    "How long did the meeting last?",
    "How long does the battery last on this camera?",
    "How many people drank between 2 and 3 cups of tea?",
    "Which 2 of the 11 boxes are open?",
    "What is the shelf at 3 metres made of?",
    "Where is the watch?",
    "Is it a day bed or a sofa?",
    "What is next to the sofa?",
    "Is there a spring in the mattress?",
    "Where is the room number 2023 sign?",
    "What is before the door in the hallway's picture titled Night?",
    "How far is it from 2 to the wall?",
]


def case_id(row: Row) -> str:
    return f"{row[0][:60]}-{row[1].kind}-{row[2]}"


@pytest.mark.parametrize(("text", "calendar", "asked_at", "expected"), ROWS, ids=[case_id(row) for row in ROWS])
def test_constraint_of_a_question(text: str, calendar: Calendar, asked_at: str, expected: dict[str, Any]) -> None:
    asked_at_ns = calendar.parse(asked_at)
    assert parse_question(text, asked_at_ns=asked_at_ns, calendar=calendar).constraint == TimeConstraint(**expected)


@pytest.mark.parametrize("calendar", [DAYS, WALL, OFFSET], ids=lambda c: c.kind)
@pytest.mark.parametrize("text", NOT_TEMPORAL)
def test_what_only_looks_like_a_time_never_filters(text: str, calendar: Calendar) -> None:
    asked_at_ns = WALL.parse(WED) if calendar is WALL else DAYS.parse(D3)
    constraint = parse_question(text, asked_at_ns=asked_at_ns, calendar=calendar).constraint
    assert (constraint.windows, constraint.order, constraint.time_of_day, constraint.outside) == ((), None, None, None)
