"""This module runs one program and writes down its time and memory: `python launch.py RESULT.json COMMAND...`.

It is a process of its own, and a small one, because on Linux a program's highest memory is never less than that of the
process that started it. There it also adopts what the program leaves behind: multiprocessing's server of workers is not
the program's child to the end, and its time would be lost.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from threading import Event, Thread

if sys.platform != "win32":
    import resource

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER, Linux 3.4
_EVERY = 0.1  # seconds between two looks at the memory of all processes


def main(result: str, *command: str) -> int:
    """Run the command and return its exit code."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    start = time.perf_counter()
    process = subprocess.Popen(command)  # noqa: S603
    processor = megabytes = 0.0
    tree = [0.0]
    ended = Event()
    watcher = Thread(target=_watch, args=(ended, tree))
    watcher.start()
    if sys.platform == "win32":
        code = process.wait()
        seconds = time.perf_counter() - start
    else:
        _, status = os.waitpid(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = code = os.waitstatus_to_exitcode(status)
        with suppress(ChildProcessError):
            while os.wait():
                pass
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = usage.ru_utime + usage.ru_stime
        megabytes = usage.ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))
    ended.set()
    watcher.join()
    with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123  (pathlib would make it larger)
        measured = {"seconds": seconds, "processor": processor, "megabytes": megabytes, "tree": max(tree)}
        json.dump(measured, file)
    return code


def _watch(ended: Event, tree: list[float]) -> None:
    """Note again and again how much memory all processes below this one have, what they share counted once."""
    while sys.platform == "linux" and not ended.wait(_EVERY):
        tree.append(sum(map(_megabytes, _below(os.getpid()))))


def _below(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:  # noqa: PTH123
            children = [int(word) for word in file.read().split()]
    except OSError:
        return []
    return [*children, *(each for child in children for each in _below(child))]


def _megabytes(pid: int) -> float:
    """Return the proportional set size of a process: pages that it shares count for their part."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return 0.0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
