package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.ImageGrid;
import org.edm2search.eval.ImageShape;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.ModelCard;
import org.edm2search.model.checkpoint.SamplerConfig;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;

/**
 * A model that is to be exported: what all writers of a bundle's files work from.
 *
 * @param name of the model
 * @param dataset name of what it was trained on
 * @param classes names of the classes; empty for an unconditional network, or if they are not known
 * @param model the trained network
 * @param protocol how images are drawn: averaged weights, sampler, guidance
 * @param metrics numbers and texts by name
 * @param facts of its training, by name
 */
public record ModelExport(
    String name,
    String dataset,
    List<String> classes,
    TrainedModel model,
    EvaluationProtocol protocol,
    Map<String, Object> metrics,
    Map<String, String> facts) {

  private static final int GRID_ROWS = 6;
  private static final int GRID_COLUMNS = 10;

  public ModelExport {
    Objects.requireNonNull(name, "name");
    classes = List.copyOf(classes);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** Writes further files of a bundle, such as the network in another format. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Returns the files for a model.
     *
     * @param bundle the model with its averaged weights, guide and sampler
     */
    List<BundleFile> files(ModelExport export, ModelBundle bundle);
  }

  /**
   * Writes the bundle, all or nothing.
   *
   * @param directory to write; an older bundle there is replaced
   * @param writers of files besides those of every bundle
   * @throws org.edm2search.space.base.Edm2SearchException if that fails, or the protocol asks for a
   *     guide that there is not
   */
  public void write(Path directory, List<Writer> writers) {
    ModelBundle bundle = bundle();
    bundle.write(
        directory,
        samples(bundle),
        ModelCard.markdown(name, dataset, bundle, facts),
        writers.stream().flatMap(writer -> writer.files(this, bundle).stream()).toList());
  }

  private ModelBundle bundle() {
    return new ModelBundle(
        model.weights(protocol),
        model.guide(protocol),
        new SamplerConfig(protocol.sampling(), model.labelDropout(), classes),
        metrics);
  }

  /** Draws what {@code sample} draws from the bundle. */
  private static byte[] samples(ModelBundle bundle) {
    ArchitectureSpec spec = bundle.model().architecture();
    ImageShape shape = new ImageShape(spec.imgChannels(), spec.imgResolution(), spec.labelDim());
    EvaluationProtocol protocol = EvaluationProtocol.drawing(bundle.sampler().sampling(), 0);
    try (ImageSource draw = ImageSource.of(bundle, protocol)) {
      ImageBatch images =
          new Evaluator(protocol, shape).grid(draw.denoiser(), GRID_ROWS, GRID_COLUMNS);
      return ImageGrid.png(images, images.count() / GRID_ROWS);
    }
  }
}
