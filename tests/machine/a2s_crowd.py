"""Stands in for many servers on one machine, as far as left4me-watch can tell.

    a2s_crowd.py ADDRESS FIRST COUNT DIRECTORY    answers on COUNT ports; not on those that DIRECTORY has a file for
    a2s_crowd.py --flood ADDRESS PORT             sends whoever asks 10,000 packets a second of everything, for 10 s
    a2s_crowd.py --forge ADDRESS PORT UID         sends UID's sockets answers and challenges from ADDRESS and PORT, 20 of
                                                  each a second, for 15 s, without having that address: it has the port at
                                                  another one, and writes the source into its packets
"""

import itertools
import os
import selectors
import socket
import struct
import sys
import time

IP_PKTINFO = 8  # ip(7); Python knows only IPv6's
QUESTION = b"\xff\xff\xff\xffTSource Engine Query\0"
CHALLENGE = b"\xff\xff\xff\xffAabcd"
INFO = b"\xff\xff\xff\xffI\x11crowd\0%s\0left4dead2\0Left 4 Dead 2\0\x26\x02\x03\x08\x01dl\0\x012.2.4.3\0\0"
FLOOD = [INFO % b"flood", CHALLENGE, b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff0001\x04\x01\xe0\x04" + b"x" * 1300,
         b"\xff\xff\xff\xffI" + b"y" * 65000]


def bound(address, port):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, port))
    return udp


def answer_on_many(address, first, count, directory):
    selector = selectors.DefaultSelector()
    for port in range(first, first + count):
        selector.register(bound(address, port), selectors.EVENT_READ, os.path.join(directory, str(port)))
    while True:
        for key, _ in selector.select():
            packet, asker = key.fileobj.recvfrom(2048)
            if not os.path.exists(key.data):
                key.fileobj.sendto(INFO % b"c1m1_hotel" if packet == QUESTION + CHALLENGE[5:] else CHALLENGE, asker)


def flood(address, port):
    udp = bound(address, port)
    stranger = bound(address, 0)
    _, asker = udp.recvfrom(2048)
    began = time.monotonic()
    packets = itertools.cycle(FLOOD)
    sent = 0
    while (elapsed := time.monotonic() - began) < 10:
        while sent < elapsed * 10_000:
            (stranger if sent % 7 == 0 else udp).sendto(next(packets), asker)
            sent += 1
        time.sleep(0.001)
    print(sent)


def sockets_of(uid):
    with open("/proc/self/net/udp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return [int(row[1].rpartition(":")[2], 16) for row in rows if row[7] == uid]


def forge(address, port, uid):
    udp = bound("127.0.0.9", port)
    source = struct.pack("=I4s4s", 0, socket.inet_aton(address), bytes(4))  # struct in_pktinfo
    ends = time.monotonic() + 15
    sent = 0
    while time.monotonic() < ends:
        for asker in sockets_of(uid):
            for packet in (INFO % b"forged", b"\xff\xff\xff\xffAevil"):
                udp.sendmsg([packet], [(socket.IPPROTO_IP, IP_PKTINFO, source)], 0, (address, asker))
                sent += 1
        time.sleep(0.05)
    print(sent)


if __name__ == "__main__":
    if sys.argv[1] == "--flood":
        flood(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1] == "--forge":
        forge(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        answer_on_many(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
