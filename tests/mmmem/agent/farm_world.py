"""A world written by hand: three days on a small farm with animals, and what a person who was there would answer."""

from agent_world import ns
from scripted_worlds import asked, told, unknown

from mmmem.types import Observation

_FARM = """
1 05:40 I put on my rubber boots.
1 05:50 I milk the goats in the stable.
1 06:30 Greta collects eleven eggs from the henhouse.
1 06:40 Greta puts the eggs in a wicker basket.
1 07:00 I drink coffee with Greta on the porch.
1 08:15 Benno repairs the fence behind the barn.
1 08:50 Benno: I need more nails, the box is empty.
1 09:30 The vet arrives in a white van.
1 09:40 The vet examines the brown goat.
1 09:45 Vet: She has a fever, give her this medicine twice a day.
1 10:10 I pay the vet eighty euros.
1 10:20 The vet drives away.
1 11:00 I hang the bridle on the hook in the tack room.
1 12:30 I eat potato soup with Benno.
1 14:00 We leave for the market.
1 14:30 Greta sells twenty jars of honey at the market.
1 15:10 Benno buys a box of nails at the market.
1 16:00 We come back from the market.
1 16:10 Greta counts the money at the kitchen table.
1 16:40 I clean the stable with a shovel.
1 18:00 Benno opens the gate of the meadow.
1 18:20 Benno closes the gate of the meadow.
1 20:00 Greta: My cousin Ingrid will visit us on Sunday.
1 21:00 I give the brown goat her medicine.
2 05:50 I milk the goats in the stable.
2 06:35 Greta collects nine eggs from the henhouse.
2 07:00 I drink coffee with Greta on the porch.
2 07:30 I give the brown goat her medicine.
2 08:00 Benno starts the tractor.
2 11:00 Benno stops the tractor.
2 11:30 I take the bridle from the hook in the tack room.
2 11:40 I put the bridle on the grey horse.
2 12:00 Greta rides the grey horse to the river.
2 13:10 Greta comes back from the river.
2 13:20 She puts the saddle on the wooden chest.
2 15:00 Benno plants forty cabbages in the vegetable garden.
2 16:00 A fox runs across the meadow.
2 17:00 Benno: Did you see the fox?
2 17:01 Greta: No, but I heard the dog bark.
2 19:00 I bake a plum cake.
2 20:30 I lock the henhouse.
2 21:00 I give the brown goat her medicine.
3 05:55 I milk the goats in the stable.
3 06:30 Greta collects ten eggs from the henhouse.
3 07:00 I drink tea with Greta on the porch.
3 07:15 Greta: The fox killed two hens last night.
3 08:00 Benno sets a trap behind the henhouse.
3 09:00 I give the brown goat her medicine.
3 09:30 A neighbour brings a letter for Greta.
3 09:40 Greta reads the letter in the hammock.
3 10:30 Benno shears six sheep.
3 11:30 I load the wool onto the trailer.
3 12:00 Benno unlocks the henhouse.
"""
FARM_ASKED_AT = "3 12:30"
FARM = (
    asked("Who collected the eggs?", "entity", "Greta", at="1 06:30"),
    asked("How many eggs did Greta collect today?", "count", 10, at="3 06:30"),
    asked("How many eggs did Greta collect yesterday?", "count", 9, at="2 06:35"),
    asked("What did Greta put the eggs in?", "text", says="wicker basket", at="1 06:40"),
    asked("Where did Benno repair the fence?", "place", says="behind the barn", at="1 08:15"),
    asked("What did Benno need?", "text", says="nails", at="1 08:50"),
    asked("When did the vet come two days ago?", "time", "1 09:30", at="1 09:30"),
    asked("How long did the vet stay?", "duration", 50 * 60, at="1 09:30", within_s=120),
    asked("How much did I pay the vet?", "count", 80, at="1 10:10"),
    asked("What did the vet say about the goat?", "text", says="fever", at="1 09:45"),
    asked("Which goat did the vet examine?", "text", says="brown", at="1 09:40"),
    asked("What did Greta do after we came back from the market?", "text", says="money", at="1 16:10"),
    asked("What did Benno buy before we came back from the market?", "text", says="nails", at="1 15:10"),
    asked("What did Greta sell at the market?", "text", says="honey", at="1 14:30"),
    asked("How many jars of honey were sold?", "count", 20, at="1 14:30"),
    asked("How long were we at the market?", "duration", 2 * 3600, at="1 14:00", within_s=1900),
    asked("Where is the bridle?", "place", says="horse", at="2 11:40"),
    asked("Where was the bridle the day before yesterday in the evening?", "place", says="hook", at="1 11:00"),
    asked("Where did Greta put the saddle?", "place", says="chest", at="2 13:20"),
    asked("How long was the tractor running?", "duration", 3 * 3600, at="2 08:00", within_s=60),
    asked("How often did I give the goat her medicine?", "count", 4, at="1 21:00"),
    asked("How many times did I give the goat her medicine yesterday?", "count", 2, at="2 07:30"),
    asked("When did I last give the goat her medicine?", "time", "3 09:00", at="3 09:00"),
    asked("When did I first milk the goats?", "time", "1 05:50", at="1 05:50"),
    asked("Did I drink coffee or tea this morning?", "choice", says="tea", at="3 07:00"),
    unknown("Who saw the fox?"),
    asked("Who heard the dog bark?", "entity", "Greta", at="2 17:01"),
    asked("Is the gate of the meadow open?", "yes_no", False, at="1 18:20"),
    asked("Is the henhouse locked?", "yes_no", False, at="3 12:00"),
    asked("Did Benno plant cabbages yesterday?", "yes_no", True, at="2 15:00"),
    asked(
        "What happened first, the vet's visit or the trip to the market?",
        "choice",
        says="vet",
        at="1 09:30",
        limit="a visit is told as arriving",
    ),
    asked("What does Greta usually do at half past six?", "text", says="eggs", limit="a clock time is read as one instant"),
    asked("What did I bake yesterday evening?", "text", says="plum cake", at="2 19:00"),
    asked("Who will visit us on Sunday?", "entity", says="Ingrid", at="1 20:00"),
    asked("Who shears the sheep?", "entity", "Benno", at="3 10:30"),
    asked("Where did Greta read the letter?", "place", says="hammock", at="3 09:40"),
    unknown("Did I see the fox?"),
    unknown("Who milked the cows?"),
    unknown("Where did Benno put the hammer?"),
    unknown("How many sheep did Greta shear?"),
    unknown("When did the vet come back?"),
    unknown("What did Ingrid bring?"),
    unknown("How long did Ingrid stay?"),
    unknown("Did Greta sell eggs at the market?"),
    unknown("Who wrote the letter?"),
    unknown("What did Greta say about the tractor?"),
    unknown("Why did Benno sell the tractor?"),
    unknown("How many hens did the dog kill?"),
    unknown("Did Benno catch the fox?"),
    unknown("Where did I put the shovel?"),
    unknown("When did Benno milk the goats?"),
    unknown("What did I eat the day before yesterday in the evening?"),
)


def farm() -> list[Observation]:
    rows = [row.split(" ", 2) for row in _FARM.strip().splitlines()]
    return [told("farm", ns(f"{day} {clock}"), text) for day, clock, text in rows]
