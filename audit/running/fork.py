"""A child for a few calls, forked from a process that has loaded everything once and is never touched by a call.

The order of processes: this one, a thread for each lane - the warm one, which loads and then forks the lanes - a lane,
which forks a child, waits for it so long and no longer, and sends back what it gives - the child, which makes a few
calls, one after the other, and no further one where it was late or ended.
Not `multiprocessing`'s fork server: that refuses to work in the daemons that Dask's workers are, and runs the caller's
script again in each child.
"""

import gc
import os
import pickle
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe, connection
from pathlib import Path
from typing import Any, TypeVar

from audit.ground import scratch as working

T = TypeVar("T")

# macOS forks, but its own libraries do not stand it
IS_TO_BE_HAD = sys.platform.startswith("linux") and hasattr(os, "fork")
_COLLECT_AFTER = 50_000  # new objects
_MOST_HELD = 1 << 30  # bytes of a child that makes another call
_ONE_THREAD = dict.fromkeys(  # a core is a lane's
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)  # fmt: skip
_GIVEN, _LATE, _LOST = range(3)  # what became of a child


class LostError(Exception):
    """A child, or the lane that it was forked from, ended before it gave anything."""


class Lanes:
    """A warm process and its lanes, there from the first call on; of as many threads at a time as there are lanes.

    The warm process is a program of its own: `start` is the line of Python that it runs, which ends in `serve`.
    A child makes as many as `calls` before another is forked: what it costs to touch memory of its parent's is then
    paid once for them all.
    """

    def __init__(self, count: int, start: str, calls: int = 1):
        self._count, self._start, self._calls = count, start, calls
        self._free: queue.SimpleQueue[_Lane | None] = queue.SimpleQueue()
        self._all: list[_Lane] = []
        self._warm: list[subprocess.Popen] = []
        self._changing = threading.Lock()
        self._is_closed = False

    def call(self, function: Callable[..., T], *given: object, seconds: float) -> T:
        """What `function` returns in a child; everything goes there and back by `pickle`.

        Raises TimeoutError where it takes longer than so many seconds, LostError where the child ends without a
        result: by a signal, for want of memory, by an exception, or because the lanes were closed.
        """
        asked = pickle.dumps((seconds, function, given))
        with self._changing:
            if not self._warm:
                self._add(self._count)
        lane = self._free.get()
        if lane is None:  # closed: whoever else waits is told too
            self._free.put(None)
            raise LostError
        try:
            became, value = lane.answer(asked)
        except (EOFError, OSError) as error:
            lane.close()
            with self._changing:
                self._add(1)
            raise LostError from error
        self._free.put(lane)
        if became == _LATE:
            raise TimeoutError
        if became == _LOST:
            raise LostError
        return value

    def close(self) -> None:
        """End all processes, and the calls that they may be on."""
        with self._changing:
            self._is_closed = True
        for lane in self._all:
            lane.close()
        self._free.put(None)
        for process in self._warm:
            process.terminate()
            process.wait()

    def _add(self, count: int) -> None:
        if self._is_closed:
            return
        pairs = [socket.socketpair() for _ in range(count)]
        theirs = [end.fileno() for _, end in pairs]
        told = map(str, (self._calls, *theirs))
        # -P: nothing is imported from where the caller stands; a session of its own: Ctrl-C is the caller's to see
        self._warm.append(subprocess.Popen(
            [sys.executable, "-P", "-c", self._start, *told], pass_fds=theirs, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ | _ONE_THREAD,
        ))  # fmt: skip
        for ours, end in pairs:
            end.close()
            self._all.append(_Lane(ours))
            self._free.put(self._all[-1])


class _Lane:
    """The way to one lane, for one thread at a time."""

    def __init__(self, end: socket.socket):
        self._socket = end
        self._connection = connection.Connection(end.dup().detach())

    def answer(self, asked: bytes) -> tuple[int, Any]:
        self._connection.send_bytes(asked)
        return self._connection.recv()

    def close(self) -> None:
        """End the lane and the call that it may be on; a thread that waits for that gets an EOFError."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


# In the other processes


def serve(load: Callable[[], object]) -> None:
    """The warm process: `load` everything, fork a lane for each file descriptor named as an argument, wait for them.

    The first argument is how many calls a child makes.
    """
    calls, *ends = (int(name) for name in sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with working.folder() as own:
        tempfile.tempdir = str(own)  # of all below: what a lane or child leaves when it is killed is taken away here
        load()
        gc.collect()
        gc.freeze()  # else the collector writes to every page that children share
        gc.set_threshold(_COLLECT_AFTER)  # a child lives for a few jobs
        for end in ends:
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                for other in ends:
                    if other != end:
                        os.close(other)
                _work(connection.Connection(end), calls)
                os._exit(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # lanes end when their caller goes, and then this does
        for end in ends:
            os.close(end)
        with suppress(ChildProcessError):
            while True:
                os.wait()


def _work(caller: connection.Connection, calls: int) -> None:
    """A lane: one call after another until nobody is there to ask for one; a child makes so many of them."""
    child: _Child | None = None
    try:
        while True:
            seconds, function, given = caller.recv()
            child = child or _Child(caller, calls)
            became = child.answer(seconds, function, given, caller)
            if child.is_spent:
                child.end()
                child = None
            caller.send(became)
    except (EOFError, OSError):
        pass
    finally:
        if child:
            child.end()


class _Child:
    """A child for so many calls, with a folder for its temporary files that is emptied after each of them."""

    def __init__(self, caller: connection.Connection, calls: int):
        self._left, self._scratch = calls, tempfile.mkdtemp(prefix="audit-")  # ours, since a child may be killed
        self._pipe, theirs = Pipe()
        self._number = os.fork()
        if self._number == 0:
            try:
                os.setpgid(0, 0)
                caller.close()  # else nobody is told when the lane is gone
                self._pipe.close()  # else the child is not told
                tempfile.tempdir = self._scratch
                while True:
                    function, given = theirs.recv()
                    theirs.send(function(*given))
            finally:
                os._exit(0)
        theirs.close()

    @property
    def is_spent(self) -> bool:
        """Whether it is to make no further call: it has made them all, holds too much memory, or gave nothing."""
        return self._left < 1

    def answer(
        self, seconds: float, function: Callable, given: tuple, caller: connection.Connection
    ) -> tuple[int, object]:  # fmt: skip
        """What became of a call; raises EOFError where the caller has gone."""
        ready: list[Any] = []
        self._left -= 1
        try:
            self._pipe.send((function, given))
            ready = connection.wait([self._pipe, caller], seconds)
            if caller in ready:
                raise EOFError
            if ready:
                given_back = self._pipe.recv()
                self._tidy()
                return _GIVEN, given_back
            self._left = 0
            return _LATE, None
        except (EOFError, OSError):
            self._left = 0
            if caller in ready:
                raise
            return _LOST, None

    def _tidy(self) -> None:
        if not self.is_spent:
            for left in Path(self._scratch).iterdir():
                working.remove(left)
            if _held(self._number) > _MOST_HELD:
                self._left = 0

    def end(self) -> None:
        """End it with all that it started, and take away what it left."""
        self._pipe.close()
        for kill in (os.killpg, os.kill):  # itself where it has no group yet
            with suppress(OSError):
                kill(self._number, signal.SIGKILL)
        os.waitpid(self._number, 0)
        shutil.rmtree(self._scratch, ignore_errors=True)


def _held(process: int) -> int:
    """Bytes of memory that a process of this Linux holds."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
