package org.edm2search.pipeline.release;

import java.util.List;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelCard;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.drawing.NetworkSvg;

/** Writes a picture of the network. */
final class Picture implements ModelExport.Writer {

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    UNetLayout layout = UNetLayout.of(bundle.model().architecture());
    return List.of(BundleFile.ofText(ModelCard.PICTURE, NetworkSvg.of(layout)));
  }
}
