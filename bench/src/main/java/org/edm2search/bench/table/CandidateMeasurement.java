package org.edm2search.bench.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.data.source.DataChoice;
import org.edm2search.eval.DistanceMeter;
import org.edm2search.eval.Evaluation;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.Evaluator;
import org.edm2search.eval.Reference;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.loss.DenoisingLoss;
import org.edm2search.eval.loss.HeldOutLoss;
import org.edm2search.eval.loss.NoiseStrata;
import org.edm2search.eval.reference.ReferenceStore;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.train.NoiseDistribution;
import org.edm2search.train.SavingIntervals;
import org.edm2search.train.TrainedCandidate;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingListener;
import org.edm2search.train.TrainingRecipe;

/**
 * Trains a candidate once, with the schedule of the whole budget, and measures it on the way: a
 * function of architecture and seed alone. Not thread-safe.
 */
final class CandidateMeasurement implements AutoCloseable {

  /** Rungs, as the part of the budget that is one over this. */
  static final List<Integer> RUNGS = List.of(9, 3, 1);

  /** Column of the digest of all that scores depend on beside the candidate. */
  static final String PROTOCOL = "protocol";

  private static final long NOISY_IMAGES_SEED = 1;
  private static final int LOSS_BATCH = 128;

  private final CampaignSettings settings;
  private final SearchSpace space;
  private final FeatureExtractor extractor;
  private final Reference reference;
  private final DistanceMeter meter;
  private final HeldOutLoss heldOut;

  CandidateMeasurement(CampaignSettings settings, SearchSpace space, FeatureExtractor extractor) {
    this.settings = settings;
    this.space = space;
    this.extractor = extractor;
    ReferenceStore store = ReferenceStore.ofUser(DataChoice.userCache().directory());
    this.reference = store.statistics(settings.images(), extractor, done -> {});
    this.meter =
        new DistanceMeter(
            reference.statistics(), store.sample(settings.images(), extractor, done -> {}));
    NoiseDistribution noise = settings.recipe().noise();
    this.heldOut =
        HeldOutLoss.of(
            FashionMnist.load(FashionMnist.Split.TEST, settings.images().resolution()),
            new NoiseStrata(noise.mean(), noise.standardDeviation(), HeldOutLoss.BINS),
            HeldOutLoss.IMAGES,
            NOISY_IMAGES_SEED);
  }

  /**
   * Returns the protocols that are scored at a rung: a quarter of the samples at the lower ones; at
   * the top a block of all of them, and from the first seed a second block with latents of its own.
   */
  private List<EvaluationProtocol> protocols(int rung, long seed) {
    EvaluationProtocol protocol = settings.protocol();
    if (rung > 1) {
      return List.of(protocol.with(protocol.set().withCount(protocol.samples() / 4)));
    }
    return seed == 1
        ? List.of(
            protocol, protocol.with(protocol.set().withSeed(protocol.seed() + protocol.samples())))
        : List.of(protocol);
  }

  /** Returns the first letters of the digest of all that scores depend on beside the candidate. */
  String protocol() {
    return settings.protocol().digest(extractor, reference.id()).substring(0, 8);
  }

  /**
   * Trains and measures.
   *
   * @param directory for the training's files; what is there is gone on with, and removed at the
   *     end
   * @param losses file that receives the losses of each noisy image at each rung
   * @return the line of the table, by column
   */
  Map<String, String> measure(Genotype genotype, long seed, Path directory, Path losses) {
    ArchitectureSpec architecture = space.decode(genotype);
    Cost cost = CostModel.of(architecture);
    Map<String, String> line = new LinkedHashMap<>();
    for (int i = 0; i < genotype.alleles().size(); i++) {
      List<String> alleles = space.loci().get(i).alleles();
      String allele = alleles.get(genotype.alleles().get(i));
      line.put(space.loci().get(i).name(), allele.replace(',', '+'));
    }
    line.put("id", genotype.id());
    line.put("seed", Long.toString(seed));
    line.put(PROTOCOL, protocol());
    line.put("parameters", Long.toString(cost.parameters()));
    line.put("multiply_adds", Long.toString(cost.multiplyAdds()));

    TrainingRecipe recipe = withSnapshots(settings.recipe(), cost);
    TrainedCandidate candidate =
        new Trainer(recipe, settings.images(), seed)
            .train(architecture, directory, new TrainingListener() {});
    long start = System.nanoTime();
    Map<String, Tensor> perImage = new TreeMap<>();
    for (int rung : RUNGS) {
      long images = rung == 1 ? candidate.images() : recipe.saving().snapshotImages() * (9 / rung);
      DenoisingLoss loss = measure(candidate, rung, images, seed, line);
      perImage.put("loss_" + rung, Tensor.vector(floats(loss.perImage())));
    }
    Safetensors.write(losses, new TensorFile(Map.of(), perImage));
    line.put("training_seconds", "%.1f".formatted(candidate.seconds()));
    line.put("scoring_seconds", "%.1f".formatted((System.nanoTime() - start) / 1e9));
    delete(directory);
    return line;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private DenoisingLoss measure(
      TrainedCandidate candidate, int rung, long images, long seed, Map<String, String> line) {
    String suffix = "_" + rung;
    Cost cost = CostModel.of(candidate.architecture());
    int classes = candidate.architecture().labelDim();
    try (Network network = candidate.network(settings.protocol().ema(), images)) {
      DenoisingLoss loss = heldOut.of(network, classes, LOSS_BATCH);
      line.put("images" + suffix, Long.toString(images));
      line.put("training_flops" + suffix, TrainingRecipe.spent(cost, images).toString());
      put(line, "loss", suffix, loss.mean());
      for (int bin = 0; bin < HeldOutLoss.BINS; bin++) {
        line.put("loss_bin" + bin + suffix, number(loss.binMeans().get(bin)));
      }
      line.put(
          "loss_flops" + suffix,
          Long.toString(Math.multiplyExact(cost.multiplyAdds(), heldOut.evaluations())));
      int block = 0;
      for (EvaluationProtocol protocol : protocols(rung, seed)) {
        Evaluation evaluation =
            new Evaluator(protocol, settings.shape())
                .evaluate(network, extractor, reference, meter, (drawn, total) -> {});
        block++;
        put(line, "fd_block" + block, suffix, evaluation.score());
        line.put(
            "fd_block" + block + "_flops" + suffix,
            Long.toString(
                Math.multiplyExact(
                    cost.multiplyAdds(),
                    (long) protocol.samples() * protocol.sampling().evaluations())));
      }
      if (rung == 1 && block == 1) {
        List.of("fd_block2_1", "fd_block2_se_1", "fd_block2_flops_1")
            .forEach(column -> line.put(column, ""));
      }
      return loss;
    }
  }

  private static void put(Map<String, String> line, String name, String suffix, Estimate value) {
    line.put(name + suffix, number(value.value()));
    line.put(name + "_se" + suffix, number(value.standardDeviation()));
  }

  private static String number(double value) {
    return Float.toString((float) value);
  }

  /** Stores averages at every ninth of the training, which changes nothing else. */
  private static TrainingRecipe withSnapshots(TrainingRecipe recipe, Cost cost) {
    long ninth = recipe.images(cost) / recipe.batch() / 9 * recipe.batch();
    if (ninth == 0) {
      throw new IllegalArgumentException(
          "the budget buys fewer than 9 batches: no rung at a ninth of it");
    }
    return recipe.withSaving(new SavingIntervals(recipe.saving().checkpointImages(), ninth));
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    extractor.close();
  }
}
