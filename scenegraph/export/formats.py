"""The formats that a graph is exported to, by name, and by how a file is called."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mmmem.errors import InvalidInputError, StorageError
from mmmem.suggest import known_name
from mmmem.types import Frame
from scenegraph.called import CameraPath
from scenegraph.export.as_graphml import write_graphml
from scenegraph.export.as_json import write_json
from scenegraph.export.as_rerun import write_rerun
from scenegraph.export.as_spark_dsg import write_spark_dsg
from scenegraph.export.snapshot import Snapshot, snapshot
from scenegraph.graph import SceneGraph


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what it is, which file names mean it (the longest ending wins), and what writes it."""

    about: str
    endings: tuple[str, ...]
    write: Callable[[Snapshot, Path], None]


FORMATS: Mapping[str, Format] = {
    "json": Format("rooms with what is in them, positions, times and relations", (".json",), write_json),
    "graphml": Format("GraphML, for Gephi, yEd, networkx", (".graphml", ".xml"), write_graphml),
    "spark-dsg": Format("JSON of Spark-DSG (Hydra), header version 1.1.3", (".dsg.json", "_dsg.json"), write_spark_dsg),
    "rerun": Format("a recording for the rerun viewer", (".rrd",), write_rerun),
}


def export(
    graph: SceneGraph,
    path: Path | str,
    format: str | None = None,
    *,
    at: int | None = None,
    known_at: int | None = None,
    frames: Iterable[Frame] = (),
    way: CameraPath | None = None,
) -> Snapshot:
    """Write a graph to a file, and return what was written.

    Args:
        path: an existing file is replaced, and only once the new one is whole.
        format: see `FORMATS`; None takes it from the file's name.
        at: the instant; the present by default. Trails and stays reach up to it.
        known_at: as believed then.
        frames: pictures that go along; only rerun takes any.
        way: where the camera was; only rerun shows it.

    Raises:
        UnknownNameError: no such format.
        InvalidInputError: the file's name tells no format, or the format takes no pictures.
        MissingExtraError: the format's package is not installed.
        StorageError: the file cannot be written.
    """
    path = Path(path)
    name = format_of(path) if format is None else known_name(format, FORMATS, "format of graphs")
    pictures = list(frames) if name != "rerun" else frames
    if name != "rerun" and pictures:
        raise InvalidInputError(f"Pictures cannot go into {name}; leave frames out, or write a rerun recording (.rrd).")
    taken = snapshot(graph, at=at, known_at=known_at)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        if name == "rerun":
            write_rerun(taken, unfinished, frames=pictures, way=way)
        else:
            FORMATS[name].write(taken, unfinished)
        unfinished.replace(path)
    except OSError as error:
        raise StorageError(f"Cannot write {str(path)!r}: {error.strerror or error}; choose another place.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return taken


def format_of(path: Path) -> str:
    """The format that a file's name means.

    Raises:
        InvalidInputError: none.
    """
    fitting = [
        (len(ending), name) for name, one in FORMATS.items() for ending in one.endings if path.name.lower().endswith(ending)
    ]
    if not fitting:
        endings = ", ".join(ending for one in FORMATS.values() for ending in one.endings)
        raise InvalidInputError(f"{path.name} does not say which format it is to have; end it in {endings}, or name the format.")
    return max(fitting)[1]
