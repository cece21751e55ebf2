"""Asks a game server for its A2S_INFO, as server browsers do."""

import socket
import struct
import sys

REQUEST = b"\xff\xff\xff\xff\x54Source Engine Query\0"
CHALLENGE = b"\xff\xff\xff\xff\x41"
INFO = b"\xff\xff\xff\xff\x49"
SPLIT = b"\xfe\xff\xff\xff"


def query(host, port, timeout=2.0):
    """The server's name, map, game folder, Steam application id, and how many play, bots among them, could, and are bots.

    Raises OSError when it does not answer within `timeout` seconds, ValueError when it answers nonsense.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(timeout)
        peer.connect((host, port))
        peer.send(REQUEST)
        reply = peer.recv(1400)
        if reply.startswith(CHALLENGE):
            peer.send(REQUEST + reply[len(CHALLENGE):])
            reply = peer.recv(1400)
        if reply.startswith(SPLIT):
            parts = sorted((packet[9], packet[12:]) for packet in (reply, peer.recv(1400)))
            reply = b"".join(part for _, part in parts)
    if not reply.startswith(INFO):
        raise ValueError(f"no A2S_INFO answer: {reply!r}")
    name, map_name, folder, _game, rest = reply[len(INFO) + 1:].split(b"\0", 4)
    return {
        "name": name.decode(),
        "map": map_name.decode(),
        "folder": folder.decode(),
        "application": struct.unpack_from("<H", rest)[0],
        "players": rest[2],
        "slots": rest[3],
        "bots": rest[4],
    }


if __name__ == "__main__":
    for key, value in query(sys.argv[1], int(sys.argv[2])).items():
        print(f"{key}: {value}")
