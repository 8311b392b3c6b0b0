package org.sotdl4j.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;

/**
 * ND4J's CPU backend with the natives that suit the processor: of the builds on the class path
 * (plain, oneDNN, oneDNN for AVX2, oneDNN for AVX-512) the best one that the CPU runs. ND4J finds
 * this class through the service loader, so having the module on the class path is enough; the
 * choice is made before the first native library loads.
 *
 * <p>A CUDA backend on the class path takes precedence, as it does over {@link CpuBackend}. Set the
 * system property {@value #EXTENSION} to choose by hand ({@code -onednn-avx2}, ..., or empty for
 * the plain build).
 */
public final class OneDnnBackend extends CpuBackend {

  /** JavaCPP's property that names the build of a native library. */
  public static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";

  private static final String BINDINGS = "org/nd4j/linalg/cpu/nativecpu/bindings/";

  @Override
  public int getPriority() {
    return super.getPriority() + 1;
  }

  @Override
  public boolean isAvailable() {
    if (System.getProperty(EXTENSION) == null) {
      bestExtension().ifPresent(OneDnnBackend::choose);
    }
    return super.isAvailable();
  }

  private static void choose(String extension) {
    System.setProperty(EXTENSION, extension);
    // JavaCPP reads the system property once, and whoever loaded OpenCV before has made it do so.
    Loader.loadProperties().setProperty("platform.extension", extension);
  }

  /**
   * The suffix of the best oneDNN build that is present and that this CPU runs; empty where there
   * is none.
   */
  static Optional<String> bestExtension() {
    return candidates(avxLevel()).stream().filter(OneDnnBackend::isPresent).findFirst();
  }

  /** The suffixes that a CPU of an AVX level (0 to 3) runs, the fastest first. */
  static List<String> candidates(int avxLevel) {
    return switch (avxLevel) {
      case 3 -> List.of("-onednn-avx512", "-onednn-avx2", "-onednn");
      case 2 -> List.of("-onednn-avx2", "-onednn");
      default -> List.of("-onednn");
    };
  }

  /**
   * The SIMD level that HotSpot found: 3 for AVX-512, 2 for AVX2, 1 for AVX, 0 for none or another
   * architecture. HotSpot already leaves AVX-512 out where the CPU slows down for it.
   */
  public static int avxLevel() {
    try {
      var hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return Integer.parseInt(hotspot.getVMOption("UseAVX").getValue());
    } catch (IllegalArgumentException notAnX86Jvm) {
      return 0;
    }
  }

  private static boolean isPresent(String extension) {
    String platform = Loader.getPlatform();
    String library = System.mapLibraryName("nd4jcpu");
    return OneDnnBackend.class
            .getClassLoader()
            .getResource(BINDINGS + platform + extension + "/" + library)
        != null;
  }
}
