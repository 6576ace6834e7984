"""Options of `mmmem ingest`."""

from typing import Annotated

import typer

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SRC...",
        help="A video, several as one session, a folder of videos, pictures or text tracks, text tracks alone "
        "(.srt, .vtt, .json, .jsonl), a recording with depth and poses (7-Scenes, TUM RGB-D, .sens, ROS 2 bag, .mcap, "
        "a simulator's folder, mmmem house), a LeRobot data set, a camera (0) or an address (rtsp://...).",
    ),
]
StreamName = Annotated[
    str | None, typer.Option(metavar="NAME", help="Name of the stream; the file's or folder's name by default.")
]
StartTime = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="When it begins: 2024-05-03T11:20:05, 'DAY2 10:00:00', or container for the file's creation time. "
        "Without it, EgoLife names say it, and else time counts from 0.",
    ),
]
CalendarName = Annotated[
    str | None,
    typer.Option(metavar="wall|days|offset", help="Dates, numbered days, or offsets; as --start is written by default."),
]
TimeZone = Annotated[str | None, typer.Option(metavar="ZONE", help="Time zone of dates, as Europe/Berlin. UTC by default.")]
TextTracks = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="Text track of the video; by default those beside it whose names begin with its; none for none. Repeatable.",
    ),
]
TrackKind = Annotated[
    str | None,
    typer.Option(
        metavar="caption|speech|ocr|note",
        help="What the lines of a text track are: what is seen (makes facts), said, written in the picture, or noted. "
        "Without it the file says it, or its words do.",
    ),
]
Wearer = Annotated[
    str,
    typer.Option(metavar="NAME", help="Who wears the camera, who is I in captions; known by name then as well."),
]
Every = Annotated[
    str | None,
    typer.Option(
        metavar="SECONDS|keyframes|change|all",
        help="Which frames are looked at. 1 second by default, 0.2 with a detector.",
    ),
]
DetectorModel = Annotated[
    str | None,
    typer.Option(metavar="MODEL", help="Object detector in the YOLOX format: an .onnx file, a directory or a hub id."),
]
EncoderModel = Annotated[
    str,
    typer.Option(metavar="MODEL", envvar="MMMEM_ENCODER", help="Image encoder: classical, a directory or a hub id."),
]
TextEmbedderModel = Annotated[
    str,
    typer.Option(metavar="MODEL", envvar="MMMEM_TEXT_EMBEDDER", help="Text embedder: minilm, a directory, a URL, or none."),
]
VideoDecoder = Annotated[str, typer.Option(help="Video decoder: pyav, opencv, decord or torchcodec.")]
LongestSide = Annotated[
    int, typer.Option(min=0, metavar="PIXELS", help="Longest side of the pictures that are looked at; 0 keeps them whole.")
]
PicturePeriod = Annotated[float | None, typer.Option(metavar="SECONDS", help="Between the pictures of a folder; 1 by default.")]
PictureTimes = Annotated[
    str,
    typer.Option(metavar="period|stem_s|stem_ms|stem_us|stem_ns|exif", help="Where the times of a folder's pictures come from."),
]
NoGraph = Annotated[bool, typer.Option("--no-graph", help="Keep no scene graph of what pictures show and words say.")]
Again = Annotated[bool, typer.Option("--again", help="Read from the beginning: adds what a new detector or encoder finds.")]
RestoreForgotten = Annotated[
    bool, typer.Option("--restore-forgotten", help="Read from the beginning, and take in again what was forgotten of it.")
]
Moved = Annotated[bool, typer.Option("--moved", help="SRC is where the stream of this name is read from now.")]
ChatModel = Annotated[
    str | None,
    typer.Option(metavar="URL#MODEL|DIR", help="A language model to describe, sum up and read facts afterwards, as enrich does."),
]
ModelBudget = Annotated[
    str | None,
    typer.Option(metavar="AMOUNT", help="What it may cost: '200k tokens', '10 min', '$0.50'; else only estimated."),
]
