"""This module stands between a mail program and its IMAP server, and answers some commands in the server's stead."""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

from tests.mail.servers import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DROP = b"drop"
_WHOLE = re.compile(rb"UID FETCH (\d+) .*BODY\.PEEK\[\]")


def at_message(number: int, answer: bytes, times: int = 1000) -> Callable[[bytes], bytes | None]:
    """Return what answers so when the message `number`, of those that are asked for, is to be given out whole."""
    asked: list[bytes] = []
    answered: list[bytes] = []

    def answer_to(line: bytes) -> bytes | None:
        match = _WHOLE.search(line)
        if not match:
            return None
        if match[1] not in asked:
            asked.append(match[1])
        if asked.index(match[1]) + 1 != number or len(answered) >= times:
            return None
        answered.append(line)
        return answer

    return answer_to


@contextmanager
def between(port: int, answer_to: Callable[[bytes], bytes | None]) -> Iterator[int]:
    """Pass on what is said to the server at `port`, save where there is an answer: text, or `DROP` to hang up."""
    with socket.create_server((HOST, 0)) as listening:
        Thread(target=_listen, args=(listening, port, answer_to), daemon=True).start()
        yield listening.getsockname()[1]


def _listen(listening: socket.socket, port: int, answer_to: Callable[[bytes], bytes | None]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            server = socket.create_connection((HOST, port))
            Thread(target=_pass_on, args=(server, client), daemon=True).start()
            Thread(target=_speak, args=(client, server, answer_to), daemon=True).start()


def _pass_on(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError), server, client:
        while data := server.recv(1 << 16):
            client.sendall(data)


def _speak(client: socket.socket, server: socket.socket, answer_to: Callable[[bytes], bytes | None]) -> None:
    with suppress(OSError), client.makefile("rb") as lines:
        for line in lines:
            answer = answer_to(line)
            if answer == DROP:
                break
            if answer is None:
                server.sendall(line)
            else:
                client.sendall(line.split()[0] + b" " + answer + b"\r\n")
        server.shutdown(socket.SHUT_RDWR)
