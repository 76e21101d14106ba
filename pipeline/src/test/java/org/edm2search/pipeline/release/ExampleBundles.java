package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Guidance.Guide;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.model.sampling.SigmaInterval;
import org.edm2search.model.sampling.SigmaSchedule;
import org.edm2search.pipeline.trial.TrainedModel;

/** Bundles of golden networks: without guidance, autoguided with churn, and classifier-free. */
final class ExampleBundles {

  static final Path NETWORKS = Path.of("../dl4j-model/src/test/resources/golden/networks");

  private static final int ROWS = 6;

  private ExampleBundles() {}

  /** Exports all into a directory, under the names plain, autoguided and classifier-free. */
  static void export(Path directory) {
    SigmaSchedule schedule = new SigmaSchedule(4, 0.01, 20, 7);
    export(
        directory.resolve("plain"),
        "Gstar-gray-uncond",
        new Sampling(schedule, Churn.NONE, new Guidance.None()));
    SigmaInterval interval = new SigmaInterval(0.05, 30);
    Churn churn = new Churn(1, 0.1, 10, 1.01);
    export(
        directory.resolve("autoguided"),
        "Gstar",
        new Sampling(
            schedule, churn, new Guidance.Autoguidance(1.5, interval, new Guide.Exported())));
    export(
        directory.resolve("classifier-free"),
        "F",
        new Sampling(
            schedule, Churn.NONE, new Guidance.ClassifierFree(2, new SigmaInterval(0.05, 1))));
  }

  /** Exports a golden network; the guide of autoguidance is golden network E. */
  static void export(Path directory, String config, Sampling sampling) {
    boolean autoguided = sampling.guidance() instanceof Guidance.Autoguidance;
    model(network(config), autoguided ? Optional.of(network("E")) : Optional.empty(), sampling)
        .write(directory, PortableFiles.writers());
  }

  /** Returns a model to export that was trained on nothing that is known. */
  static ModelExport model(
      WeightedNetwork network, Optional<WeightedNetwork> guide, Sampling sampling) {
    return new ModelExport(
        "example",
        new ModelOrigin("noise", List.of(), Map.of(), Optional.empty()),
        new TrainedModel.Fixed(network, guide, 0.1),
        EvaluationProtocol.drawing(sampling, 0),
        Map.of("parameters", 1),
        List.of(),
        ModelExport.Options.DEFAULT);
  }

  static WeightedNetwork network(String config) {
    ReferenceFile reference = ReferenceFile.read(NETWORKS.resolve(config + ".safetensors"));
    return new WeightedNetwork(reference.architecture(), reference.weights());
  }

  /** Returns how many images the picture of a bundle's samples has. */
  static int count(String name) {
    return ROWS * (name.equals("plain") ? 10 : network("F").architecture().labelDim());
  }
}
