"""Writes every frame of an interface to a file until it is told to end: capture.py INTERFACE FILE. As root."""

import socket
import sys

interface, path = sys.argv[1:]
frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # ETH_P_ALL, packet(7)
frames.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
frames.bind((interface, 0))
print("ready", flush=True)
with open(path, "wb", buffering=0) as file:
    while True:
        file.write(frames.recv(1 << 16))
