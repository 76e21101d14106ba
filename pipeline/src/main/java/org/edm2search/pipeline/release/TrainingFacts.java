package org.edm2search.pipeline.release;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;

/**
 * Writes where a network comes from: {@value #NAME} for programs, and {@link RunFiles#RECIPE}, the
 * YAML file that it was trained and scored by.
 */
final class TrainingFacts implements ModelExport.Writer {

  static final String NAME = "training.json";

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    List<BundleFile> files = new ArrayList<>();
    files.add(BundleFile.ofText(NAME, ReportJson.write(export.origin().training())));
    export.origin().recipe().ifPresent(text -> files.add(BundleFile.ofText(RunFiles.RECIPE, text)));
    return files;
  }
}
