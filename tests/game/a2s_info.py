"""Asks a game server for its A2S_INFO, as server browsers do."""

import socket
import struct
import sys

REQUEST = b"\xff\xff\xff\xff\x54Source Engine Query\0"
CHALLENGE = b"\xff\xff\xff\xff\x41"
INFO = b"\xff\xff\xff\xff\x49"


def query(host, port, timeout=2.0):
    """The server's name, map, game folder and Steam application id.

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
    if not reply.startswith(INFO):
        raise ValueError(f"no A2S_INFO answer: {reply!r}")
    name, map_name, folder, _game, rest = reply[len(INFO) + 1:].split(b"\0", 4)
    return {
        "name": name.decode(),
        "map": map_name.decode(),
        "folder": folder.decode(),
        "application": struct.unpack_from("<H", rest)[0],
    }


if __name__ == "__main__":
    for key, value in query(sys.argv[1], int(sys.argv[2])).items():
        print(f"{key}: {value}")
