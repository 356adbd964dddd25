"""Runs a command where there is no network but loopback, as Livy's tests need it.

Standard library only. If the system does not allow that, the command runs as it is, and its
tests say why they were skipped. Must not know: what the command does.

    python tests/livy/alone.py COMMAND ARGUMENT ...
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

#: From linux/sched.h, linux/sockios.h and linux/if.h.
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def leave() -> None:
    """Leaves this process's network for an empty one. Raises OSError if that is not allowed."""
    uid, gid = os.getuid(), os.getgid()
    flags = CLONE_NEWNET | (0 if uid == 0 else CLONE_NEWUSER)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if flags & CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))


if __name__ == "__main__":
    try:
        leave()
    except (OSError, AttributeError) as error:
        sys.stderr.write(f"No network of its own: {error}\n")
    os.execvp(sys.argv[1], sys.argv[1:])
