"""The module interlock.py: python3 -m unittest, with INTERLOCK_LIBRARY set. Other languages: ExamplesTest."""

import os
import signal
import threading
import unittest

import interlock


def in_fork(work):
    """Runs work in a forked process; what it returned, or -signal."""
    pid = os.fork()
    if pid == 0:
        status = 99
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Interlock(unittest.TestCase):
    count = 0

    def name(self):
        Interlock.count += 1
        name = f"python-{os.getpid()}-{Interlock.count}"
        self.addCleanup(interlock.unlink, name)
        return name

    def test_items_of_each_codec_come_back_as_they_were(self):
        items = {"bytes": [b"", b"\0\xff", b"x" * 100_000], "utf8": ["", "tea", "包子" * 30_000], "i64": [0, -1, 2**62]}
        for codec, values in items.items():
            with self.subTest(codec), interlock.Queue(self.name(), codec) as queue:
                for value in values:
                    queue.put(value)
                self.assertEqual(queue.qsize(), len(values))
                self.assertEqual([queue.get() for _ in values], values)

    def test_what_cannot_be_a_name_or_a_codec_is_refused_with_the_rule(self):
        for name in ("", "a/b", "a" * 201, "naïve"):
            self.assertRaisesRegex(ValueError, "1 to 200 characters", interlock.Lock, name)
        self.assertRaisesRegex(ValueError, "bytes, utf8, i64", interlock.Queue, self.name(), "latin1")

    def test_waiting_ends_in_time(self):
        name = self.name()
        with interlock.Queue(name, capacity=1) as queue:
            self.assertRaises(TimeoutError, queue.get, 0)
            self.assertRaises(TimeoutError, queue.get, 0.15)
            queue.put(b"full")
            self.assertRaises(TimeoutError, queue.put, b"more", 0.01)
        with interlock.Event(self.name()) as event:
            self.assertRaises(TimeoutError, event.wait, 0.01)
            event.set()
            event.wait()
            self.assertTrue(event.is_set())
            event.clear()
            self.assertFalse(event.is_set())

    def test_a_thread_that_waits_gets_what_another_puts(self):
        with interlock.Queue(self.name(), "i64") as queue:
            got = []
            thread = threading.Thread(target=lambda: got.append(queue.get()))
            thread.start()
            queue.put(42)
            thread.join()
            self.assertEqual(got, [42])

    def test_a_queue_is_shut_down_for_everybody(self):
        name = self.name()
        with interlock.Queue(name) as queue, interlock.Queue(name, find=True) as other:
            queue.put(b"last")
            other.shutdown()
            self.assertRaises(interlock.ShutDown, queue.put, b"too late")
            self.assertEqual(queue.get(), b"last")
            self.assertRaises(interlock.ShutDown, queue.get)

    def test_the_next_owner_of_a_lock_is_told_of_a_death(self):
        name = self.name()

        def die_with_it():
            interlock.Lock(name).acquire()
            os.kill(os.getpid(), signal.SIGKILL)

        self.assertEqual(in_fork(die_with_it), -signal.SIGKILL)
        with interlock.Lock(name) as lock:
            with lock.held() as previous_owner_died:
                self.assertTrue(previous_owner_died)
            with lock.held() as previous_owner_died:  # nobody has said that it is repaired
                self.assertTrue(previous_owner_died)
                lock.repaired()
            with lock.held() as previous_owner_died:
                self.assertFalse(previous_owner_died)
            self.assertRaises(interlock.Error, lock.release)

    def test_an_inherited_handle_is_forked_and_opened_again(self):
        queue, lock, event = interlock.Queue(self.name(), "i64"), interlock.Lock(self.name()), interlock.Event(self.name())
        number = interlock.Long(self.name(), 5)
        lock.acquire()

        def child():
            for use in (queue.get, lambda: queue.put(1), queue.qsize, queue.shutdown, lock.acquire, lock.release,
                        event.set, event.wait, event.is_set, number.get):
                try:
                    use()
                    return 1
                except interlock.Forked as e:
                    if "IL_FORKED" not in str(e):
                        return 2
            queue.close()  # its parent's is not touched
            with interlock.Queue(queue.name, "i64", find=True) as own:
                own.put(7)
            try:
                interlock.Lock(lock.name, find=True).acquire(timeout=0)
                return 3
            except TimeoutError:
                return 42

        self.assertEqual(in_fork(child), 42)
        self.assertEqual(queue.get(), 7)
        self.assertEqual(number.add(2), 7)
        lock.release()
        for shared in (queue, lock, event, number):
            shared.close()

    def test_a_mistake_is_told_and_leaves_nothing(self):
        name = self.name()
        self.assertRaisesRegex(interlock.Error, "there is none.*IL_NOT_FOUND", interlock.Lock, name, find=True)
        with interlock.Queue(name, "utf8", capacity=3):
            self.assertRaisesRegex(interlock.Error, "IL_INCOMPATIBLE", interlock.Lock, name)
            self.assertRaisesRegex(interlock.Error, "IL_INCOMPATIBLE", interlock.Queue, name, "bytes", 3)
            self.assertRaisesRegex(interlock.Error, "IL_INVALID", interlock.Queue, self.name(), capacity=0)
        lock = interlock.Lock(self.name())
        lock.close()
        lock.close()
        self.assertRaisesRegex(ValueError, "is closed", lock.acquire)
        self.assertFalse(interlock.unlink("python-no-such-name"))


if __name__ == "__main__":
    unittest.main()
