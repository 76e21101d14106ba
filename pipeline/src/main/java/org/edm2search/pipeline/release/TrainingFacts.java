package org.edm2search.pipeline.release;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.pipeline.trial.Json;

/** Writes what the card says of a network's training for programs: {@code training.json}. */
final class TrainingFacts implements ModelExport.Writer {

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("data", export.dataset());
    facts.putAll(export.facts());
    return List.of(BundleFile.ofText("training.json", Json.write(facts)));
  }
}
