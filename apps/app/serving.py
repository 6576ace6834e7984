"""The page itself, made with Gradio."""

import os
from collections.abc import Callable
from typing import Any

from apps.app.answering import Desk
from mmmem.errors import MmmemError
from mmmem.lazy import require


def page_of(desk: Desk) -> Any:
    """The page of one memory, a `gradio.Blocks`.

    Raises:
        MissingExtraError: Gradio is not installed.
    """
    gradio = _gradio()

    def answered(question: str, choices: str, asked_at: str) -> tuple[Any, ...]:
        try:
            told = desk.ask(question, choices, asked_at)
        except MmmemError as error:
            raise gradio.Error(str(error), print_exception=False) from error
        return told.words, told.pictures, told.steps

    with gradio.Blocks(title=f"mmmem: {desk.path.name}", analytics_enabled=False) as page:
        gradio.Markdown(f"# A memory you can ask\n{desk.summary()}")
        with gradio.Tab("Ask"):
            asked, chosen = _ask_tab(gradio, desk.examples())
            asked[0].submit(answered, inputs=asked[:3], outputs=asked[4:], api_name=False)
            asked[3].click(answered, inputs=asked[:3], outputs=asked[4:], api_name="ask")
            chosen.then(answered, inputs=asked[:3], outputs=asked[4:], api_name=False)
        with gradio.Tab("Map"):
            drawn = gradio.Image(desk.map(), show_label=False, format="png", interactive=False)
            gradio.Button("Draw again").click(desk.map, outputs=drawn, api_name="map")
        with gradio.Tab("Seen and said"):
            word = gradio.Textbox(label="With this word", max_lines=1)
            names = ["when", "stream", "kind", "words"]
            lines = gradio.Dataframe(desk.lines(), headers=names, interactive=False, wrap=True, show_label=False)
            word.submit(desk.lines, inputs=word, outputs=lines, api_name="lines")
    return page


def serve(page: Any, host: str, port: int, ready: Callable[[str], object]) -> None:
    """Serve a page until Ctrl-C; `ready` is told its address."""
    _, address, _ = page.launch(
        server_name=host, server_port=port or None, share=False, quiet=True, prevent_thread_lock=True, inbrowser=False
    )
    ready(address)
    try:
        page.block_thread()
    finally:
        page.close(verbose=False)


def _ask_tab(gradio: Any, examples: list[str]) -> tuple[list[Any], Any]:
    """Question, choices, time, button; then answer, pictures, steps; and the event that an example was chosen."""
    with gradio.Row():
        with gradio.Column(scale=3):
            question = gradio.Textbox(label="Question", autofocus=True, max_lines=1, submit_btn=False)
            shown = gradio.Examples([[one] for one in examples], inputs=question, label="For example")
        with gradio.Column(scale=2):
            choices = gradio.Textbox(label="Choices, one a line (optional)", lines=3)
            asked_at = gradio.Textbox(label="Asked at (optional): nothing learned later is used", max_lines=1)
    button = gradio.Button("Ask", variant="primary")
    answer = gradio.Markdown()
    pictures = gradio.Gallery(label="Evidence", columns=3, object_fit="contain", height="max-content")
    with gradio.Accordion("How it looked", open=False):
        names = ["source", "looked for", "hits", "why", "ms"]
        steps = gradio.Dataframe(headers=names, interactive=False, wrap=True, show_label=False)
    return [question, choices, asked_at, button, answer, pictures, steps], shown.load_input_event


def _gradio() -> Any:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is imported
    return require("gradio", extra="app", purpose="The page in the browser")
