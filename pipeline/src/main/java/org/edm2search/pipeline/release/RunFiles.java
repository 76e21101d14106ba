package org.edm2search.pipeline.release;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.pipeline.trial.Json;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.Section;

/**
 * What a directory that was trained in says of its data set, recipe and protocol, so that {@code
 * evaluate} and {@code export} need not be told again: {@code recipe.yaml}, a campaign's file or
 * its sections {@code data} and {@code training}, and {@code training.json}, where it came from.
 *
 * @param recipe the YAML file
 * @param origin what {@link #write} was given; empty for a campaign's trial
 */
public record RunFiles(Section recipe, Map<String, String> origin) {

  /** Name of the file with the recipe. */
  public static final String RECIPE = "recipe.yaml";

  private static final String ORIGIN = "training.json";
  private static final String EMA = "ema";
  private static final String GUIDANCE = "guidance";

  public RunFiles {
    origin = Map.copyOf(origin);
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
    Map<String, String> all = new java.util.TreeMap<>(origin);
    choice.ifPresent(
        chosen -> {
          all.put(EMA, Double.toString(chosen.ema()));
          all.put(GUIDANCE, Double.toString(chosen.guidance()));
        });
    AtomicFile.write(directory.resolve(ORIGIN), Json.write(all));
  }

  /**
   * Finds the files of a checkpoint: beside it or, for a campaign's trial, the campaign's.
   *
   * @param directory that holds the checkpoint
   * @throws org.edm2search.space.yaml.InvalidConfigException if one is damaged
   */
  public static Optional<RunFiles> find(Path directory) {
    Path folder = directory.toAbsolutePath().normalize();
    Path recipe = folder.resolve(RECIPE);
    if (Files.isRegularFile(recipe)) {
      return Optional.of(new RunFiles(Section.load(recipe), origin(folder.resolve(ORIGIN))));
    }
    Path trials = folder.getParent();
    if (trials != null && trials.endsWith("trials")) {
      Path campaign = trials.resolveSibling("campaign.yaml");
      if (Files.isRegularFile(campaign)) {
        return Optional.of(new RunFiles(Section.load(campaign), Map.of()));
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> origin(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    // JSON is YAML, and is read within the same bounds.
    Section section = Section.load(file);
    Map<String, String> origin = new java.util.TreeMap<>();
    section.keys().forEach(key -> origin.put(key, section.string(key)));
    return origin;
  }

  /**
   * Returns the protocol: that of the recipe, with what finalists chose.
   *
   * @throws Edm2SearchException if the choice does not fit the protocol
   */
  public EvaluationProtocol protocol() {
    EvaluationProtocol protocol =
        EvaluationProtocol.read(
            recipe.has("evaluation")
                ? recipe.section("evaluation")
                : Section.of(Map.of(), "evaluation"));
    if (!origin.containsKey(EMA) || !origin.containsKey(GUIDANCE)) {
      return protocol;
    }
    Section choice = Section.of(origin, ORIGIN);
    try {
      return new FinalChoice(
              choice.number(EMA), choice.number(GUIDANCE), "", 0, 0, java.util.List.of())
          .applyTo(protocol);
    } catch (IllegalArgumentException e) {
      throw new Edm2SearchException(ORIGIN + ": " + e.getMessage(), e);
    }
  }
}
