"""What a detector, a tracker, an encoder and a text embedder must do. Adapters need not inherit, only fit."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Detections

Image = NDArray[np.uint8]
Vectors = NDArray[np.float32]


@runtime_checkable
class Detector(Protocol):
    """Finds things of named classes in pictures."""

    @property
    def name(self) -> str:
        """Names the model, for provenance."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """Every class this detector can name."""
        ...

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """Look at pictures, each (H, W, 3) uint8 RGB of any size; one `Detections` each, boxes in that picture's pixels."""
        ...


@runtime_checkable
class Tracker(Protocol):
    """Gives detections of one stream identities that last from picture to picture."""

    @property
    def next_id(self) -> int:
        """The lowest id not given out yet; a tracker that continues this stream starts here."""
        ...

    def update(self, detections: Detections, t_ns: int) -> Detections:
        """The same detections in the same order with `track_id`, -1 where there is no track (yet)."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Maps pictures, and words if it has a text tower, to one vector space."""

    @property
    def space(self) -> str:
        """Names the vector space, model and weights included; vectors of different spaces are never compared."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def has_text_tower(self) -> bool:
        """Whether `encode_texts` works."""
        ...

    def encode_images(self, images: Sequence[Image]) -> Vectors:
        """(n, dim) float32 of unit length from n pictures, each (H, W, 3) uint8 RGB."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length; raises `ModelError` without a text tower."""
        ...


@runtime_checkable
class TextEmbedder(Protocol):
    """Maps words to vectors whose inner product says how alike they mean."""

    @property
    def space(self) -> str:
        """Names the vector space, model and weights included."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length, in the order given; a text without a known word has a zero vector."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dim) float32 of unit length for questions."""
        ...
