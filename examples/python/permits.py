"""Permits that C, Python and Java share, in plain POSIX: a ProcessSemaphore "NAME" is the semaphore that
sem_open("/NAME") gives to any program. Nothing of Interlock is needed here. permits.c is the same program.

    python3 permits.py take NAME        takes a permit, and keeps it until a line comes on standard input
    python3 permits.py give NAME        gives one back

Nobody owns a permit: whoever is killed while it waits harms nobody, but what a killed holder had is lost until somebody
gives it in its place. (A PermitPool's comes back by itself.)
"""

import ctypes
import os
import sys

posix = ctypes.CDLL(None, use_errno=True)  # the C library; before glibc 2.34 libpthread.so.0 has them
posix.sem_open.restype = ctypes.c_void_p
posix.sem_open.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_uint]
for function in (posix.sem_wait, posix.sem_post):
    function.argtypes = [ctypes.c_void_p]


def check(succeeded, what):
    if not succeeded:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in ("take", "give"):
        sys.exit("usage: permits.py take|give NAME")
    sys.stdout.reconfigure(line_buffering=True)
    name = "/" + arguments[1]
    semaphore = posix.sem_open(name.encode(), os.O_CREAT, 0o600, 1)
    check(semaphore is not None, name)
    if arguments[0] == "take":
        print("waits")
        check(posix.sem_wait(semaphore) == 0, "sem_wait")
        print("took")
        sys.stdin.readline()
    check(posix.sem_post(semaphore) == 0, "sem_post")
    print("gave")


if __name__ == "__main__":
    main(sys.argv[1:])
