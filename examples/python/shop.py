"""A shop of several processes, in Python. shop.c and Shop.java are the same program; any mixture of the three works.

    INTERLOCK_LIBRARY=.../libinterlock.so python3 shop.py kitchen demo

An event is the door, a queue takes orders to the kitchen and another one bills back, and a lock guards the till, whose
counter is read and written in two steps. Kill any of them (kill -9) at any time: the others go on, and whoever takes
the lock after a dead owner is told.
"""

import signal
import sys

import interlock


class Shop:
    def __init__(self, name):
        self.name = name

    def door(self):
        return interlock.Event(f"{self.name}-door")

    def till(self):
        return interlock.Lock(f"{self.name}-till")

    def queue(self, part):
        return interlock.Queue(f"{self.name}-{part}", codec="utf8", capacity=100)

    @staticmethod
    def take(till):
        if till.acquire():
            print("whoever had the till died")
            till.repaired()

    def open(self):
        with self.door() as door:
            door.set()
            print("the shop is open")

    def customer(self, count):
        with self.door() as door, self.till() as till, interlock.Long(f"{self.name}-number") as number, \
                self.queue("orders") as orders, self.queue("bills") as bills:
            print("a customer waits")
            door.wait()
            for _ in range(count):
                self.take(till)
                mine = number.get() + 1
                number.set(mine)
                till.release()
                orders.put(f"order {mine}")
                print("paid the", bills.get())

    def kitchen(self):
        with self.queue("orders") as orders, self.queue("bills") as bills:
            print("the kitchen waits")
            try:
                while True:
                    order = orders.get()
                    print("cooked", order)
                    bills.put(f"bill of {order}")
            except interlock.ShutDown:
                print("the kitchen is closed")

    def hold(self):
        """Until it is killed: to see what the next one is told."""
        self.take(self.till())
        print("has the till")
        signal.pause()

    def close(self):
        with self.queue("orders") as orders:
            orders.shutdown()
            print("no more orders")

    def tidy(self):
        parts = ("door", "till", "number", "orders", "bills")
        print("tidied", sum(interlock.unlink(f"{self.name}-{part}") for part in parts), "away")


def main(arguments):
    if (len(arguments) < 2 or arguments[0] not in ("open", "customer", "kitchen", "hold", "close", "tidy")
            or not all(count.isdecimal() for count in arguments[2:])):
        sys.exit("usage: shop.py open|customer|kitchen|hold|close|tidy NAME [COUNT]")
    sys.stdout.reconfigure(line_buffering=True)
    role = getattr(Shop(arguments[1]), arguments[0])
    if arguments[0] == "customer":
        role(int(arguments[2]) if len(arguments) > 2 else 1)
    else:
        role()


if __name__ == "__main__":
    main(sys.argv[1:])
