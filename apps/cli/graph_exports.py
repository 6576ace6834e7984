"""What `mmmem graph --export` writes: the graph for other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from scenegraph.asking import Questions

ExportFile = Annotated[
    Path | None,
    typer.Option(
        "--export",
        metavar="FILE",
        help="Write the graph for other programs: .json, .graphml, .dsg.json (Spark-DSG) or .rrd (rerun), by the file's name.",
    ),
]
ExportFormat = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="json|graphml|spark-dsg|rerun", help="Format of --export, where the file's name does not say it."
    ),
]


def export_graph(q: "Questions", path: Path, format_: str | None, at_ns: int) -> dict[str, Any]:
    """Write the graph of some questions to a file; what was written, as plain values."""
    from scenegraph.export import export

    taken = export(q.graph, path, format_, at=at_ns, known_at=q.now_ns, way=q.called.way)
    counts = {"rooms": len(taken.rooms), "nodes": len(taken.things), "relations": len(taken.edges)}
    return {"written": [str(path)], "at_ns": taken.at_ns, **counts}


def exported_words(made: dict[str, Any]) -> str:
    """What was written, in words."""
    from mmmem.wording import counted

    counts = ", ".join(counted(made[f"{noun}s"], noun) for noun in ("room", "node", "relation"))
    return f"{made['written'][0]}: {counts}"
