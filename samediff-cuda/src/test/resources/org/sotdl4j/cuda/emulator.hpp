// Runs the text of a CUDA kernel on the CPU: each thread of a block is a fiber, blocks run one after the other. Only what
// our kernels use of CUDA is here. What CUDA leaves undefined, a barrier that some threads never reach, is an error.
#include <setjmp.h>
#include <ucontext.h>

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __shared__ static

struct Dim {
  unsigned int x, y, z;
};

static Dim gridDim, blockDim, blockIdx, threadIdx;

namespace emulator {

enum Status { READY, AT_BLOCK_BARRIER, AT_WARP_BARRIER, DONE };

struct Fiber {
  std::vector<char> stack = std::vector<char>(128 * 1024);
  ucontext_t start;
  jmp_buf at;
  bool hasBegun = false;
  Status status = READY;
};

static std::vector<std::unique_ptr<Fiber>> fibers;
static std::vector<float> slots; // what each thread gives to the others of its warp
static jmp_buf scheduler;
static unsigned int current;
static void (*body)(void **);
static void **arguments;

static void wait(Status status) {
  Fiber &fiber = *fibers[current];
  fiber.status = status;
  if (_setjmp(fiber.at) == 0) {
    _longjmp(scheduler, 1);
  }
}

static void fiberMain() {
  for (;;) {
    body(arguments);
    wait(DONE);
  }
}

static void resume(unsigned int thread) {
  current = thread;
  threadIdx = {thread, 0, 0};
  if (_setjmp(scheduler) == 0) {
    Fiber &fiber = *fibers[thread];
    if (fiber.hasBegun) {
      _longjmp(fiber.at, 1);
    }
    fiber.hasBegun = true;
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = fiber.stack.data();
    fiber.start.uc_stack.ss_size = fiber.stack.size();
    makecontext(&fiber.start, fiberMain, 0);
    setcontext(&fiber.start);
  }
}

// Lets threads go on that have all reached the same barrier. False if none could.
static bool release(unsigned int first, unsigned int end, Status barrier) {
  for (unsigned int i = first; i < end; i++) {
    if (fibers[i]->status != barrier) {
      return false;
    }
  }
  for (unsigned int i = first; i < end; i++) {
    fibers[i]->status = READY;
  }
  return true;
}

// 0, or 1 where a barrier waits for threads that do not come.
static int runBlock() {
  unsigned int threads = blockDim.x;
  for (unsigned int i = 0; i < threads; i++) {
    fibers[i]->status = READY;
  }
  for (unsigned int phase = 0;; phase++) {
    // Every other time backwards, so that threads do not agree by the accident of their order.
    for (unsigned int i = 0; i < threads; i++) {
      unsigned int thread = phase % 2 == 0 ? i : threads - 1 - i;
      if (fibers[thread]->status == READY) {
        resume(thread);
      }
    }
    bool goesOn = release(0, threads, AT_BLOCK_BARRIER);
    for (unsigned int warp = 0; warp < threads; warp += 32) {
      goesOn |= release(warp, warp + 32 < threads ? warp + 32 : threads, AT_WARP_BARRIER);
    }
    if (!goesOn) {
      for (unsigned int i = 0; i < threads; i++) {
        if (fibers[i]->status != DONE) {
          return 1;
        }
      }
      return 0;
    }
  }
}

template <class... A, size_t... I>
static void call(void (*kernel)(A...), void **given, std::index_sequence<I...>) {
  kernel(*static_cast<A *>(given[I])...);
}

template <class... A>
static int run(void (*kernel)(A...), unsigned int x, unsigned int y, unsigned int z, unsigned int threads,
    void **given) {
  static void (*target)(A...);
  target = kernel;
  body = [](void **all) { call(target, all, std::index_sequence_for<A...>{}); };
  arguments = given;
  gridDim = {x, y, z};
  blockDim = {threads, 1, 1};
  slots.resize(threads);
  while (fibers.size() < threads) {
    fibers.push_back(std::make_unique<Fiber>());
  }
  for (blockIdx.z = 0; blockIdx.z < z; blockIdx.z++) {
    for (blockIdx.y = 0; blockIdx.y < y; blockIdx.y++) {
      for (blockIdx.x = 0; blockIdx.x < x; blockIdx.x++) {
        if (runBlock() != 0) {
          fibers.clear();
          return 1;
        }
      }
    }
  }
  return 0;
}

} // namespace emulator

static inline void __syncthreads() {
  emulator::wait(emulator::AT_BLOCK_BARRIER);
}

static inline void __syncwarp() {
  emulator::wait(emulator::AT_WARP_BARRIER);
}

static inline float __shfl_xor_sync(unsigned int, float value, int other) {
  unsigned int thread = threadIdx.x;
  emulator::slots[thread] = value;
  __syncwarp();
  float theirs = emulator::slots[thread ^ other];
  __syncwarp();
  return theirs;
}
