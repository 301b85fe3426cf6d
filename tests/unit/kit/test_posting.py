"""Posts to a real receiver: the whole of it has a deadline, and nothing but the judged address is dialled."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from crosswind.kit.errors import Invalid
from crosswind.kit.outbound import AddressForbidden, OutboundGuard
from crosswind.kit.posting import PostFailed, Url, post

Answer = Callable[[socket.socket], None]


class Odd:
    """A receiver that answers by hand."""

    def __init__(self, answer: Answer) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.guard = OutboundGuard([f"127.0.0.1:{self.port}"], private=False)
        Thread(target=self._serve, args=(answer,), daemon=True).start()

    def _serve(self, answer: Answer) -> None:
        link, _ = self._listening.accept()
        with link:
            link.recv(65536)
            answer(link)

    def post(self, seconds: float = 1.0, host: str = "127.0.0.1", guard: OutboundGuard | None = None) -> int:
        return post(Url.parse(f"http://{host}:{self.port}/hook?a=b"), b"{}", {}, guard or self.guard, seconds)

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def receiver() -> Iterator[Callable[[Answer], Odd]]:
    made: list[Odd] = []

    def make(answer: Answer) -> Odd:
        made.append(Odd(answer))
        return made[-1]

    yield make
    for each in made:
        each.close()


def drip(link: socket.socket) -> None:
    """A byte of a header every tenth of a second: each read is quick, the whole never ends."""
    try:
        for each in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
            link.sendall(bytes([each]))
            time.sleep(0.1)
    except OSError:
        pass


def test_an_answer_that_drips_is_cut_at_the_deadline(receiver: Callable[[Answer], Odd]) -> None:
    begun = time.monotonic()
    with pytest.raises(PostFailed, match="within 1 s"):
        receiver(drip).post()
    assert time.monotonic() - begun < 50


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200\x00OK\r\n" + b"x" * 100_000])
def test_what_is_no_answer_is_a_failure(receiver: Callable[[Answer], Odd], answer: bytes) -> None:
    with pytest.raises(PostFailed):
        receiver(lambda link: link.sendall(answer)).post()


def test_a_body_without_end_is_not_read(receiver: Callable[[Answer], Odd]) -> None:
    assert receiver(lambda link: link.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 50_000)).post() == 200


def test_the_name_is_judged_by_what_it_resolves_to(receiver: Callable[[Answer], Odd]) -> None:
    odd = receiver(lambda link: link.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"))
    inside = OutboundGuard(private=False, lookup=lambda _host, _port: ["127.0.0.1"])
    with pytest.raises(AddressForbidden):
        odd.post(host="hooks.example.com", guard=inside)


def test_a_port_that_nobody_listens_on_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(PostFailed):
        post(Url.parse(f"http://127.0.0.1:{port}/"), b"", {}, OutboundGuard([f"127.0.0.1:{port}"]), 1)


@pytest.mark.parametrize(
    "text", ["", "hook", "https:///x", "https://a b/", "https://a/\nb", "https://[::1", "file:///etc"]
)
def test_what_is_no_address_of_a_receiver_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Url.parse(text)
