package org.edm2search.pipeline.release;

import ai.onnxruntime.OrtEnvironment;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelCard;
import org.edm2search.model.onnx.OnnxGraph;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Writes a jar that draws images by itself: {@code Sample}, the ONNX files, the sampler, and ONNX
 * Runtime with its native code for Linux on x64. Equal contents give equal bytes. There is none of
 * networks whose weights lie beside the ONNX file.
 */
final class SamplerJar implements ModelExport.Writer {

  private static final String MAIN = "Sample";
  private static final String RUNTIME = "ai/onnxruntime/";
  private static final String NATIVES = RUNTIME + "native/";
  private static final String PLATFORM = NATIVES + "linux-x64/";
  private static final List<String> MODEL =
      List.of(OnnxFiles.MODEL, OnnxFiles.GUIDE, "sampler.json");
  private static final List<String> CLASSES =
      List.of("", "$Noise", "$Denoiser", "$Network", "$Config");
  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    return List.of(new BundleFile(ModelCard.JAR, SamplerJar::write));
  }

  private static void write(Path file) {
    if (Files.exists(file.resolveSibling(OnnxFiles.MODEL + OnnxGraph.OUTSIDE))) {
      return; // a program in a jar cannot read a model of two files from it
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, MAIN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(entry(JarFile.MANIFEST_NAME));
      manifest.write(jar);
      for (String part : CLASSES) {
        String name = MAIN + part + ".class";
        try (InputStream in = SamplerJar.class.getResourceAsStream("/" + name)) {
          copy(in, name, jar);
        }
      }
      for (String name : MODEL) {
        Path beside = file.resolveSibling(name);
        if (Files.exists(beside)) {
          try (InputStream in = Files.newInputStream(beside)) {
            copy(in, name, jar);
          }
        }
      }
      addRuntime(jar);
    } catch (IOException e) {
      throw new Edm2SearchException(file + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  private static void addRuntime(JarOutputStream jar) throws IOException {
    try (JarFile runtime = new JarFile(runtime().toFile())) {
      List<JarEntry> entries =
          runtime.stream()
              .filter(entry -> !entry.isDirectory() && isNeeded(entry.getName()))
              .sorted(Comparator.comparing(JarEntry::getName))
              .toList();
      for (JarEntry entry : entries) {
        try (InputStream in = runtime.getInputStream(entry)) {
          copy(in, entry.getName(), jar);
        }
      }
    }
  }

  private static boolean isNeeded(String name) {
    return name.startsWith(PLATFORM) || name.startsWith(RUNTIME) && !name.startsWith(NATIVES);
  }

  /** Returns the jar that ONNX Runtime was loaded from. */
  private static Path runtime() {
    try {
      return Path.of(
          OrtEnvironment.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new Edm2SearchException("the jar of ONNX Runtime cannot be found", e);
    }
  }

  private static void copy(InputStream in, String name, JarOutputStream jar) throws IOException {
    if (in == null) {
      throw new IOException(name + " is missing in this installation");
    }
    jar.putNextEntry(entry(name));
    in.transferTo(jar);
  }

  private static JarEntry entry(String name) {
    JarEntry entry = new JarEntry(name);
    // Without a time zone: the same bytes everywhere.
    entry.setTimeLocal(TIME);
    return entry;
  }
}
