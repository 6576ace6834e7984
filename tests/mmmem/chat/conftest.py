"""A scripted chat server on loopback, and pictures made by code."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from scripted_server import behaviours, jpeg, script

__all__ = ["behaviours", "jpeg", "script"]
