"""Which addresses Crosswind may dial: a name is resolved once, judged, and that very address is dialled.

Loopback, this machine's own addresses, link-local, metadata services, multicast, reserved ranges and the store's own
address are refused unless an administrator allows them as `host:port`. Private ranges are open to connections and
closed to webhooks (`private=False`).
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crosswind.kit.errors import CrosswindError, Invalid, Unavailable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_METADATA = frozenset(
    ipaddress.ip_address(each)
    for each in ("169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class BadAddress(Invalid):
    """The host is neither a DNS name nor an IP literal, or the port is none."""


class AddressForbidden(BadAddress):
    """The address is one that Crosswind may not dial."""


class AddressUnknown(CrosswindError):
    """The name has no address."""


class ResolverSilent(Unavailable):
    """The resolver did not answer in time."""


@dataclass(frozen=True)
class Target:
    """Where to dial: `host` for certificates and messages, `addresses` to connect to, in this order."""

    host: str
    port: int
    addresses: tuple[str, ...]


def normal_host(host: object) -> str:
    """Return a DNS name or IP literal in its plain form, or raise BadAddress: no path, list, `@` or empty text."""
    if not isinstance(host, str) or not host.strip():
        raise BadAddress("A host is needed: a DNS name or an IP address.", field="host")
    text = host.strip().lower()
    literal = _literal(text[1:-1] if text.startswith("[") and text.endswith("]") else text)
    if literal is not None:
        return str(literal)
    name = text.removesuffix(".")
    labels = name.split(".")
    if (
        len(name) > 253
        or not all(_LABEL.fullmatch(each) for each in labels)
        or labels[-1].isdigit()
        or _hex(labels[-1])
    ):
        raise BadAddress("The host is neither a DNS name nor an IP address.", field="host")
    return name


def _literal(text: str) -> IPAddress | None:
    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def _hex(label: str) -> bool:
    """Recognise the C library's other spellings of an IPv4 address, such as 0x7f000001."""
    return re.fullmatch(r"0x[0-9a-f]*", label) is not None


def _innermost(address: IPAddress) -> IPAddress:
    """Return the IPv4 address inside a mapped, NAT64, 6to4 or Teredo address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _of_this_machine(address: IPAddress) -> bool:
    """Say whether the address is an interface's of this machine: only those can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def _lookup(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _split(entry: str) -> tuple[str, int]:
    host, _, port = entry.strip().rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise BadAddress(f"'{entry}' is not host:port.", field="allowed_addresses")
    return normal_host(host), int(port)


class OutboundGuard:
    """Judges addresses; `allowed` and `own` hold `host:port`, `own` being the store's."""

    def __init__(
        self,
        allowed: Iterable[str] = (),
        own: Iterable[str] = (),
        *,
        private: bool = True,
        lookup: Callable[[str, int], list[str]] = _lookup,
    ) -> None:
        self._allowed = frozenset(_split(each) for each in allowed if each.strip())
        self._own = frozenset(_split(each) for each in own if each.strip())
        self._private = private
        self._lookup = lookup

    def check(self, host: str, port: int) -> None:
        """Raise BadAddress for what is refused by its look; what a name stands for is judged when it is dialled."""
        name = normal_host(host)
        if _literal(name) is not None or name == "localhost" or name.endswith(".localhost"):
            self.resolve(name, port)

    def resolve(self, host: str, port: int, seconds: float = 10.0) -> Target:
        """Return the permitted addresses of a host, or raise BadAddress, AddressUnknown or ResolverSilent."""
        name = normal_host(host)
        if not 0 < port < 65536:
            raise BadAddress("A port is a number from 1 to 65535.", field="port")
        literal = _literal(name)
        found = [str(literal)] if literal is not None else self._ask(name, port, seconds)
        kept = tuple(each for each in found if self._permits(name, each, port, seconds))
        if not kept:
            raise AddressForbidden(
                f"Crosswind may not dial {name}:{port}. "
                "An administrator can allow it in the setting allowed_addresses of [crosswind].",
                field="host",
            )
        return Target(name, port, kept)

    def _ask(self, name: str, port: int, seconds: float) -> list[str]:
        """Resolve in a thread of its own, because the C library has no time limit that a caller can set."""
        answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
        threading.Thread(target=self._answer, args=(name, port, answers), daemon=True, name="resolve").start()
        try:
            answer = answers.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            raise ResolverSilent(f"The name {name} was not resolved in time.", field="host") from None
        if isinstance(answer, OSError) or not answer:
            raise AddressUnknown(f"The name {name} has no address.", field="host")
        return answer

    def _answer(self, name: str, port: int, answers: queue.SimpleQueue[list[str] | OSError]) -> None:
        try:
            answers.put(self._lookup(name, port))
        except (OSError, UnicodeError) as error:
            answers.put(OSError(str(error)))

    def _permits(self, name: str, found: str, port: int, seconds: float) -> bool:
        given = ipaddress.ip_address(found.partition("%")[0])
        if {(name, port), (str(given), port)} & self._allowed:
            return True
        address = _innermost(given)
        if any(_closed(each, self._private) for each in (given, address)) or _of_this_machine(address):
            return False
        return not self._is_store(name, address, port, seconds)

    def _is_store(self, name: str, address: IPAddress, port: int, seconds: float) -> bool:
        for host, own_port in self._own:
            if own_port == port and (name == host or str(address) in self._known(host, port, seconds)):
                return True
        return False

    def _known(self, host: str, port: int, seconds: float) -> list[str]:
        literal = _literal(host)
        if literal is not None:
            return [str(literal)]
        try:
            return self._ask(host, port, seconds)
        except AddressUnknown:
            return []


def _closed(address: IPAddress, private: bool) -> bool:
    never = (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
        or address in _METADATA
    )
    if never or (address.is_reserved and address not in _NAT64):
        return True
    return address.is_private and not private
