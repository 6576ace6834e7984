"""Models by hub id: from the local cache, or downloaded when the hub can be reached."""

import re
from collections.abc import Sequence
from pathlib import Path

from mmmem.errors import ModelError
from mmmem.lazy import require
from mmmem.perceive.onnx_session import first_line

_HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")


def is_hub_id(name: str) -> bool:
    """Whether `name` reads `owner/model`."""
    return bool(_HUB_ID.match(name))


def hub_directory(hub_id: str, patterns: Sequence[str], *, extra: str) -> Path:
    """The local directory of a hub model, downloading the files that match `patterns` if they are not cached.

    Raises:
        MissingExtraError: huggingface_hub is not installed.
        ModelError: the model is neither cached nor reachable, or does not exist.
    """
    hub = require("huggingface_hub", extra=extra, purpose=f"The hub model {hub_id!r}")
    try:
        return Path(hub.snapshot_download(hub_id, allow_patterns=list(patterns)))
    except (OSError, ValueError, hub.errors.HfHubHTTPError) as error:
        raise ModelError(
            f"Cannot get the hub model {hub_id!r}: {first_line(error)} "
            "Download it where there is a network and name its directory instead."
        ) from error
