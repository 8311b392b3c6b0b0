// The functions of CUDA's driver, NVRTC and cuBLASLt that we call, on the CPU: so that our calls of them are tried
// where no GPU is. Kernels are the emulated ones, which a "cubin" names by the path of their library; cuBLASLt's products
// are computed as its documentation says, column by column.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <functional>
#include <string>
#include <vector>

typedef std::vector<std::function<int()>> Graph;

static void *const CONTEXT = (void *) 0x1234;
static void *const STREAM = (void *) 0x77;
static Graph *captured = nullptr;
static void *current = nullptr;

static int start(void *stream, std::function<int()> work) {
  if (stream != STREAM || current != CONTEXT) {
    return 400;
  }
  if (captured != nullptr) {
    captured->push_back(work);
    return 0;
  }
  return work();
}

// A setting of cuBLASLt's.
template <class T>
static int take(T &to, const void *from, size_t size) {
  memcpy(&to, from, sizeof to);
  return size == sizeof to ? 0 : 7;
}

extern "C" {

int cuInit(unsigned int flags) {
  return flags;
}

int cuGetErrorString(int error, const char **text) {
  static char message[64];
  snprintf(message, sizeof message, "fake error %d", error);
  *text = message;
  return 0;
}

int cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}

int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal + 10;
  return ordinal == 0 ? 0 : 101;
}

int cuDeviceGetName(char *name, int length, int device) {
  snprintf(name, length, "Fake GPU");
  return device == 10 ? 0 : 101;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 9 : 0;
  return (attribute == 75 || attribute == 76) && device == 10 ? 0 : 1;
}

int cuDevicePrimaryCtxRetain(void **context, int device) {
  *context = CONTEXT;
  return device == 10 ? 0 : 101;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  return device == 10 ? 0 : 101;
}

int cuCtxSetCurrent(void *context) {
  current = context;
  return context == CONTEXT ? 0 : 201;
}

int cuStreamCreate(void **stream, unsigned int flags) {
  *stream = STREAM;
  return flags == 1 ? 0 : 1;
}

int cuStreamDestroy_v2(void *stream) {
  return stream == STREAM ? 0 : 400;
}

int cuStreamSynchronize(void *stream) {
  return stream == STREAM && captured == nullptr ? 0 : 400;
}

int cuMemGetInfo_v2(size_t *free, size_t *total) {
  *free = (size_t) 1 << 32;
  *total = (size_t) 1 << 33;
  return 0;
}

int cuMemAlloc_v2(unsigned long long *address, size_t bytes) {
  if (bytes > (size_t) 1 << 32) {
    return 2;
  }
  size_t whole = (bytes + 255) / 256 * 256;
  *address = (unsigned long long) aligned_alloc(256, whole);
  memset((void *) *address, 0xff, whole);
  return 0;
}

int cuMemFree_v2(unsigned long long address) {
  free((void *) address);
  return 0;
}

int cuMemcpyHtoDAsync_v2(unsigned long long to, const void *from, size_t bytes, void *stream) {
  return start(stream, [=] { return memcpy((void *) to, from, bytes) == nullptr; });
}

int cuMemcpyDtoHAsync_v2(void *to, unsigned long long from, size_t bytes, void *stream) {
  return start(stream, [=] { return memcpy(to, (const void *) from, bytes) == nullptr; });
}

int cuMemsetD8Async(unsigned long long to, unsigned char value, size_t bytes, void *stream) {
  return start(stream, [=] { return memset((void *) to, value, bytes) == nullptr; });
}

int cuModuleLoadData(void **module, const void *image) {
  *module = dlopen((const char *) image, RTLD_NOW);
  return *module == nullptr ? 200 : 0;
}

int cuModuleGetFunction(void **function, void *module, const char *name) {
  *function = dlsym(module, (std::string("run_") + name).c_str());
  return *function == nullptr ? 500 : 0;
}

int cuLaunchKernel(void *function, unsigned int x, unsigned int y, unsigned int z, unsigned int threads, unsigned int threadsY,
    unsigned int threadsZ, unsigned int shared, void *stream, void **arguments, void **extra) {
  if (threadsY != 1 || threadsZ != 1 || shared != 0 || extra != nullptr || threads > 1024 || y > 65535 || z > 65535) {
    return 1;
  }
  typedef int (*Kernel)(unsigned int, unsigned int, unsigned int, unsigned int, void **);
  return start(stream, [=] { return ((Kernel) function)(x, y, z, threads, arguments) == 0 ? 0 : 719; });
}

int cuStreamBeginCapture_v2(void *stream, int mode) {
  captured = new Graph();
  return stream == STREAM && mode == 1 ? 0 : 1;
}

int cuStreamEndCapture(void *stream, void **graph) {
  *graph = captured;
  captured = nullptr;
  return stream == STREAM ? 0 : 400;
}

int cuGraphInstantiateWithFlags(void **made, void *graph, unsigned long long flags) {
  *made = new Graph(*(Graph *) graph);
  return flags == 0 ? 0 : 1;
}

int cuGraphDestroy(void *graph) {
  delete (Graph *) graph;
  return 0;
}

int cuGraphLaunch(void *made, void *stream) {
  for (const std::function<int()> &work : *(Graph *) made) {
    int status = start(stream, work);
    if (status != 0) {
      return status;
    }
  }
  return 0;
}

int cuGraphExecDestroy(void *made) {
  return cuGraphDestroy(made);
}

// NVRTC

struct Program {
  std::string name;
};

int nvrtcVersion(int *major, int *minor) {
  *major = 13;
  *minor = 0;
  return 0;
}

const char *nvrtcGetErrorString(int) {
  return "fake error";
}

int nvrtcGetNumSupportedArchs(int *count) {
  *count = 3;
  return 0;
}

int nvrtcGetSupportedArchs(int *all) {
  all[0] = 80;
  all[1] = 90;
  all[2] = 100;
  return 0;
}

int nvrtcCreateProgram(void **program, const char *source, const char *name, int headers, const char *const *texts,
    const char *const *names) {
  bool isWell = strstr(source, "__global__") != nullptr && headers == 0 && texts == nullptr && names == nullptr;
  *program = new Program{name};
  return isWell ? 0 : 3;
}

int nvrtcDestroyProgram(void **program) {
  delete (Program *) *program;
  return 0;
}

int nvrtcCompileProgram(void *, int count, const char *const *options) {
  return count == 2 && strcmp(options[0], "--gpu-architecture=sm_90") == 0 ? 0 : 5;
}

static std::string cubin(void *program) {
  std::string name = ((Program *) program)->name;
  return std::string(getenv("FAKE_KERNELS")) + "/" + name.substr(0, name.size() - 3) + ".so";
}

int nvrtcGetCUBINSize(void *program, size_t *size) {
  *size = cubin(program).size() + 1;
  return 0;
}

int nvrtcGetCUBIN(void *program, char *code) {
  strcpy(code, cubin(program).c_str());
  return 0;
}

// cuBLASLt

struct Description {
  int transposeA = 0;
  int transposeB = 0;
  int epilogue = 1;
  const float *bias = nullptr;
};

struct Layout {
  uint64_t rows;
  uint64_t columns;
  int64_t next;
  int32_t batch = 1;
  int64_t stride = 0;
};

static const uint64_t ALGORITHM = 4711;

const char *cublasLtGetStatusString(int) {
  return "fake error";
}

int cublasLtCreate(void **handle) {
  *handle = (void *) 0x99;
  return current == CONTEXT ? 0 : 1;
}

int cublasLtDestroy(void *handle) {
  return handle == (void *) 0x99 ? 0 : 1;
}

int cublasLtMatmulDescCreate(void **description, int compute, int scale) {
  *description = new Description();
  return compute == 68 && scale == 0 ? 0 : 7;
}

int cublasLtMatmulDescDestroy(void *description) {
  delete (Description *) description;
  return 0;
}

int cublasLtMatmulDescSetAttribute(void *description, int attribute, const void *value, size_t size) {
  Description &d = *(Description *) description;
  switch (attribute) {
    case 3: return take(d.transposeA, value, size);
    case 4: return take(d.transposeB, value, size);
    case 7: return take(d.epilogue, value, size);
    case 8: return take(d.bias, value, size);
    default: return 7;
  }
}

int cublasLtMatrixLayoutCreate(void **layout, int type, uint64_t rows, uint64_t columns, int64_t next) {
  *layout = new Layout{rows, columns, next};
  return type == 0 && next >= (int64_t) rows ? 0 : 7;
}

int cublasLtMatrixLayoutDestroy(void *layout) {
  delete (Layout *) layout;
  return 0;
}

int cublasLtMatrixLayoutSetAttribute(void *layout, int attribute, const void *value, size_t size) {
  Layout &l = *(Layout *) layout;
  switch (attribute) {
    case 5: return take(l.batch, value, size);
    case 6: return take(l.stride, value, size);
    default: return 7;
  }
}

int cublasLtMatmulPreferenceCreate(void **preference) {
  *preference = new int(0);
  return 0;
}

int cublasLtMatmulPreferenceDestroy(void *preference) {
  delete (int *) preference;
  return 0;
}

int cublasLtMatmulPreferenceSetAttribute(void *, int attribute, const void *, size_t size) {
  return attribute == 1 && size == 8 ? 0 : 7;
}

int cublasLtMatmulAlgoGetHeuristic(void *, void *, void *, void *, void *, void *, void *, int requested, void *results,
    int *found) {
  memset(results, 0, 96);
  memcpy(results, &ALGORITHM, sizeof ALGORITHM);
  *found = 1;
  return requested == 1 ? 0 : 7;
}

int cublasLtMatmul(void *, void *description, const float *alpha, const float *a, void *layoutA, const float *b,
    void *layoutB, const float *beta, const float *c, void *layoutC, float *result, void *layoutD, const void *algorithm,
    void *workspace, size_t workspaceBytes, void *stream) {
  Description d = *(Description *) description;
  Layout la = *(Layout *) layoutA, lb = *(Layout *) layoutB, ld = *(Layout *) layoutD;
  uint64_t m = d.transposeA ? la.columns : la.rows;
  uint64_t k = d.transposeA ? la.rows : la.columns;
  uint64_t n = d.transposeB ? lb.rows : lb.columns;
  bool isWell = (d.transposeB ? lb.columns : lb.rows) == k && ld.rows == m && ld.columns == n && c == result
      && layoutC == layoutD && la.batch == ld.batch && lb.batch == ld.batch && *alpha == 1 && *beta == 0
      && *(const uint64_t *) algorithm == ALGORITHM && workspace != nullptr && workspaceBytes > 0
      && (d.epilogue == 1 || (d.epilogue == 4 && d.bias != nullptr));
  if (!isWell) {
    return 7;
  }
  return start(stream, [=] {
    for (int batch = 0; batch < ld.batch; batch++) {
      const float *left = a + batch * la.stride, *right = b + batch * lb.stride;
      for (uint64_t j = 0; j < n; j++) {
        for (uint64_t i = 0; i < m; i++) {
          float sum = d.epilogue == 4 ? d.bias[i] : 0;
          for (uint64_t p = 0; p < k; p++) {
            sum += (d.transposeA ? left[p + i * la.next] : left[i + p * la.next])
                * (d.transposeB ? right[j + p * lb.next] : right[p + j * lb.next]);
          }
          result[batch * ld.stride + i + j * ld.next] = sum;
        }
      }
    }
    return 0;
  });
}

} // extern "C"
