"""peers.py NAME [NUMBER...]: what Python's multiprocessing does, driven as native/bench/orders.h says.

Loops as a Python programmer writes them: local names, no other tricks.
"""

import multiprocessing as mp
import os
import sys
import time

now = time.monotonic_ns


def wait_until(moment):
    left = moment - now()
    if left > 0:
        time.sleep(left / 1e9)


def orders():
    for line in sys.stdin:
        amount, start = map(int, line.split())
        yield amount, start


def answer(start, end, operations, checksum, extras=()):
    print(start, end, operations, checksum, *extras, flush=True)


def lock():
    lock = mp.Lock()
    for amount, start in orders():
        done = 0
        wait_until(start)
        begin = now()
        for _ in range(amount):
            with lock:
                done += 1
        answer(begin, now(), amount, done)


def semaphore():
    semaphore = mp.Semaphore(1)
    for amount, start in orders():
        done = 0
        wait_until(start)
        begin = now()
        for _ in range(amount):
            semaphore.acquire()
            done += 1
            semaphore.release()
        answer(begin, now(), amount, done)


def event_is_set():
    event = mp.Event()
    event.set()
    for amount, start in orders():
        done = 0
        wait_until(start)
        begin = now()
        for _ in range(amount):
            if event.is_set():
                done += 1
        answer(begin, now(), amount, done)


def event_set():
    event = mp.Event()
    event.set()
    for amount, start in orders():
        done = 0
        wait_until(start)
        begin = now()
        for _ in range(amount):
            event.set()
            done += 1
        answer(begin, now(), amount, done)


ITEM = 64


def item_of(i, size):
    return i.to_bytes(8, "little") + bytes(size - 8)


def send(queue, amount, start, size):
    rest = bytes(size - 8)
    put = queue.put
    wait_until(start)
    for i in range(amount):
        put(i.to_bytes(8, "little") + rest)
    if hasattr(queue, "close") and hasattr(queue, "join_thread"):
        queue.close()
        queue.join_thread()


def receive(queue, results):
    count = total = last = 0
    get = queue.get
    finish = getattr(queue, "task_done", None)
    while True:
        item = get()
        if item is None:
            break
        total += int.from_bytes(item[:8], "little")
        if finish:
            finish()
        count += 1
        last = now()
    results.put((count, total, last))


def queue(kind, senders, receivers, capacity, size):
    """Each round with processes of its own (fork): Queue's feeder thread is only flushed by close()."""
    context = mp.get_context("fork")
    for amount, start in orders():
        queue = context.SimpleQueue() if kind == "SimpleQueue" else getattr(context, kind)(capacity)
        results = context.SimpleQueue()
        start = max(start, now()) + 20_000_000  # for the processes to be there
        takers = [context.Process(target=receive, args=(queue, results)) for _ in range(receivers)]
        givers = [context.Process(target=send, args=(queue, amount, start, size)) for _ in range(senders)]
        for process in takers + givers:
            process.start()
        for process in givers:
            process.join()
        for _ in takers:
            queue.put(None)
        got = [results.get() for _ in takers]
        for process in takers:
            process.join()
        checksum = sum(total for _, total, _ in got)
        answer(start, max(last for _, _, last in got), sum(count for count, _, _ in got), checksum)
        queue.close()
        results.close()


def queue_transfer(kind, senders, receivers, capacity, size=ITEM):
    queue(kind, int(senders), int(receivers), int(capacity), int(size))


def report(path):
    moment = now()
    with open(path, "w") as file:
        file.write(str(moment))


def child(method, path):
    """From start() to the first line of the child's target; extras: nanoseconds for each child."""
    context = mp.get_context(method)
    if method == "forkserver":
        context.Process(target=report, args=(path,)).start()  # the server itself
        time.sleep(0.5)
    for amount, start in orders():
        wait_until(start)
        begin = now()
        latencies = []
        for _ in range(amount):
            process = context.Process(target=report, args=(path,))
            started = now()
            process.start()
            process.join()
            with open(path) as file:
                latencies.append(int(file.read()) - started)
        os.unlink(path)
        answer(begin, now(), amount, len(latencies), latencies)


PEERS = {
    "lock": lock,
    "semaphore": semaphore,
    "event-is-set": event_is_set,
    "event-set": event_set,
    "queue": queue_transfer,
    "child": child,
}

if __name__ == "__main__":
    try:
        PEERS[sys.argv[1]](*sys.argv[2:])
    except KeyboardInterrupt:
        pass
