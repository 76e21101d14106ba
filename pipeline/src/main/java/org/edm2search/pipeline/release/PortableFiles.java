package org.edm2search.pipeline.release;

import java.util.List;

/** The files of a bundle that other programs use: the network in their formats. */
public final class PortableFiles {

  private PortableFiles() {}

  /** Returns the writers of all such files. */
  public static List<ModelExport.Writer> writers() {
    return List.of(
        new OnnxFiles(),
        new SameDiffFiles(),
        new SamplePrograms(),
        new SamplerJar(),
        new TestVectors(),
        new Picture(),
        new TrainingFacts());
  }
}
