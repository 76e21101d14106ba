package org.edm2search.pipeline.release;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.onnx.OnnxDenoiser;

/** Writes the network, and the guide if there is one, for ONNX runtimes. */
final class OnnxFiles implements ModelExport.Writer {

  static final String MODEL = "model.onnx";
  static final String GUIDE = "guide.onnx";

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    List<BundleFile> files = new ArrayList<>();
    files.add(file(MODEL, bundle.model()));
    bundle.guide().ifPresent(guide -> files.add(file(GUIDE, guide)));
    return files;
  }

  private static BundleFile file(String name, WeightedNetwork network) {
    return new BundleFile(name, file -> OnnxDenoiser.of(network).write(file));
  }
}
