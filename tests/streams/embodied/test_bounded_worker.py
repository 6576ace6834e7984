"""A worker behind a bounded queue: order, what is dropped, and what becomes of errors."""

import threading

import pytest

from mmmem.errors import InvalidInputError
from streams.embodied.bounded_worker import BoundedWorker


class Gate:
    """Work that waits until it is let through."""

    def __init__(self):
        self.done, self.begun, self.open = [], threading.Event(), threading.Event()

    def __call__(self, batch):
        self.begun.set()
        assert self.open.wait(10)
        self.done.extend(batch)


def held_worker(**options):
    """A worker with item 0 in work, so that what comes next has to wait."""
    gate = Gate()
    worker = BoundedWorker(gate, **options)
    worker.offer(0)
    assert gate.begun.wait(10)
    return worker, gate


def test_everything_is_done_in_order():
    done = []
    worker = BoundedWorker(done.extend, size=1000)
    for item in range(500):
        worker.offer(item)
    assert worker.flush(10)
    assert done == list(range(500))
    assert worker.num_dropped == 0
    worker.close()
    worker.close()


@pytest.mark.parametrize(
    ("drop", "left"),
    [
        ("oldest", [0, 3, 4]),
        ("newest", [0, 1, 2]),
        ("wait", [0, 3, 4]),  # waits in vain, then as "oldest"
    ],
)
def test_what_is_dropped_when_the_queue_is_full(drop, left):
    worker, gate = held_worker(size=2, drop=drop, wait_s=0.001)
    for item in (1, 2, 3, 4):
        worker.offer(item)
    assert worker.num_waiting == 2
    gate.open.set()
    worker.close()
    assert gate.done == left
    assert worker.num_dropped == 2


def test_waiting_takes_the_place_that_gets_free():
    worker, gate = held_worker(size=1, drop="wait", wait_s=10)
    worker.offer(1)
    threading.Timer(0.02, gate.open.set).start()
    worker.offer(2)
    worker.close()
    assert gate.done == [0, 1, 2]
    assert worker.num_dropped == 0


def test_an_error_stops_the_worker_and_is_kept():
    def work(batch):
        raise ValueError("no")

    worker = BoundedWorker(work)
    worker.offer(1)
    assert not worker.flush(10)
    worker.offer(2)
    worker.close()
    assert isinstance(worker.error, ValueError)
    assert worker.num_dropped == 1


def test_what_waits_behind_an_error_is_counted():
    began, go = threading.Event(), threading.Event()

    def work(batch):
        began.set()
        go.wait(10)
        raise ValueError("no")

    worker = BoundedWorker(work)
    worker.offer(0)
    began.wait(10)
    for item in (1, 2, 3):
        worker.offer(item)
    go.set()
    worker.close()
    assert worker.num_dropped == 3


def test_flush_gives_up_after_its_time():
    worker, gate = held_worker()
    assert not worker.flush(0.001)
    gate.open.set()
    assert worker.flush(10)
    worker.close()


def test_after_closing_nothing_is_taken():
    done = []
    worker = BoundedWorker(done.extend)
    worker.close()
    worker.offer(1)
    assert done == []
    assert worker.num_dropped == 1


@pytest.mark.parametrize(("options", "said"), [({"size": 0}, "got 0"), ({"drop": "random"}, "got 32, 'random'")])
def test_options_that_make_no_sense(options, said):
    with pytest.raises(InvalidInputError, match=said):
        BoundedWorker(print, **options)
