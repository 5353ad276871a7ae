"""Interlock's objects for Python: locks, queues, events and numbers that Java and C share by name.

    import interlock
    with interlock.Queue("orders", codec="utf8") as queue, interlock.Lock("till") as till:
        queue.put("tea")
        with till.held() as previous_owner_died:
            ...

A thin layer over libinterlock (interlock.h says what each call promises), by ctypes alone: copy this file. The library
is looked for in the environment variable INTERLOCK_LIBRARY, then as the system does.

Waits take seconds, or None for ever; they run in slices of 100 ms, so that Ctrl-C is heard. Every failure is an Error with
the status as its code; a timeout is TimeoutError, a queue that was shut down ShutDown. A process that was forked (as
multiprocessing does) finds every handle it inherited Forked, and opens the object again. Whoever is killed with a lock
hinders nobody: the next owner is told. Every process is of one user.
"""

import ctypes
import ctypes.util
import os
import re
import struct
import time

LOCK, LONG, QUEUE, EVENT = 1, 2, 3, 5
_OPEN, _FIND = 0, 2
_SLICE = 0.1
_NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")


class Error(Exception):
    """What a call of the library came to, if not to success."""

    def __init__(self, status, what):
        self.code = _library.il_status_code(status)
        self.name = _library.il_status_name(status).decode()
        call, errno = _library.il_status_call(status).decode(), _library.il_status_errno_name(status).decode()
        text = _library.il_status_text(status).decode()
        super().__init__(f"{what}: {text} ({' '.join(word for word in (self.name, call, errno) if word)})")


class ShutDown(Error):
    """The queue was shut down; for takers: and nothing is left in it."""


class Forked(Error):
    """The handle was inherited through fork(): open the object again."""


class _Spec(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_uint32), ("mode", ctypes.c_uint32), ("name", ctypes.c_char_p),
                ("parameter", ctypes.c_int64 * 2), ("codec", ctypes.c_char_p), ("deadline", ctypes.c_int64)]


class _Item(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint64), ("token", ctypes.c_uint64), ("deliveries", ctypes.c_uint32),
                ("reserved", ctypes.c_uint32)]


_status, _object = ctypes.c_int32, ctypes.c_void_p
_deadline, _size = ctypes.c_int64, ctypes.c_uint64

# Result and parameters of each function, as interlock.h has them.
_FUNCTIONS = {
    "il_status_code": (ctypes.c_int, _status),
    "il_status_name": (ctypes.c_char_p, _status),
    "il_status_call": (ctypes.c_char_p, _status),
    "il_status_errno_name": (ctypes.c_char_p, _status),
    "il_status_text": (ctypes.c_char_p, _status),
    "il_deadline_after": (ctypes.c_int64, ctypes.c_int64),
    "il_queue_default_bytes": (ctypes.c_int64,),
    "il_object_open": (_status, ctypes.POINTER(_Spec), ctypes.POINTER(_object), ctypes.c_void_p),
    "il_object_close": (_status, _object),
    "il_object_unlink": (_status, _object),
    "il_name_unlink": (_status, ctypes.c_char_p),
    "il_lock_acquire": (_status, _object, _deadline),
    "il_lock_release": (_status, _object),
    "il_lock_repaired": (_status, _object),
    "il_event_is_set": (_status, _object, ctypes.POINTER(ctypes.c_int)),
    "il_event_set": (_status, _object),
    "il_event_clear": (_status, _object),
    "il_event_await": (_status, _object, _deadline),
    "il_long_get": (_status, _object, ctypes.POINTER(ctypes.c_int64)),
    "il_long_set": (_status, _object, ctypes.c_int64),
    "il_long_add": (_status, _object, ctypes.c_int64, ctypes.POINTER(ctypes.c_int64)),
    "il_queue_put": (_status, _object, ctypes.c_char_p, _size, _deadline),
    "il_queue_take": (_status, _object, ctypes.c_void_p, _size, ctypes.POINTER(_Item), _deadline),
    "il_queue_size": (_status, _object, ctypes.POINTER(ctypes.c_uint32)),
    "il_queue_shutdown": (_status, _object),
}


def _load():
    path = os.environ.get("INTERLOCK_LIBRARY") or ctypes.util.find_library("interlock")
    if path is None:
        raise ImportError("libinterlock was not found: install it (cmake --install), or let INTERLOCK_LIBRARY name it")
    library = ctypes.CDLL(path)
    for name, (result, *parameters) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, parameters
    return library


_library = _load()

# The codes of enum il_code that are more than a failure.
_OK, _OWNER_DIED, _TIMED_OUT, _SHUT_DOWN, _TOO_SMALL, _FORKED, _NOT_FOUND = 0, 1, 4, 5, 6, 11, 12
_WOULD_BLOCK = 2


def _check(status, what):
    code = _library.il_status_code(status)
    if code == _SHUT_DOWN:
        raise ShutDown(status, what)
    if code == _FORKED:
        raise Forked(status, what)
    if code not in (_OK, _OWNER_DIED):
        raise Error(status, what)
    return code


def _wait(call, timeout, what):
    """Calls call(deadline) until it says something else than "not yet": slice by slice, for Python's signal handlers."""
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        left = _SLICE if end is None else max(0.0, min(_SLICE, end - time.monotonic()))
        status = call(_library.il_deadline_after(int(left * 1e9)))
        if _library.il_status_code(status) not in (_TIMED_OUT, _WOULD_BLOCK):
            return status
        if end is not None and time.monotonic() >= end:
            raise TimeoutError(what)


def unlink(name):
    """Removes the name, whatever kind it is. True iff there was one."""
    status = _library.il_name_unlink(name.encode())
    return _library.il_status_code(status) != _NOT_FOUND and _check(status, name) == _OK


class _Shared:
    """A handle of the object of that name, which is made if there is none. Any number of threads may use it, save
    that close() is the last call."""

    def __init__(self, kind, name, parameter=(0, 0), codec=None, find=False):
        if not _NAME.fullmatch(name):
            raise ValueError(f"a name has 1 to 200 characters of A-Z a-z 0-9 . _ -, not: {name!r}")
        self.name = name
        self._handle = None
        spec = _Spec(kind, _FIND if find else _OPEN, name.encode(), (ctypes.c_int64 * 2)(*parameter),
                     codec.encode() if codec else None, _library.il_deadline_after(10 * 10**9))
        handle = _object()
        _check(_library.il_object_open(spec, handle, None), name)
        self._handle = handle

    def _open(self):
        if self._handle is None:
            raise ValueError(f"{self.name} is closed")
        return self._handle

    def unlink(self):
        """Removes the name if it still means this object; the handle goes on working."""
        _check(_library.il_object_unlink(self._open()), self.name)

    def close(self):
        """Gives the handle back; twice: nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            _check(_library.il_object_close(handle), self.name)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class Lock(_Shared):
    """Java's ProcessLock, owned by a thread; here not reentrant. `with lock.held() as previous_owner_died:`"""

    def __init__(self, name, find=False):
        super().__init__(LOCK, name, find=find)

    def acquire(self, timeout=None):
        """True if the previous owner died with it. Whoever repairs what the lock guards says so by repaired(); else the
        next owner is told, too."""
        status = _wait(lambda deadline: _library.il_lock_acquire(self._open(), deadline), timeout, self.name)
        return _check(status, self.name) == _OWNER_DIED

    def repaired(self):
        """What the lock guards is whole again."""
        _check(_library.il_lock_repaired(self._open()), self.name)

    def release(self):
        """By the thread that has it."""
        _check(_library.il_lock_release(self._open()), self.name)

    def held(self, timeout=None):
        """For `with`: acquires, and releases at its end."""
        return _Held(self, timeout)


class _Held:
    def __init__(self, lock, timeout):
        self._lock, self._timeout = lock, timeout

    def __enter__(self):
        return self._lock.acquire(self._timeout)

    def __exit__(self, *unused):
        self._lock.release()


class Event(_Shared):
    """Java's ProcessEvent."""

    def __init__(self, name, find=False):
        super().__init__(EVENT, name, find=find)

    def is_set(self):
        value = ctypes.c_int()
        _check(_library.il_event_is_set(self._open(), value), self.name)
        return value.value != 0

    def set(self):
        _check(_library.il_event_set(self._open()), self.name)

    def clear(self):
        _check(_library.il_event_clear(self._open()), self.name)

    def wait(self, timeout=None):
        """Until it is set; TimeoutError if it is not in time."""
        _check(_wait(lambda deadline: _library.il_event_await(self._open(), deadline), timeout, self.name), self.name)


class Long(_Shared):
    """Java's ProcessLong."""

    def __init__(self, name, initial=0, find=False):
        super().__init__(LONG, name, (initial, 0), find=find)

    def get(self):
        value = ctypes.c_int64()
        _check(_library.il_long_get(self._open(), value), self.name)
        return value.value

    def set(self, value):
        _check(_library.il_long_set(self._open(), value), self.name)

    def add(self, delta):
        """The sum."""
        value = ctypes.c_int64()
        _check(_library.il_long_add(self._open(), delta, value), self.name)
        return value.value


# What Java's codecs of that id make of an item: (to bytes, from bytes).
_CODECS = {
    "bytes": (bytes, bytes),
    "utf8": (str.encode, bytes.decode),
    "i64": (lambda number: struct.pack("<q", number), lambda data: struct.unpack("<q", data)[0]),
}


class Queue(_Shared):
    """Java's ProcessQueue of a codec that both sides have: "bytes", "utf8" (str), "i64" (int)."""

    def __init__(self, name, codec="bytes", capacity=2**31 - 1, max_bytes=None, find=False):
        if codec not in _CODECS:
            raise ValueError(f"codec is one of {', '.join(_CODECS)}, not {codec!r}")
        self._encode, self._decode = _CODECS[codec]
        self._first_size = 4096
        super().__init__(QUEUE, name, (capacity, max_bytes or _library.il_queue_default_bytes()), codec, find)

    def put(self, item, timeout=None):
        """In shared memory once this returns, whoever dies afterwards."""
        data = self._encode(item)
        status = _wait(lambda deadline: _library.il_queue_put(self._open(), data, len(data), deadline), timeout, self.name)
        _check(status, self.name)

    def get(self, timeout=None):
        """The oldest item."""
        item, size = _Item(), self._first_size
        while True:
            buffer = ctypes.create_string_buffer(size)
            status = _wait(lambda deadline: _library.il_queue_take(self._open(), buffer, size, item, deadline),
                           timeout, self.name)
            if _library.il_status_code(status) != _TOO_SMALL:
                _check(status, self.name)
                return self._decode(buffer.raw[:item.length])
            size = item.length  # nothing was taken; another process may take it before we look again

    def qsize(self):
        size = ctypes.c_uint32()
        _check(_library.il_queue_size(self._open(), size), self.name)
        return size.value

    def shutdown(self):
        """For every process: no put succeeds from now on, and get raises ShutDown once nothing is left."""
        _check(_library.il_queue_shutdown(self._open()), self.name)
