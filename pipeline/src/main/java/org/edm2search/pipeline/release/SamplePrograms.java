package org.edm2search.pipeline.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;

/** Writes programs that draw from a bundle, as source: they depend on nothing of this project. */
final class SamplePrograms implements ModelExport.Writer {

  /** Where the programs are on the class path. */
  private static final List<String> SOURCES =
      List.of(
          "/org/edm2search/pipeline/release/sample.py",
          "/org/edm2search/pipeline/release/modeling.py",
          "/org/edm2search/pipeline/release/sample.mjs",
          "/Sample.java");

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    return SOURCES.stream().map(SamplePrograms::source).toList();
  }

  /** Returns a program of the class path. */
  static BundleFile source(String path) {
    return BundleFile.ofText(path.substring(path.lastIndexOf('/') + 1), text(path));
  }

  private static String text(String path) {
    try (InputStream in = SamplePrograms.class.getResourceAsStream(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("a program of this installation cannot be read: " + path, e);
    }
  }
}
