package org.edm2search.pipeline.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.edm2search.campaign.report.ReportJson;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.sampling.Guidance;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.Section;

/**
 * What a directory that was trained in says of its data set, recipe and protocol, so that {@code
 * evaluate} and {@code export} need not be told again: {@code recipe.yaml}, a campaign's file or
 * its sections {@code data} and {@code training}, and {@code training.json}, where it came from.
 *
 * @param file the YAML file
 * @param recipe what it holds
 * @param origin what {@link #write} was given; empty for a campaign's trial
 * @param drawn how a bundle's network is drawn from, whatever the recipe says
 */
public record RunFiles(
    Path file, Section recipe, Map<String, String> origin, Optional<Drawn> drawn) {

  /** Name of the file with the recipe. */
  public static final String RECIPE = "recipe.yaml";

  private static final String ORIGIN = "training.json";
  private static final String EMA = "ema";
  static final String GUIDANCE = "guidance";

  /**
   * How a bundle draws.
   *
   * @param ema length of its averaged weights
   * @param sampling its sampler
   */
  public record Drawn(double ema, Sampling sampling) {}

  public RunFiles {
    origin = Map.copyOf(origin);
  }

  private static RunFiles of(Path file, Map<String, String> origin) {
    return new RunFiles(file, Section.load(file), origin, Optional.empty());
  }

  /**
   * Returns the text of the YAML file.
   *
   * @throws Edm2SearchException if it cannot be read any more
   */
  public String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Edm2SearchException(file + ": cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  /**
   * Writes both files.
   *
   * @param recipe text of the YAML file
   * @param origin facts by name
   * @param choice EMA length and guidance that finalists chose for the trial it came from
   */
  public static void write(
      Path directory, String recipe, Map<String, String> origin, Optional<FinalChoice> choice) {
    AtomicFile.write(directory.resolve(RECIPE), recipe);
    Map<String, String> all = new TreeMap<>(origin);
    choice.ifPresent(
        chosen -> {
          all.put(EMA, Double.toString(chosen.ema()));
          all.put(GUIDANCE, Double.toString(chosen.guidance()));
        });
    AtomicFile.write(directory.resolve(ORIGIN), ReportJson.write(all));
  }

  /**
   * Finds the files of a checkpoint: beside it or, for a campaign's trial, the campaign's; or those
   * of a bundle, which draws by its own sampler.
   *
   * @param directory that holds the checkpoint, or the bundle
   * @throws org.edm2search.space.yaml.InvalidConfigException if one is damaged
   */
  public static Optional<RunFiles> find(Path directory) {
    Path folder = directory.toAbsolutePath().normalize();
    Path recipe = folder.resolve(RECIPE);
    if (Files.isRegularFile(recipe)) {
      return Optional.of(
          ModelBundle.isBundle(folder)
              ? ofBundle(folder, recipe)
              : of(recipe, origin(folder.resolve(ORIGIN))));
    }
    Path trials = folder.getParent();
    if (trials != null && trials.endsWith("trials")) {
      Path campaign = trials.resolveSibling("campaign.yaml");
      if (Files.isRegularFile(campaign)) {
        return Optional.of(of(campaign, Map.of()));
      }
    }
    return Optional.empty();
  }

  private static RunFiles ofBundle(Path folder, Path recipe) {
    Section training = Section.load(folder.resolve(TrainingFacts.NAME));
    return new RunFiles(
        recipe,
        Section.load(recipe),
        Map.of(),
        Optional.of(new Drawn(training.number(EMA), ModelBundle.sampler(folder).sampling())));
  }

  private static Map<String, String> origin(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    // JSON is YAML, and is read within the same bounds.
    Section section = Section.load(file);
    Map<String, String> origin = new TreeMap<>();
    section.keys().forEach(key -> origin.put(key, section.string(key)));
    return origin;
  }

  /**
   * Returns the protocol: that of the recipe, with what finalists chose, or a bundle's sampler.
   *
   * @throws Edm2SearchException if the choice does not fit the protocol
   */
  public EvaluationProtocol protocol() {
    EvaluationProtocol protocol = EvaluationProtocol.read(recipe.sectionOrEmpty("evaluation"));
    if (drawn.isPresent()) {
      return protocol.withEma(drawn.get().ema()).with(drawn.get().sampling());
    }
    if (!origin.containsKey(EMA) || !origin.containsKey(GUIDANCE)) {
      return protocol;
    }
    Section choice = Section.of(origin, ORIGIN);
    try {
      return new FinalChoice(
              choice.number(EMA), choice.number(GUIDANCE), "", 0, 0, List.of(), Optional.empty())
          .applyTo(protocol);
    } catch (IllegalArgumentException e) {
      throw new Edm2SearchException(ORIGIN + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the protocol that a score of a bundle was measured by, if it was measured as the bundle
   * draws: there, the guide had not been exported yet.
   */
  public EvaluationProtocol asScored() {
    EvaluationProtocol now = protocol();
    boolean guided = now.guidance() instanceof Guidance.Autoguidance && recipe.has("evaluation");
    if (!guided) {
      return now;
    }
    Guidance then = EvaluationProtocol.read(recipe.section("evaluation")).guidance();
    return then instanceof Guidance.Autoguidance before
        ? now.with(
            now.sampling()
                .with(
                    new Guidance.Autoguidance(
                        now.guidance().weight(), now.guidance().interval(), before.guide())))
        : now;
  }
}
