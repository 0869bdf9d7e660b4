import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from batchreport.errors import BatchReportError, SchemaError
from batchreport.run.archive import digest_of
from batchreport.run.engine import processes, run_all
from batchreport.run.pipeline import Kit, Outcome, Source
from batchreport.run.worker import FORKS
from batchreport.workbook.package import Limits
from tests.build.books import NOVEMBER, ROOT, book, project

TEMPLATES = ROOT / "templates"
KIT = Kit(
    (TEMPLATES / "summary.toml").read_bytes(), "summary.toml", (TEMPLATES / "summary.docx").read_bytes(), "summary.docx"
)
HASTY = replace(KIT, limits=Limits(seconds=2))
COUNT = 6
BAD = 2

both = pytest.mark.parametrize("jobs", [1, 2])


def ending() -> None:
    """End the process without a word."""
    os._exit(0)


def killing() -> None:
    """Kill the process as the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def loop() -> None:
    """Do nothing for ever."""
    while True:
        pass


def grow() -> bytes:
    """Take two gigabytes."""
    return bytes(2 << 30)


def fail() -> None:
    """Make a mistake of ours."""
    raise KeyError("what?")


def stopped() -> None:
    """Stop the process, as a debugger would."""
    os.kill(os.getpid(), signal.SIGSTOP)


def once(mark: Path) -> Source:
    """Die the first time, as by a hand from outside, and come out well the second."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return source(BAD)


@dataclass(frozen=True)
class Bad(Source):
    """A source that does something, when a worker takes it out of its parcel, that a reader might do to its process."""

    act: Callable[..., Any] = os.abort
    said: tuple[Any, ...] = ()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.act, self.said


def source(number: int) -> Source:
    """Return a good workbook of a department."""
    return Source(f"{number}.xlsx", book(f"{number}校", code=f"D{number}"), f"{number}", NOVEMBER)


def sources(act: Callable[..., Any] | None = None, *said: Any, count: int = COUNT) -> list[Source]:
    """Return good workbooks, one of them bad where it is said what that does."""
    made = [source(number) for number in range(count)]
    if act:
        made[BAD] = Bad(f"{BAD}.xlsx", b"", f"{BAD}", NOVEMBER, act=act, said=said)
    return made


def the_bad_one(outcomes: list[Outcome], count: int = COUNT) -> str:
    """Return the code of the only workbook without a report; all are there, in order."""
    assert [outcome.file for outcome in outcomes] == [f"{number}.xlsx" for number in range(count)]
    lost = [outcome for outcome in outcomes if outcome.report is None]
    assert [outcome.file for outcome in lost] == [f"{BAD}.xlsx"]
    (finding,) = lost[0].findings
    assert finding.line("zh").startswith(f"{BAD}.xlsx：")
    assert finding.line("en")
    return finding.code


def test_processes_give_what_one_process_gives() -> None:
    """The outcomes of several processes are those of one, in order, to the byte."""
    work = sources(count=20)

    assert list(run_all(KIT, work, jobs=2)) == list(run_all(KIT, work, jobs=1))
    assert [outcome.report for outcome in run_all(KIT, work, jobs=2)] == [
        outcome.report for outcome in run_all(KIT, work)
    ]


@both
@pytest.mark.parametrize("act", [os.abort, ending, killing])
def test_a_workbook_that_ends_its_process_costs_no_other(jobs: int, act: Callable[[], None]) -> None:
    """Aborted, ended or killed: it is named, and every other workbook has its report."""
    assert the_bad_one(list(run_all(KIT, sources(act), jobs))) == "file-kills-reader"


@both
@pytest.mark.parametrize("act", [loop, stopped])
def test_a_workbook_that_hangs_its_process_costs_no_other(jobs: int, act: Callable[[], None]) -> None:
    """When its time is over, it is named with that time."""
    outcomes = list(run_all(HASTY, sources(act), jobs))

    assert the_bad_one(outcomes) == "file-takes-too-long"
    assert "2 秒" in outcomes[BAD].findings[0].line("zh")


@both
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux limits a process's memory")
def test_a_workbook_that_wants_too_much_memory_costs_no_other(jobs: int) -> None:
    """It does not get it."""
    assert the_bad_one(list(run_all(KIT, sources(grow), jobs))) == "file-wants-too-much-memory"


@both
def test_a_mistake_of_ours_costs_one_workbook(jobs: int) -> None:
    """It is named with what we need to know to mend it."""
    outcomes = list(run_all(KIT, sources(fail), jobs))

    assert the_bad_one(outcomes) == "file-kills-reader"
    assert "KeyError: 'what?' (test_engine.py:" in outcomes[BAD].findings[0].line("zh")


@both
def test_a_process_killed_from_outside_costs_nothing(jobs: int, tmp_path: Path) -> None:
    """What it was working on is done again."""
    outcomes = list(run_all(KIT, sources(once, tmp_path / "mark"), jobs))

    assert outcomes == list(run_all(KIT, sources()))
    assert (tmp_path / "mark").exists()


@both
def test_nothing_but_bad_workbooks_is_done_too(jobs: int) -> None:
    """Every one is named."""
    bad = [Bad(f"{number}.xlsx", b"", act=ending) for number in range(4)]

    codes = [[finding.code for finding in outcome.findings] for outcome in run_all(KIT, bad, jobs)]
    assert codes == [["file-kills-reader"]] * 4


def marked(mark: Path) -> Source:
    """Leave a mark, and come out well."""
    mark.touch()
    return source(1)


@pytest.mark.skipif(not FORKS, reason="elsewhere a pipe takes too little")
def test_a_worker_goes_on_while_what_it_made_is_written(tmp_path: Path) -> None:
    """It has the next workbook at hand, and need not wait for who takes the first."""
    work = [source(0), Bad("1.xlsx", b"", act=marked, said=(tmp_path / "mark",)), source(2)]
    run = run_all(KIT, work)
    next(run)
    last = time.monotonic() + 60
    while not (tmp_path / "mark").exists() and time.monotonic() < last:
        time.sleep(0.01)

    assert (tmp_path / "mark").exists()
    assert [outcome.file for outcome in run] == ["1.xlsx", "2.xlsx"]


@both
def test_what_lay_ahead_of_a_worker_that_ended_is_not_lost(jobs: int) -> None:
    """Workbook after workbook ends its process, with good ones between that were in the same pipe."""
    work = [Bad(f"{n}.xlsx", b"", act=ending) if n % 3 == 1 else source(n) for n in range(12)]
    outcomes = list(run_all(KIT, work, jobs))

    assert [outcome.file for outcome in outcomes] == [f"{n}.xlsx" for n in range(12)]
    assert [outcome.report is None for outcome in outcomes] == [n % 3 == 1 for n in range(12)]


@both
def test_a_worker_reads_a_workbook_itself(jobs: int, tmp_path: Path) -> None:
    """Its outcome is that of the same bytes, and says of which it was made."""
    path, there = tmp_path / "0.xlsx", source(0)
    path.write_bytes(there.data)
    read, sent = run_all(KIT, [replace(there, data=b"", path=str(path)), there], jobs)

    assert read == sent
    assert read.made_from == sent.made_from == digest_of(there.data)


@both
def test_a_workbook_that_is_gone_when_its_turn_comes_is_a_finding(jobs: int, tmp_path: Path) -> None:
    """Like one that is a pipe by then, which would never end."""
    os.mkfifo(tmp_path / "1.xlsx")
    lying = [Source(f"{number}.xlsx", b"", path=str(tmp_path / f"{number}.xlsx")) for number in range(2)]

    assert [outcome.findings[0].code for outcome in run_all(KIT, lying, jobs)] == [
        "file-unreadable",
        "input-not-a-file",
    ]


@both
def test_a_large_workbook_arrives_whole(jobs: int) -> None:
    """More bytes than a pipe holds, which are refused for their size."""
    large = replace(source(0), data=b"PK" + bytes(30 << 20))

    assert [outcome.findings[0].code for outcome in run_all(KIT, [large, large], jobs)] == ["file-too-large"] * 2


@both
def test_a_run_that_is_left_leaves_no_process(jobs: int) -> None:
    """Ctrl-C, or an error of the one who asked: the processes end with the run, at once."""
    others = children()
    run = run_all(KIT, [*sources(), *sources(loop)], jobs)
    next(run)
    assert children() > others
    assert isinstance(run, Iterator)
    begun = time.monotonic()
    run.close()  # type: ignore[attr-defined]

    assert children() == others
    assert time.monotonic() - begun < 5


def children() -> set[str]:
    """Return the processes that this one has started and not buried."""
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    if not own.exists():
        pytest.skip("this system does not list the children of a process")
    return set(own.read_text().split())


@pytest.mark.skipif(not FORKS, reason="elsewhere nothing is copied")
@pytest.mark.parametrize("room", [0, 1, 3])
def test_no_room_for_a_process_is_no_trouble_while_there_is_one(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as there is room for do it all; with none it is said."""
    started: list[int] = []
    fork = os.fork

    def hardly() -> int:
        if len(started) == room:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(room)
        return fork()

    monkeypatch.setattr(os, "fork", hardly)
    if room:
        assert [outcome.report is not None for outcome in run_all(KIT, sources(), jobs=5)] == [True] * COUNT
    else:
        with pytest.raises(BatchReportError, match="the system lets no process be started"):
            list(run_all(KIT, sources(), jobs=5))
    assert len(started) == room


@pytest.mark.skipif(not FORKS, reason="only there descriptors are counted so")
def test_few_descriptors_are_enough(tmp_path: Path) -> None:
    """No workbook is said to be unreadable because others are being read; with hardly any that is said, in a line."""
    folder = project(tmp_path, {f"2026-11/{name}.xlsx": book(name) for name in "甲乙丙丁戊己"})
    for limit, code, reports in ((20, 2, 0), (48, 0, 6)):
        command = f"ulimit -n {limit}; exec {sys.executable} -m batchreport build workbooks --jobs 30"
        ended = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)

        assert (ended.returncode, len(list(folder.glob("out/2026-11/*.docx")))) == (code, reports), ended.stderr
        assert "Traceback" not in ended.stderr


def slow(mark: Path) -> Source:
    """Say that it was begun, and work until there is word that it was suspended often enough."""
    with mark.open("a") as said:
        said.write("begun\n")
    while "enough" not in mark.read_text():
        time.sleep(0.01)
    return source(BAD)


@pytest.mark.skipif(not FORKS, reason="there nothing is suspended by a signal")
def test_a_run_that_is_suspended_loses_nothing(tmp_path: Path) -> None:
    """However often, and for longer than a workbook may take: the time for which nothing runs does not count."""
    mark = tmp_path / "mark"
    mark.touch()
    run = subprocess.Popen(
        [sys.executable, "-c", SUSPENDED, str(mark)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    for times in (1, 2, 3):
        last = time.monotonic() + 60
        while mark.read_text().count("begun") < times and time.monotonic() < last:
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGSTOP)
        time.sleep(4)
        if times == 3:
            with mark.open("a") as said:
                said.write("enough\n")
        os.killpg(run.pid, signal.SIGCONT)

    answers, _ = run.communicate(timeout=60)
    assert answers.split() == ["None"] * COUNT
    assert mark.read_text().count("begun") > 2


SUSPENDED = """
import sys
from pathlib import Path
from batchreport.run import worker
from tests.build.test_engine import HASTY, run_all, slow, sources
worker._GRACE = 1
for outcome in run_all(HASTY, sources(slow, Path(sys.argv[1]))):
    print(next((finding.code for finding in outcome.findings if not outcome.report), None))
"""


def test_a_kit_that_cannot_be_used_is_said_at_once() -> None:
    """Not once for every workbook."""
    with pytest.raises(SchemaError):
        list(run_all(replace(KIT, schema=b"id = 1"), sources()))


def test_many_processes_are_used_where_they_pay() -> None:
    """A few workbooks are quicker in one process; what is asked for counts."""
    assert processes(None, 4) == 1
    assert processes(4, 10) == 4
    assert processes(4, 2) == 2
    if hasattr(os, "sched_getaffinity"):
        assert processes(None, 1000) == len(os.sched_getaffinity(0))


@both
def test_nothing_to_do_is_done(jobs: int) -> None:
    """No source gives no outcome."""
    assert list(run_all(KIT, [], jobs)) == []


def test_an_unreadable_source_is_a_finding() -> None:
    """The system's reason is in the finding."""
    outcome = next(iter(run_all(KIT, [Source("x.xlsx", b"", "x", NOVEMBER, unreadable="Permission denied")])))

    assert "Permission denied" in outcome.findings[0].line("en")


@pytest.mark.parametrize(("language", "project"), [("zh", ROOT), ("en", ROOT / "examples/english")])
def test_every_kit_is_whole(language: str, project: Path) -> None:
    """A starter's files are those of the sample project in its language."""
    starter = ROOT / "batchreport/starter" / language
    laid = sorted(path.relative_to(starter) for path in starter.rglob("*") if path.is_file())

    assert len(laid) == 10
    for path in laid:
        if path.name != "departments.xlsx":
            assert (starter / path).read_bytes() == (project / path).read_bytes(), path
