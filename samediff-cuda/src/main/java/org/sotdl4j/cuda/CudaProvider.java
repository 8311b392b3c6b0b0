package org.sotdl4j.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sotdl4j.engine.Backend;
import org.sotdl4j.engine.BackendProvider;
import org.sotdl4j.engine.Findings;

/** NVIDIA's GPUs, through the driver, NVRTC and cuBLASLt of CUDA 12 or 13. */
public final class CudaProvider implements BackendProvider {

  static final String NO_DRIVER =
      "NVIDIA's driver is missing: install it (its library is libcuda.so.1).";
  static final String NO_COMPILER =
      "NVRTC is missing: install the CUDA Toolkit 12 or 13 (cuda-nvrtc; its library is libnvrtc.so.12 or .13), or set CUDA_HOME to its folder.";
  static final String NO_PRODUCTS =
      "cuBLASLt is missing: install the CUDA Toolkit 12 or 13 (libcublas; its library is libcublasLt.so.12 or .13), or set CUDA_HOME to its folder.";
  static final String NO_GPU = "The driver finds no GPU.";

  @Override
  public String kind() {
    return "cuda";
  }

  @Override
  public Findings find() {
    List<String> devices = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try {
      Optional<Driver> driver = Driver.find();
      driver.ifPresentOrElse(d -> devices.addAll(devices(d)), () -> problems.add(NO_DRIVER));
      if (driver.isPresent() && devices.isEmpty()) {
        problems.add(NO_GPU);
      }
    } catch (CudaException e) {
      problems.add(e.getMessage() + ".");
    }
    if (Nvrtc.find().isEmpty()) {
      problems.add(NO_COMPILER);
    }
    if (CublasLt.library().isEmpty()) {
      problems.add(NO_PRODUCTS);
    }
    return new Findings(devices, problems);
  }

  private static List<String> devices(Driver driver) {
    return IntStream.range(0, driver.deviceCount())
        .map(driver::device)
        .mapToObj(device -> {
          int capability = driver.capability(device);
          return "%s, compute capability %d.%d"
              .formatted(driver.deviceName(device), capability / 10, capability % 10);
        })
        .toList();
  }

  @Override
  public Backend open(int index) {
    Findings found = find();
    if (!found.problems().isEmpty()) {
      throw new IllegalArgumentException(String.join(" ", found.problems()));
    }
    if (index >= found.devices().size()) {
      throw new IllegalArgumentException(
          "There is no GPU %d; the driver finds %s".formatted(index, found.devices()));
    }
    return new CudaBackend(
        new CudaGpu(
            Driver.find().orElseThrow(),
            Nvrtc.find().orElseThrow(),
            CublasLt.library().orElseThrow(),
            index));
  }
}
