"""Makes `mmmem/House-v0` known to Gymnasium: import this once, or write its name before the id.

    gymnasium.make("streams.house.registration:mmmem/House-v0", seed=7, days=5)

Gymnasium looks for environments of other packages by no other means since 1.0.
"""

from mmmem.lazy import require

HOUSE = "mmmem/House-v0"

_gymnasium = require("gymnasium", extra="house", purpose="The house as an environment")
if HOUSE not in _gymnasium.registry:
    _gymnasium.register(HOUSE, entry_point="streams.house.environment:HouseEnvironment")
