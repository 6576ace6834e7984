"""`mmmem app`."""

from typing import Annotated

import typer

from apps.cli.options import AsJson, MemoryDir
from apps.cli.output import emit, tell


def app(
    memory: MemoryDir,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help="Where it listens; 0 takes any free one.")] = 7860,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Who may reach it: this machine by default, everybody with 0.0.0.0.")
    ] = "127.0.0.1",
    as_json: AsJson = False,
) -> None:
    """Open a memory in the browser: ask it, see the evidence, the map, and what was seen and said.

    Needs the extra app. Nothing is sent anywhere; Ctrl-C ends it. The first thing written is its address.
    """
    from apps.app.answering import Desk
    from apps.app.serving import page_of, serve

    def ready(address: str) -> None:
        if as_json:
            emit({"memory": str(memory), "address": address})
        else:
            tell(f"{memory} is open at {address}; Ctrl-C ends it")

    with Desk(memory) as desk:
        serve(page_of(desk), host, port, ready)
