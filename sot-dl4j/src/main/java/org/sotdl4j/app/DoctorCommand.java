package org.sotdl4j.app;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.incubator.vector.FloatVector;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.sotdl4j.app.Check.Level;
import org.sotdl4j.engine.Backends;
import org.sotdl4j.engine.Findings;
import org.sotdl4j.engine.OneDnnBackend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Tells whether this machine runs sot-dl4j well, and how to mend what hinders it. */
@Command(
    name = "doctor",
    description = {
      "Check the machine: JDK, memory, ND4J's natives, GPU, speed.",
      "Lines with a ! in front need attention. Exit code 0: usable; 1: not."
    })
final class DoctorCommand implements Callable<Integer> {

  private static final int JDK = 25;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Check> checks = examine();
    boolean usable = usable(checks);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(toJson(checks, usable));
    } else {
      checks.forEach(check -> print(check, out));
      out.println(
          usable ? "sot-dl4j is ready." : "sot-dl4j cannot work here: mend the lines with a !.");
    }
    return usable ? 0 : 1;
  }

  private static List<Check> examine() throws IOException, InterruptedException {
    var checks = new ArrayList<Check>();
    checks.add(Check.ok("sot-dl4j", Main.Version.number()));
    checks.add(jdk(Runtime.version().feature()));
    checks.add(Check.ok("os", property("os.name") + " " + property("os.version")));
    checks.add(Check.ok("cpu", cpu()));
    checks.add(Check.ok("cores", Runtime.getRuntime().availableProcessors()));
    checks.add(simd());
    checks.add(Check.ok("ram", gibibytes(ram())));
    checks.add(Check.ok("heap", gibibytes(Runtime.getRuntime().maxMemory())));
    boolean cudaBuild = Gpu.isBuildForCuda();
    checks.add(backends(hasCpuNatives(), cudaBuild));
    checks.add(Gpu.check(cudaBuild));
    Backends.providers().forEach(provider -> checks.add(engine(provider.kind(), provider.find())));
    if (usable(checks)) {
      try {
        checks.addAll(nd4j());
      } catch (LinkageError | RuntimeException e) {
        checks.add(Check.failure("nd4j", "does not load", rootCause(e) + "; " + remedy(cudaBuild)));
      }
    }
    return checks;
  }

  static boolean usable(List<Check> checks) {
    return checks.stream().noneMatch(check -> check.level() == Level.FAILURE);
  }

  static Check jdk(int feature) {
    String value = property("java.runtime.version") + ", " + property("java.vendor");
    return feature == JDK
        ? Check.ok("jdk", value)
        : Check.warning(
            "jdk", value, "sot-dl4j is made for JDK %d; ./sot finds one.".formatted(JDK));
  }

  /**
   * ND4J takes the CUDA backend where both are there, so the CPU's natives are a mistake in a CUDA
   * build.
   */
  static Check backends(boolean cpuNatives, boolean cuda) {
    if (cpuNatives && cuda) {
      return Check.warning(
          "backends",
          "CPU and CUDA",
          "ND4J takes CUDA; with -Pcuda in .mvn/maven.config the CPU's natives should not be on the class path, without it nd4j-cuda should not.");
    }
    if (cuda) {
      return Check.ok("backends", "CUDA");
    }
    return cpuNatives
        ? Check.ok("backends", "CPU")
        : Check.failure(
            "backends",
            "none",
            "ND4J's natives for %s are not on the class path; see nd4j.platform in pom.xml."
                .formatted(Loader.getPlatform()));
  }

  /** Whether the engine runs on a GPU. Where there is none, nothing has to be mended. */
  static Check engine(String kind, Findings found) {
    if (found.devices().isEmpty()) {
      return Check.ok(kind, "none");
    }
    String devices = String.join("; ", found.devices());
    return found.areUsable()
        ? Check.ok(kind, devices + ": --device %s, not tested on a GPU yet".formatted(kind))
        : Check.warning(kind, devices, String.join(" ", found.problems()));
  }

  private static boolean hasCpuNatives() {
    return isOnClassPath(
        "org/nd4j/linalg/cpu/nativecpu/bindings/%s/%s"
            .formatted(Loader.getPlatform(), System.mapLibraryName("nd4jcpu")));
  }

  private static boolean isOnClassPath(String resource) {
    return DoctorCommand.class.getClassLoader().getResource(resource) != null;
  }

  private static String remedy(boolean cudaBuild) {
    return cudaBuild
        ? "install CUDA 11.6 with cuDNN 8.3, or remove -Pcuda from .mvn/maven.config to use the CPU."
        : "remove the folder .javacpp in your home, where the natives are unpacked, and start again.";
  }

  /** What ND4J says about itself; loads its natives. */
  private static List<Check> nd4j() {
    var backend = Nd4j.getBackend(); // first: it chooses the natives
    var natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return List.of(
        Check.ok("nd4j", backend.getClass().getSimpleName()),
        Check.ok("natives", Loader.getPlatform() + System.getProperty(OneDnnBackend.EXTENSION, "")),
        Check.ok("onednn", natives.buildInfo().contains("HAVE_ONEDNN") ? "yes" : "no"),
        Check.ok("blas", Nd4j.factory().blas().getBlasVendor()),
        Check.ok("threads", natives.ompGetMaxThreads()),
        Check.ok("off-heap", gibibytes(Pointer.maxBytes())),
        MatmulCheck.run());
  }

  private static Check simd() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return Check.warning(
          "simd",
          "off",
          "The Vector API is missing: start with ./sot, or pass --add-modules jdk.incubator.vector to java.");
    }
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return Check.ok("simd", "%d bits, AVX level %d".formatted(bits, OneDnnBackend.avxLevel()));
  }

  private static String cpu() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    String model = Files.isReadable(info) ? cpuModel(Files.readString(info)) : "";
    return (model + " " + property("os.arch")).strip();
  }

  /** The processor's name in Linux's {@code /proc/cpuinfo}; empty where it has none, as on ARM. */
  static String cpuModel(String cpuinfo) {
    return cpuinfo
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static long ram() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private static String gibibytes(long bytes) {
    return "%.1f GiB".formatted(bytes / (double) (1L << 30));
  }

  private static String property(String name) {
    return System.getProperty(name);
  }

  private static Throwable rootCause(Throwable e) {
    return e.getCause() == null ? e : rootCause(e.getCause());
  }

  private static void print(Check check, PrintWriter out) {
    String mark = check.level() == Level.OK ? " " : "!";
    out.printf("%s %-10s%s%n", mark, check.name(), check.value());
    if (check.level() != Level.OK) {
      out.printf("%-12s%s%n", "", check.advice());
    }
  }

  /** The checks by name, then {@code usable} and {@code problems}, a list. */
  static String toJson(List<Check> checks, boolean usable) {
    var object = new LinkedHashMap<String, Object>();
    checks.forEach(check -> object.put(check.name(), check.value()));
    object.put("usable", usable);
    object.put("problems", checks.stream().filter(check -> check.level() != Level.OK).toList());
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(object);
  }
}
