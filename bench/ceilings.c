// Ceilings of one core, as one line of JSON: f32 multiply-adds (the better of 512 and 256 bits) and the read bandwidth
// of L1, L2, L3 and memory. Every benchmark runs it first, because a figure means nothing without the ceiling of the
// same minute.
#define _GNU_SOURCE
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { kRounds = 12, kAccumulators = 12 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

// Twelve independent chains hide the latency of four cycles; the empty statement keeps the compiler from folding them.
#define DEFINE_FMA(NAME, TARGET, V, LANES, SET, FMA)                                                                   \
  __attribute__((target(TARGET))) static double NAME(void) {                                                           \
    const long steps = 300000;                                                                                         \
    V x = SET(0.9999f), y = SET(1e-6f), a[kAccumulators];                                                              \
    double best = 0;                                                                                                   \
    for (int i = 0; i < kAccumulators; ++i)                                                                            \
      a[i] = SET((float)i);                                                                                            \
    for (int r = 0; r < kRounds; ++r) {                                                                                \
      double start = now();                                                                                            \
      for (long k = 0; k < steps; ++k) {                                                                               \
        EACH(FMA)                                                                                                      \
      }                                                                                                                \
      double rate = 2.0 * LANES * kAccumulators * (double)steps / (now() - start) / 1e9;                               \
      best = rate > best ? rate : best;                                                                                \
    }                                                                                                                  \
    return best;                                                                                                       \
  }
#define FMA512(i)                                                                                                      \
  a[i] = _mm512_fmadd_ps(a[i], x, y);                                                                                  \
  __asm__ volatile("" : "+v"(a[i]));
#define FMA256(i)                                                                                                      \
  a[i] = _mm256_fmadd_ps(a[i], x, y);                                                                                  \
  __asm__ volatile("" : "+x"(a[i]));
DEFINE_FMA(fma512, "avx512f", __m512, 16, _mm512_set1_ps, FMA512)
DEFINE_FMA(fma256, "avx2,fma", __m256, 8, _mm256_set1_ps, FMA256)

// Sums a buffer in 32-byte loads, eight chains; GB/s, the best round.
__attribute__((target("avx2"))) static double readRate(const char *data, size_t bytes, size_t total) {
  size_t passes = total / bytes ? total / bytes : 1;
  double best = 0;
  for (int r = 0; r < kRounds; ++r) {
    __m256i sum[8] = {0};
    double start = now();
    for (size_t p = 0; p < passes; ++p)
      for (size_t i = 0; i < bytes; i += 256)
        for (int u = 0; u < 8; ++u) {
          sum[u] = _mm256_xor_si256(sum[u], _mm256_load_si256((const __m256i *)(data + i + 32 * u)));
          __asm__ volatile("" : "+x"(sum[u]));
        }
    double rate = (double)(passes * bytes) / (now() - start) / 1e9;
    best = rate > best ? rate : best;
  }
  return best;
}

static size_t cacheBytes(int name, size_t otherwise) {
  long bytes = sysconf(name);
  return bytes > 0 ? (size_t)bytes : otherwise;
}

int main(void) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
    fprintf(stderr, "ceilings: this CPU has no AVX2 with FMA\n");
    return 3;
  }
  double narrow = fma256(), wide = __builtin_cpu_supports("avx512f") ? fma512() : 0;

  // Half of each cache, so that nothing else in it is pushed out; memory: four times the last level, at most 512 MiB.
  size_t l1 = cacheBytes(_SC_LEVEL1_DCACHE_SIZE, 32u << 10), l2 = cacheBytes(_SC_LEVEL2_CACHE_SIZE, 1u << 20),
         l3 = cacheBytes(_SC_LEVEL3_CACHE_SIZE, 16u << 20);
  size_t memory = 4 * l3 < (512u << 20) ? 4 * l3 : 512u << 20;
  size_t span = memory > l3 / 2 ? memory : l3 / 2;
  char *data = mmap(NULL, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) {
    fprintf(stderr, "ceilings: no memory for %zu bytes\n", span);
    return 3;
  }
  madvise(data, span, MADV_HUGEPAGE);
  memset(data, 1, span); // untouched pages all map to one page of zeros
  const size_t total = 64u << 20;
  printf(
      "{\"fma_gflops\": %.1f, \"fma256_gflops\": %.1f, \"fma512_gflops\": %.1f, \"l1_gbps\": %.1f, \"l2_gbps\": %.1f, "
      "\"l3_gbps\": %.1f, \"dram_gbps\": %.1f}\n",
      wide > narrow ? wide : narrow, narrow, wide, readRate(data, l1 / 2 / 256 * 256, total),
      readRate(data, l2 / 2 / 256 * 256, total), readRate(data, l3 / 2 / 256 * 256, total),
      readRate(data, memory / 256 * 256, total));
  munmap(data, span);
  return 0;
}
