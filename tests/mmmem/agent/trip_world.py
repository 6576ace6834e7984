"""A fifth world written by hand: two days with a van at a lake, and what a person who was there would answer."""

from agent_world import ns
from scripted_worlds import asked, told, unknown

from mmmem.types import Observation

_TRIP = """
1 08:00 I open the back door of the van.
1 08:02 I load the tent into the van.
1 08:05 Lena carries two canisters of water to the van.
1 08:10 I close the back door of the van.
1 08:15 Omar: Did you pack the stove?
1 08:16 I put the camp stove in the blue crate.
1 08:30 Lena starts the engine.
1 08:40 Omar: I fly to the moon, I fly to the moon tonight, la la la.
1 10:30 Lena stops at a petrol station.
1 10:35 I buy three sandwiches at the petrol station.
1 10:40 Omar drinks a bottle of water.
1 10:50 I drink water from my flask.
1 12:00 We arrive at the lake.
1 12:20 I take the tent out of the van.
1 12:30 Omar and Lena pitch the tent under the pine tree.
1 13:00 I switch on the radio.
1 13:45 I switch off the radio.
1 14:00 Lena puts her sunglasses on the picnic table.
1 14:10 Omar picks up the sunglasses from the picnic table.
1 15:00 Omar: Tomorrow I will swim to the island.
1 15:30 Lena swims in the lake.
1 16:00 I fill the kettle with water.
1 16:05 I put the kettle on the camp stove.
1 16:20 I pour tea into four cups.
1 16:30 A ranger comes to the tent.
1 16:50 The ranger goes away.
1 17:00 Lena: I forgot my toothbrush at home.
1 18:00 I light the fire.
1 18:30 Omar grills five sausages.
1 21:00 I put out the fire.
1 21:30 I turn off the lantern.
2 07:00 I turn on the lantern.
2 07:10 I unzip the tent.
2 07:30 I drink coffee with Lena at the picnic table.
2 08:00 Omar does not want to swim today.
2 09:00:00 I open the blue crate.
2 09:00:04 I open the crate.
2 09:05 I close the blue crate.
2 09:30 Lena lends Omar her knife.
2 10:00 Omar gives the knife back to Lena.
2 10:30 I open the blue crate.
2 10:35 I close the blue crate.
2 11:00 Lena: Omar told me that he saw a bear.
2 11:30 I drink water from my flask.
2 12:00 Omar takes down the tent.
2 12:10 I put the tent in the van.
2 12:30 We leave the lake.
"""
TRIP_ASKED_AT = "2 13:00"
TRIP = (
    asked("When did I open the back door of the van?", "time", "1 08:00", at="1 08:00"),
    asked("When was the van's back door closed?", "time", "1 08:10", at="1 08:10"),
    asked("When was the radio switched on?", "time", "1 13:00", at="1 13:00"),
    asked("When did I turn the radio off?", "time", "1 13:45", at="1 13:45"),
    asked("How long was the radio on?", "duration", 45 * 60, at="1 13:00", within_s=10),
    asked("How long did the fire burn?", "duration", 3 * 3600, at="1 18:00", within_s=10),
    asked("How long did the ranger stay?", "duration", 20 * 60, at="1 16:30", within_s=10),
    asked("Where are the sunglasses now?", "place", says="Omar", at="1 14:10"),
    asked("Where did Lena put her sunglasses?", "place", says="picnic table", at="1 14:00"),
    asked("Where is the tent?", "place", says="van", at="2 12:10"),
    asked("Where did Omar and Lena pitch the tent?", "place", says="pine tree", at="1 12:30"),
    asked("Where is the camp stove?", "place", says="blue crate", at="1 08:16"),
    asked("Where is the knife now?", "place", says="Lena", at="2 10:00"),
    asked("Where did I buy the sandwiches?", "place", says="petrol station", at="1 10:35"),
    asked("How often did I open the blue crate?", "count", 2, at="2 10:30"),
    asked("How many times did I drink water?", "count", 2, at="2 11:30"),
    asked("How many times did I drink water yesterday?", "count", 1, at="1 10:50"),
    asked("How many sausages did Omar grill?", "count", 5, at="1 18:30"),
    asked("How many sandwiches did I buy?", "count", 3, at="1 10:35"),
    asked("Did Omar drink water?", "yes_no", True, at="1 10:40"),
    asked("Did I close the back door after loading the tent?", "yes_no", True, at="1 08:10"),
    asked("Did I close the back door before loading the tent?", "yes_no", False, at="1 08:10"),
    asked("Did Omar give back the knife before Lena lent it to him?", "yes_no", False, at="2 09:30"),
    asked("Did Omar see a bear?", "yes_no", True, says="said", at="2 11:00", at_most=0.7),
    asked("Did Omar want to swim today?", "yes_no", False, at="2 08:00"),
    asked("Did anybody put out the fire?", "yes_no", True, at="1 21:00"),
    asked("Who swam in the lake?", "entity", "Lena", at="1 15:30"),
    asked("Who lent Omar a knife?", "entity", "Lena", at="2 09:30"),
    asked("Who returned the knife?", "entity", "Omar", at="2 10:00"),
    asked("Who switched off the lantern?", "entity", "me", at="1 21:30"),
    asked("Who carried the water to the van?", "entity", "Lena", at="1 08:05"),
    asked("When did the ranger arrive?", "time", "1 16:30", at="1 16:30"),
    asked("When did the ranger leave?", "time", "1 16:50", at="1 16:50"),
    asked("When did I last turn on the lantern?", "time", "2 07:00", at="2 07:00"),
    asked("When did we get to the lake?", "time", "1 12:00", at="1 12:00"),
    asked("When did we leave the lake?", "time", "2 12:30", at="2 12:30"),
    asked("What did I do last?", "text", says="leave the lake", at="2 12:30"),
    asked("What happened first?", "text", says="back door", at="1 08:00"),
    asked("What happened at 10:40 yesterday?", "text", says="bottle of water", at="1 10:40"),
    asked("What happened between 16:00 and 16:10 yesterday?", "text", says="kettle", at="1 16:05"),
    asked("Tell me about yesterday morning.", "text", says="petrol", at="1 10:30"),
    asked("What did Lena forget?", "text", says="toothbrush", at="1 17:00"),
    asked("What did Omar pick up?", "text", says="sunglasses", at="1 14:10"),
    unknown("Did Lena drink water?"),
    unknown("Did I fly to the moon?"),
    unknown("Did Omar swim to the island?"),
    unknown("Did Lena sell a knife?"),
    unknown("Who sold the sandwiches?"),
    unknown("When did Omar light the fire?"),
    unknown("How often did Omar open the crate?"),
)


def trip() -> list[Observation]:
    rows = [row.split(" ", 2) for row in _TRIP.strip().splitlines()]
    return [told("van", ns(f"{day} {clock}"), text) for day, clock, text in rows]
