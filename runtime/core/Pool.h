// A few threads that run one function together (SPMD), with a barrier. Threads that wait spin for about 50 us, then
// sleep on a futex. Nothing here decides how work is cut, so results do not depend on the number of threads.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

namespace nnc::rt {

class Pool {
public:
  using Job = void (*)(void *argument, int32_t tid, int32_t threads);

  /// More than this many are never started.
  static constexpr int32_t most = 1023;

  /// The caller is thread 0; `threads - 1` are started. If the system refuses, there are fewer.
  explicit Pool(int32_t threads);
  ~Pool();
  Pool(const Pool &) = delete;
  Pool &operator=(const Pool &) = delete;

  int32_t threads() const { return active; }
  int32_t started() const { return count; }
  /// How many of the threads take part in the next jobs; the others sleep.
  void use(int32_t threads) { active = threads < 1 ? 1 : threads < count ? threads : count; }
  /// Runs `job` on each active thread and returns when all are done.
  void run(Job job, void *argument);
  /// Waits until every active thread is here; `pool` is the Pool. The ABI's `barrier`.
  static void barrier(void *pool, int32_t tid);
  /// The number of processors this process may use.
  static int32_t available();

private:
  struct Worker;
  static void *work(void *worker);
  uint32_t waitChange(std::atomic<uint32_t> &word, uint32_t seen, std::atomic<int32_t> &sleepers) const;
  static void wake(std::atomic<uint32_t> &word, std::atomic<int32_t> &sleepers);

  int32_t count = 1, active = 1;
  uint64_t spinTicks = 0;
  std::unique_ptr<Worker[]> workers;
  Job job = nullptr;
  void *argument = nullptr;
  // Each on a cache line of its own: the waiting threads poll them.
  alignas(64) std::atomic<uint32_t> ticket{0}; ///< (number of the job) * 1024 + threads that take part
  std::atomic<int32_t> ticketSleepers{0};
  alignas(64) std::atomic<int32_t> running{0};
  alignas(64) std::atomic<uint32_t> finished{0}; ///< changes when the last worker of a job is done
  std::atomic<int32_t> finishedSleepers{0};
  alignas(64) std::atomic<int32_t> arrived{0};
  alignas(64) std::atomic<uint32_t> generation{0}; ///< changes when a barrier opens
  std::atomic<int32_t> generationSleepers{0};
};

} // namespace nnc::rt
