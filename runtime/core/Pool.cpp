#include "runtime/core/Pool.h"
#include <algorithm>
#include <climits>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

namespace nnc::rt {

struct Pool::Worker {
  Pool *pool;
  int32_t tid;
  pthread_t thread;
};

int32_t Pool::available() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0)
    return 1;
  int32_t processors = CPU_COUNT(&set);
  return std::clamp(processors, 1, most);
}

Pool::Pool(int32_t threads) {
  threads = std::clamp(threads, 1, most);
  // More threads than processors: who spins keeps another from running.
  spinTicks = threads <= available() ? 150'000 : 0;
  workers.reset(new Worker[size_t(threads)]);
  for (; count < threads; ++count) {
    Worker &worker = workers[size_t(count)];
    worker = {this, count, {}};
    if (pthread_create(&worker.thread, nullptr, work, &worker) != 0)
      break;
  }
  active = count;
}

Pool::~Pool() {
  job = nullptr; // the sign to leave
  if (count > 1) {
    uint32_t next = (ticket.load(std::memory_order_relaxed) / 1024 + 1) * 1024 + uint32_t(count);
    ticket.store(next, std::memory_order_seq_cst);
    wake(ticket, ticketSleepers);
  }
  for (int32_t i = 1; i < count; ++i)
    pthread_join(workers[size_t(i)].thread, nullptr);
}

uint32_t Pool::waitChange(std::atomic<uint32_t> &word, uint32_t seen, std::atomic<int32_t> &sleepers) const {
  uint64_t start = __rdtsc();
  do {
    for (int i = 0; i < 16; ++i) {
      uint32_t now = word.load(std::memory_order_acquire);
      if (now != seen)
        return now;
      if (spinTicks)
        _mm_pause();
    }
  } while (__rdtsc() - start < spinTicks);
  while (true) {
    sleepers.fetch_add(1, std::memory_order_seq_cst);
    syscall(SYS_futex, reinterpret_cast<uint32_t *>(&word), FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
    sleepers.fetch_sub(1, std::memory_order_seq_cst);
    uint32_t now = word.load(std::memory_order_acquire);
    if (now != seen)
      return now;
  }
}

void Pool::wake(std::atomic<uint32_t> &word, std::atomic<int32_t> &sleepers) {
  if (sleepers.load(std::memory_order_seq_cst) > 0)
    syscall(SYS_futex, reinterpret_cast<uint32_t *>(&word), FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

void *Pool::work(void *argument) {
  auto *self = static_cast<Worker *>(argument);
  Pool &pool = *self->pool;
  uint32_t seen = 0;
  while (true) {
    seen = pool.waitChange(pool.ticket, seen, pool.ticketSleepers);
    auto threads = int32_t(seen % 1024);
    if (self->tid >= threads)
      continue;
    if (!pool.job)
      return nullptr;
    pool.job(pool.argument, self->tid, threads);
    if (pool.running.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      pool.finished.fetch_add(1, std::memory_order_seq_cst);
      wake(pool.finished, pool.finishedSleepers);
    }
  }
}

void Pool::run(Job newJob, void *newArgument) {
  if (active == 1)
    return newJob(newArgument, 0, 1);
  job = newJob;
  argument = newArgument;
  running.store(active - 1, std::memory_order_relaxed);
  uint32_t before = finished.load(std::memory_order_relaxed);
  uint32_t next = (ticket.load(std::memory_order_relaxed) / 1024 + 1) * 1024 + uint32_t(active);
  ticket.store(next, std::memory_order_seq_cst);
  wake(ticket, ticketSleepers);
  newJob(newArgument, 0, active);
  if (finished.load(std::memory_order_acquire) == before)
    waitChange(finished, before, finishedSleepers);
}

void Pool::barrier(void *argument, int32_t) {
  Pool &pool = *static_cast<Pool *>(argument);
  uint32_t before = pool.generation.load(std::memory_order_relaxed);
  if (pool.arrived.fetch_add(1, std::memory_order_acq_rel) + 1 < pool.active) {
    pool.waitChange(pool.generation, before, pool.generationSleepers);
    return;
  }
  pool.arrived.store(0, std::memory_order_relaxed);
  pool.generation.fetch_add(1, std::memory_order_seq_cst);
  wake(pool.generation, pool.generationSleepers);
}

} // namespace nnc::rt
