package org.edm2search.model.sampling;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.edm2search.space.CanonicalKeys;
import org.edm2search.space.base.Sha256;
import org.edm2search.space.yaml.Section;

/** How a network is guided while images are drawn: a protocol's {@code guidance} section. */
public sealed interface Guidance {

  /** Name of {@link Autoguidance} in files and options. */
  String AUTOGUIDANCE = "autoguidance";

  /** Name of {@link ClassifierFree} in files and options. */
  String CLASSIFIER_FREE = "classifier-free";

  /** The names of the kinds. */
  List<String> KINDS = List.of(AUTOGUIDANCE, CLASSIFIER_FREE);

  /** The guide where none is named: the same network after a quarter of its training. */
  Guide DEFAULT_GUIDE = new Guide.Snapshot(0.25);

  /** The network alone. */
  record None() implements Guidance {
    @Override
    public double weight() {
      return 1;
    }

    @Override
    public SigmaInterval interval() {
      return SigmaInterval.ALL;
    }

    @Override
    public String toString() {
      return "no guidance";
    }
  }

  /**
   * Guidance by a worse network (Karras et al. 2024).
   *
   * @param weight w, not 1
   * @param interval guided noise levels
   * @param guide the worse network
   */
  record Autoguidance(double weight, SigmaInterval interval, Guide guide) implements Guidance {

    public Autoguidance {
      requireWeight(weight);
    }

    @Override
    public String toString() {
      return "autoguidance %s by %s%s".formatted(weight, guide, inside(interval));
    }
  }

  /**
   * Guidance by the same network without its class (Ho and Salimans 2022).
   *
   * @param weight w, not 1
   * @param interval guided noise levels
   */
  record ClassifierFree(double weight, SigmaInterval interval) implements Guidance {

    public ClassifierFree {
      requireWeight(weight);
    }

    @Override
    public String toString() {
      return "classifier-free guidance %s%s".formatted(weight, inside(interval));
    }
  }

  /** The worse network of autoguidance. */
  sealed interface Guide {

    /** Returns what it is, as the value of a canonical key. */
    String key();

    /** The same network after a share of its training, above 0 and at most 1. */
    record Snapshot(double share) implements Guide {

      public Snapshot {
        if (!(share > 0 && share <= 1)) {
          throw new IllegalArgumentException(
              "must be above 0 and at most 1: a share of the training");
        }
      }

      @Override
      public String key() {
        return "snapshot " + share;
      }

      @Override
      public String toString() {
        return "the network after %s of its training".formatted(share);
      }
    }

    /** Another network, such as a smaller one: a checkpoint file and its SHA-256. */
    record CheckpointFile(Path file, String sha256) implements Guide {

      /**
       * Reads a file's checksum.
       *
       * @throws IOException if it cannot be read
       */
      public static CheckpointFile of(Path file) throws IOException {
        return new CheckpointFile(file, new Sha256().add(file).hex());
      }

      @Override
      public String key() {
        return "checkpoint " + sha256;
      }

      @Override
      public String toString() {
        return "checkpoint " + sha256;
      }
    }

    /** The guide that was exported with a network. */
    record Exported() implements Guide {
      @Override
      public String key() {
        return "exported";
      }

      @Override
      public String toString() {
        return "the exported guide";
      }
    }
  }

  /** Returns w, 1 for none. */
  double weight();

  /** Returns the noise levels that are guided. */
  SigmaInterval interval();

  /** Returns whether images depend on it. */
  default boolean active() {
    return weight() != 1;
  }

  /** Adds what images depend on: nothing without guidance. */
  default void addTo(CanonicalKeys keys) {
    if (!active()) {
      return;
    }
    keys.put("guidance.kind", kind()).put("guidance.weight", weight());
    if (!interval().equals(SigmaInterval.ALL)) {
      keys.put("guidance.above", interval().low()).put("guidance.to", interval().high());
    }
    if (this instanceof Autoguidance autoguidance) {
      keys.put("guidance.guide", autoguidance.guide().key());
    }
  }

  /** Returns the name of the kind in files and options. */
  default String kind() {
    return this instanceof ClassifierFree ? CLASSIFIER_FREE : AUTOGUIDANCE;
  }

  /**
   * Makes guidance of a kind.
   *
   * @param kind {@link #AUTOGUIDANCE} or {@link #CLASSIFIER_FREE}
   * @param weight w; 1 for none
   * @param guide of autoguidance
   */
  static Guidance of(String kind, double weight, SigmaInterval interval, Guide guide) {
    if (weight == 1) {
      return new None();
    }
    return kind.equals(CLASSIFIER_FREE)
        ? new ClassifierFree(weight, interval)
        : new Autoguidance(weight, interval, guide);
  }

  /**
   * Reads a {@code guidance} section.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  static Guidance read(Section section) {
    String kind = section.oneOf("kind", KINDS, AUTOGUIDANCE);
    double weight = section.number("weight");
    if (!(weight >= 0 && weight <= 100)) {
      throw section.error(
          "weight", "must be between 0 and 100, 1 for no guidance, but is " + weight);
    }
    SigmaInterval interval = section.has("interval") ? interval(section) : SigmaInterval.ALL;
    if (kind.equals(CLASSIFIER_FREE) && section.has("guide")) {
      throw section.error(
          "guide", "is for autoguidance; classifier-free guidance needs no other network");
    }
    Guide guide = section.optionalSection("guide").map(Guidance::guide).orElse(DEFAULT_GUIDE);
    section.rejectUnknown();
    return of(kind, weight, interval, guide);
  }

  private static SigmaInterval interval(Section section) {
    List<Double> limits = section.numbers("interval");
    if (limits.size() != 2) {
      throw section.error("interval", "must be two noise levels such as [0.2, 5]");
    }
    try {
      return new SigmaInterval(limits.get(0), limits.get(1));
    } catch (IllegalArgumentException e) {
      throw section.error("interval", e.getMessage());
    }
  }

  private static Guide guide(Section section) {
    boolean another = section.has("checkpoint");
    if (another && section.has("snapshot")) {
      throw section.error("checkpoint", "cannot be given together with snapshot");
    }
    Guide guide = another ? checkpoint(section) : snapshot(section);
    section.rejectUnknown();
    return guide;
  }

  private static Guide snapshot(Section section) {
    if (!section.has("snapshot")) {
      return DEFAULT_GUIDE;
    }
    double share = section.number("snapshot");
    try {
      return new Guide.Snapshot(share);
    } catch (IllegalArgumentException e) {
      throw section.error("snapshot", e.getMessage());
    }
  }

  private static Guide checkpoint(Section section) {
    try {
      return Guide.CheckpointFile.of(Path.of(section.string("checkpoint")));
    } catch (IOException e) {
      throw section.error("checkpoint", "must be a checkpoint file, but cannot be read");
    }
  }

  private static void requireWeight(double weight) {
    if (!(weight >= 0 && weight <= 100) || weight == 1) {
      throw new IllegalArgumentException(
          "the guidance weight must be between 0 and 100 and not 1, but is " + weight);
    }
  }

  private static String inside(SigmaInterval interval) {
    return interval.equals(SigmaInterval.ALL)
        ? ""
        : " where %s < σ ≤ %s".formatted(interval.low(), interval.high());
  }
}
