"""The experiments of scripts/compare-python on Python's multiprocessing, and the table of both.

compare_python.py NAME                       does one experiment, prints what happened
compare_python.py --rounds N JAVA_COMMAND... does all, on both sides, and prints the table

The experiments are those of org.interlock.labs.DeathExperiments, step by step. The children report
in plain shared integers, which the process that watches polls: so nothing that a death may block is
needed to see that something was blocked.
"""

import collections
import concurrent.futures
import multiprocessing as mp
import os
import platform
import random
import signal
import subprocess
import sys
import threading
import time

PATIENCE = 5.0
SETTLE = 0.3  # for a process that has said what it will do next to be blocked in it
STARTING = 30.0
LARGE = 4 << 20
HANGS = "hangs"
WATCHDOG = 60  # for one experiment: more than all its waits together
AT_ONCE = 6
MARK = "INTERLOCK_COMPARE"


class Number:
    """An integer in shared memory. The lock is never held by a process that is killed then."""

    def __init__(self):
        self.value = mp.Value("i", 0)

    def get(self):
        return self.value.get_obj().value

    def add(self):
        with self.value.get_lock():
            self.value.get_obj().value += 1

    def reaches(self, wanted, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while self.get() < wanted:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.001)
        return True

    def wait(self, wanted):
        if not self.reaches(wanted, STARTING):
            sys.exit("the children do not start")


def start(work):
    process = mp.Process(target=work, daemon=True)
    process.start()
    return process


def kill(process):
    process.kill()
    process.join()


def lock():
    lock, stage = mp.Lock(), Number()

    def hold():
        lock.acquire()
        stage.add()
        signal.pause()

    def wait():
        stage.add()
        with lock:
            stage.add()

    holder = start(hold)
    stage.wait(1)
    start(wait)
    stage.wait(2)
    time.sleep(SETTLE)
    kill(holder)
    return "gets it, and is not told" if stage.reaches(3) else HANGS


def condition():
    condition, waiting, woken, returned = mp.Condition(), Number(), Number(), Number()

    def wait():
        with condition:
            waiting.add()
            condition.wait()
        woken.add()

    def notify():
        with condition:
            condition.notify_all()
            returned.add()

    victim, _, _ = start(wait), start(wait), start(wait)
    waiting.wait(3)
    time.sleep(SETTLE)
    kill(victim)
    start(notify)
    returns = returned.reaches(1)
    if returns:
        woken.reaches(2)
    return f"{'returns' if returns else HANGS}, {woken.get()} of 2 wake"


def event():
    event, waiting, woken, returned = mp.Event(), Number(), Number(), Number()

    def wait():
        waiting.add()
        event.wait()
        woken.add()

    def set_it():
        event.set()
        returned.add()

    victim, _ = start(wait), start(wait)
    waiting.wait(2)
    time.sleep(SETTLE)
    kill(victim)
    start(set_it)
    returns = returned.reaches(1)
    if returns:
        woken.reaches(1)
    return f"{'returns' if returns else HANGS}, {woken.get()} of 1 wakes"


def barrier():
    barrier, waiting, through, told = mp.Barrier(3), Number(), Number(), Number()

    def come():
        waiting.add()
        try:
            barrier.wait()
            through.add()
        except threading.BrokenBarrierError:
            told.add()

    victim, _ = start(come), start(come)
    waiting.wait(2)
    time.sleep(SETTLE)
    kill(victim)
    start(come)
    if told.reaches(2):
        return "2 of 2 are told"
    return f"hangs, {told.get()} of 2 are told, {through.get()} pass"


def get():
    queue, waiting, got = mp.Queue(4), Number(), Number()

    def take():
        waiting.add()
        queue.get()
        got.add()

    victim = start(take)
    waiting.wait(1)
    time.sleep(SETTLE)
    start(take)
    waiting.wait(2)
    time.sleep(SETTLE)
    kill(victim)
    queue.put(bytes(1))
    return "another gets it" if got.reaches(1) else HANGS


def put_for_ever(queue):
    value = 0
    while True:
        queue.put(bytes([value % 256]) * LARGE)
        value += 1


def take_for_ever(queue, got, last, broken):
    while True:
        try:
            item = queue.get()
        except Exception:  # what unpickling damaged bytes raises may be anything
            broken.add()
            continue
        if len(item) == 1:
            last.add()
        elif item != item[:1] * LARGE:
            broken.add()
        got.add()


def verdict(goes_on, broken):
    return "damaged items" if broken.get() else "others go on, items whole" if goes_on else HANGS


def kill_at_a_random_moment(process):
    time.sleep(random.uniform(0, 0.05))
    kill(process)


def inside_put():
    queue, got, last, broken = mp.Queue(4), Number(), Number(), Number()
    victim = start(lambda: put_for_ever(queue))
    start(lambda: take_for_ever(queue, got, last, broken))
    got.wait(3)
    kill_at_a_random_moment(victim)

    def put_one():
        queue.put(bytes(1))

    start(put_one)
    return verdict(last.reaches(1), broken)


def inside_get():
    queue, got, then, last, broken = mp.Queue(4), Number(), Number(), Number(), Number()
    start(lambda: put_for_ever(queue))
    victim = start(lambda: take_for_ever(queue, got, last, broken))
    got.wait(3)
    kill_at_a_random_moment(victim)
    start(lambda: take_for_ever(queue, then, last, broken))
    return verdict(then.reaches(5), broken)


def parent():
    child = Number()

    def be_parent():
        def be_child():
            child.value.get_obj().value = os.getpid()
            signal.pause()

        start(be_child)
        signal.pause()

    process = mp.Process(target=be_parent)
    process.start()
    child.wait(1)
    kill(process)
    deadline = time.monotonic() + PATIENCE
    while is_alive(child.get()):
        if time.monotonic() > deadline:
            return "survives"
        time.sleep(0.001)
    return "ends, too"


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


EXPERIMENTS = {
    "lock": (lock, "the holder of a lock: does the next waiter get it?"),
    "condition": (condition, "a waiter of a condition: does notify_all / signalAll return?"),
    "event": (event, "a waiter of an event: does set return?"),
    "barrier": (barrier, "a party that waits at a barrier: are the others told?"),
    "get": (get, "a process blocked in a queue's get / take: do others get items?"),
    "inside-put": (inside_put, "a process busy putting into a queue: do others go on?"),
    "inside-get": (inside_get, "a process busy taking from a queue: do others go on?"),
    "parent": (parent, "the parent of a daemon child: does the child end?"),
}


def processes_with(mark):
    """Those that this comparison started, and all they started: they inherit the mark."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark.encode() in file.read().split(b"\0"):
                    yield int(pid)
        except OSError:
            pass  # it ended, or is not ours to read


def kill_all_with(mark):
    deadline = time.monotonic() + 10
    while left := list(processes_with(mark)):
        if time.monotonic() > deadline:
            sys.exit(f"processes are left: {left}")
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.02)


def outcome(command):
    """What an experiment says, in processes of its own; nothing of it is left afterwards."""
    token = f"{os.getpid()}-{random.getrandbits(64):x}"
    experiment = subprocess.Popen(
        command,
        env={**os.environ, MARK: token},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = experiment.stdout.readline
    watchdog = threading.Timer(WATCHDOG, experiment.kill)
    watchdog.start()
    try:
        answer = said().strip()
        if not answer:
            experiment.kill()
            kill_all_with(f"{MARK}={token}")
            sys.exit(f"{' '.join(command[-2:])}: no answer\n{experiment.stderr.read()}")
        return answer
    finally:
        watchdog.cancel()
        # Interlock's own end leaves no name behind; only what is still there after that is killed.
        try:
            experiment.wait(0 if command[0] == sys.executable else 10)
        except subprocess.TimeoutExpired:
            pass
        kill_all_with(f"{MARK}={token}")
        experiment.wait()
        experiment.stdout.close()
        experiment.stderr.close()


def summary(outcomes):
    counts = collections.Counter(outcomes).most_common()
    return "; ".join(f"{what} ({count} of {len(outcomes)})" for what, count in counts)


def compare(rounds, java):
    sides = {
        "Python": [sys.executable, os.path.abspath(__file__)],
        "Interlock": [*java, "death-experiment"],
    }
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        tables = {
            (name, side): [pool.submit(outcome, [*command, name]) for _ in range(rounds)]
            for name in EXPERIMENTS
            for side, command in sides.items()
        }
        python = f"Python {platform.python_version()}"
        print(f"| killed with SIGKILL | {python} `multiprocessing` | Interlock |", flush=True)
        print("|---|---|---|", flush=True)
        for name, (_, question) in EXPERIMENTS.items():
            cells = [
                summary([future.result() for future in tables[name, side]]) for side in sides
            ]
            print(f"| {question} | {' | '.join(cells)} |", flush=True)


def main(arguments):
    if len(arguments) == 1 and arguments[0] in EXPERIMENTS:
        print(EXPERIMENTS[arguments[0]][0](), flush=True)
        os._exit(0)  # at its normal end Python would wait for children that hang
    elif len(arguments) > 2 and arguments[0] == "--rounds":
        compare(int(arguments[1]), arguments[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
