"""What a question asks of a graph; the reader is the core's, for the banks answer the same: `mmmem.agent.language.requests`."""

from mmmem.agent.language.requests import Request, request_of

__all__ = ["Request", "request_of"]
