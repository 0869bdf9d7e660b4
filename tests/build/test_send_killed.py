"""Killed between any two steps, a run of letters is carried on: nobody is mailed twice, and nobody is lost without a word."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.build.command import Ended
from tests.build.offices import DEPARTMENTS, Office, lay, office, settle
from tests.mail.servers import PASSWORD, Post, certificate, smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import SMTP

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX"),
]
FEW = DEPARTMENTS[:2]
SEND = ("send", "--period", "2026-11")
# Each run is a process of its own, forked from one that has loaded all it needs. Before each thing that a run does to
# the ledger and to the wire a step is counted; at the wanted one it kills itself.
DRIVER = """
import json, os, signal, smtplib, sys
from batchreport.postroom import sending
from batchreport.cli import main
from batchreport.run import post

wanted = steps = 0

def watched(owner, name):
    plain = getattr(owner, name)
    def step(*arguments, **named):
        global steps
        steps += 1
        if steps == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*arguments, **named)
    setattr(owner, name, step)

for owner, name in (
    (post.Post, "begin"), (post.Post, "mark"), (sending, "compose"), (smtplib.SMTP, "send"), (smtplib.SMTP, "getreply"),
):
    watched(owner, name)

def run(command):
    try:
        main(command)
    except SystemExit as ended:
        print("steps:", steps, file=sys.stderr, flush=True)
        os._exit(ended.code or 0)

for line in sys.stdin:
    folder, wanted, command = json.loads(line)
    os.chdir(folder)
    if not wanted:
        try:
            main([*command, "--dry-run"])
        except SystemExit:
            pass
        print(flush=True)
        continue
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    else:
        os.dup2(os.open("err.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        os.dup2(2, 1)
        run(command)
"""
NEVER = 1 << 30


class Runs:
    """Runs the command in a project, and kills it at a step."""

    def __init__(self) -> None:
        environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "BATCHREPORT_MAIL_PASSWORD": PASSWORD}
        self._driver = subprocess.Popen(
            [sys.executable, "-c", DRIVER],
            env=environment | {"LANG": "zh_CN.UTF-8"},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _ask(self, folder: Path, step: int) -> str:
        assert self._driver.stdin
        assert self._driver.stdout
        self._driver.stdin.write(json.dumps([str(folder), step, SEND]) + "\n")
        self._driver.stdin.flush()
        return next(line for line in self._driver.stdout if step == 0 or line[:-1].lstrip("-").isdigit())

    def load(self, folder: Path) -> None:
        """Have all loaded that a run needs."""
        self._ask(folder, 0)

    def run(self, folder: Path, step: int = NEVER) -> Ended:
        """Send, up to a step, and return how it ended."""
        code = int(self._ask(folder, step))
        return Ended(code, "", (folder / "err.txt").read_text("utf-8"))

    def end(self) -> None:
        """End the driver."""
        self._driver.kill()
        self._driver.communicate()


@pytest.fixture(scope="module")
def runs(prepared: Path) -> Iterator[Runs]:
    """Give what runs the command."""
    one = Runs()
    one.load(prepared)
    yield one
    one.end()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that no authority has signed."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two departments whose blank workbooks are prepared."""
    folder = lay(tmp_path_factory.mktemp("prepared") / "project", FEW)
    assert Office(folder).run("prepare", "--period", "2026-11").code == 0
    return folder


def begun(folder: Path, *command: str) -> subprocess.Popen[str]:
    """Start a command in the project."""
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "BATCHREPORT_MAIL_PASSWORD": PASSWORD}
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def carried_on(one: Office, runs: Runs) -> int:
    """Run again, twice: each department got its letter, once, or is named as one that may have got it."""
    ended = runs.run(one.folder)
    after = list(one.got)
    again = runs.run(one.folder)

    assert one.got == after
    assert (again.code, "Traceback" in ended.err) == (ended.code, False)
    for code, name, mail in FEW:
        named = f"--department {code} --again" in ended.err
        assert after.count(mail) == 1 or (named and not after.count(mail)), (name, after, ended.err)
        assert named == (f"--department {code} --again" in again.err)
    assert ended.code == int("--again" in ended.err)
    return ended.code


def test_killed_between_any_two_steps_it_is_carried_on(tmp_path: Path, prepared: Path, pem: Path, runs: Runs) -> None:
    """Before each entry in the ledger, each command to the server and each answer, of login and both letters."""
    folder = tmp_path / "whole"
    shutil.copytree(prepared, folder)
    with office(folder, pem) as one:
        ended = runs.run(folder)
    steps = int(ended.err.rpartition("steps:")[2])
    assert (ended.code, one.got) == (0, [mail for _, _, mail in FEW])
    assert steps > 30

    unsure = 0
    for step in range(1, steps + 1):
        folder = tmp_path / f"at {step}"
        shutil.copytree(prepared, folder)
        with office(folder, pem) as one:
            assert runs.run(folder, step).code == -9
            unsure += carried_on(one, runs)
    assert 0 < unsure <= 2 * 3  # where the last bytes were about to go, or had gone, and no answer was written down


class Killing(Post):
    """A server at which a run is killed, at a step of its second letter."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step
        self.process: subprocess.Popen[str] | None = None
        self.count = 0

    def _answer(self, step: str, server: SMTP) -> str:
        if step == self.step:
            self.count += 1
            if self.count == 2 and self.process:
                self.process.kill()
                self.process.wait()
        return super()._answer(step, server)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_killed_while_the_server_has_the_letter_it_is_carried_on(
    tmp_path: Path, prepared: Path, pem: Path, runs: Runs, step: str
) -> None:
    """The real command, killed before the server answers; what it had taken whole is not sent again."""
    folder = tmp_path / "project"
    shutil.copytree(prepared, folder)
    killing = Killing(step)
    one = Office(folder, killing)
    with smtp_server(killing, pem, "tls") as port:
        settle(folder, port, str(pem))
        killing.process = begun(folder, "-m", "batchreport", *SEND)
        killing.process.communicate(timeout=60)
        killing.process = None
        carried_on(one, runs)

    assert one.got == [mail for _, _, mail in FEW]


def test_two_runs_at_once_send_each_letter_once(tmp_path: Path, prepared: Path, pem: Path) -> None:
    """The second says that another is running, and sends nothing."""
    folder = tmp_path / "project"
    shutil.copytree(prepared, folder)
    with office(folder, pem) as one:
        both = [begun(folder, "-m", "batchreport", *SEND) for _ in range(2)]
        ends = [process.communicate(timeout=60)[1] for process in both]
        one.run(*SEND)

    assert sorted(one.got) == sorted(mail for _, _, mail in FEW)
    assert not any("Traceback" in err for err in ends)
