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

if sys.platform != "win32":
    import resource

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER, Linux 3.4


def main(result: str, *command: str) -> int:
    """Run the command and return its exit code."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    start = time.perf_counter()
    process = subprocess.Popen(command)  # noqa: S603
    processor = megabytes = 0.0
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
    with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123  (pathlib would make it larger)
        json.dump({"seconds": seconds, "processor": processor, "megabytes": megabytes}, file)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
