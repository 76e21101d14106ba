package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelCard;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.onnx.OnnxDenoiser;
import org.edm2search.space.cost.CostModel;

/**
 * Writes the network, and the guide if there is one, in SameDiff's own format, float32: for
 * programs that have ND4J and nothing else.
 */
final class SameDiffFiles implements ModelExport.Writer {

  static final String GUIDE = "guide.fb";

  /** ND4J makes the file in one array on the heap, which grows by doubling. */
  static final long MOST_PARAMETERS = 200_000_000;

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    if (CostModel.of(bundle.model().architecture()).parameters() > MOST_PARAMETERS) {
      return List.of();
    }
    List<BundleFile> files = new ArrayList<>();
    files.add(file(ModelCard.SAME_DIFF, bundle.model()));
    bundle.guide().ifPresent(guide -> files.add(file(GUIDE, guide)));
    files.add(SamplePrograms.source("/Denoise.java"));
    return files;
  }

  private static BundleFile file(String name, WeightedNetwork network) {
    return new BundleFile(name, file -> write(network, file));
  }

  private static void write(WeightedNetwork network, Path file) {
    OnnxDenoiser.of(network.inSinglePrecision()).toSameDiff().save(file.toFile(), false);
  }
}
