// boost-peer NAME: Boost.Interprocess, driven as bench-peer is (orders.h).

#include "orders.h"

#include <boost/interprocess/ipc/message_queue.hpp>
#include <boost/interprocess/sync/named_mutex.hpp>
#include <cstring>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace ipc = boost::interprocess;

namespace {

constexpr std::size_t kItem = 64;

void mutex_pair(const std::string &name) {
    ipc::named_mutex mutex(ipc::create_only, name.c_str());
    ipc::named_mutex::remove(name.c_str());
    for (;;) {
        order order = next_order();
        wait_until(order.start);
        outcome outcome{now(), 0, order.amount, 0};
        for (std::int64_t i = 0; i < order.amount; i++) {
            mutex.lock();
            outcome.checksum++;
            mutex.unlock();
        }
        outcome.end = now();
        answer(&outcome, nullptr, 0);
    }
}

void queue_transfer(const std::string &name) {
    ipc::message_queue queue(ipc::create_only, name.c_str(), 1000, kItem);
    ipc::message_queue::remove(name.c_str());
    for (;;) {
        order order = next_order();
        char item[kItem] = {};
        pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0) {
            wait_until(order.start);
            for (std::int64_t i = 0; i < order.amount; i++) {
                std::memcpy(item, &i, sizeof i);
                queue.send(item, sizeof item, 0);
            }
            _exit(0);
        }
        outcome outcome{order.start, 0, order.amount, 0};
        for (std::int64_t i = 0; i < order.amount; i++) {
            ipc::message_queue::size_type size = 0;
            unsigned priority = 0;
            queue.receive(item, sizeof item, size, priority);
            std::int64_t arrived;
            std::memcpy(&arrived, item, sizeof arrived);
            outcome.checksum += arrived;
        }
        outcome.end = now();
        must(wait(nullptr) == child, "wait");
        answer(&outcome, nullptr, 0);
    }
}

} // namespace

int main(int count, char **arguments) {
    std::string peer = count > 1 ? arguments[1] : "";
    std::string name = "interlock-bench-boost-" + std::to_string(getpid());
    if (peer == "mutex") {
        mutex_pair(name);
    } else if (peer == "queue") {
        queue_transfer(name);
    }
    return 1;
}
