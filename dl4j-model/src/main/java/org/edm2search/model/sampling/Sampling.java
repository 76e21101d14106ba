package org.edm2search.model.sampling;

import java.util.Locale;
import org.edm2search.space.CanonicalKeys;
import org.edm2search.space.yaml.Section;

/**
 * How images are drawn from a network: by the Heun sampler (EDM, algorithms 1 and 2).
 *
 * @param schedule noise levels
 * @param churn stochasticity
 * @param guidance of the network
 */
public record Sampling(SigmaSchedule schedule, Churn churn, Guidance guidance) {

  public Sampling {
    if (guidance.active() && guidedEvaluations(schedule, churn, guidance) == 0) {
      throw new IllegalArgumentException(
          "the guidance interval %s to %s holds none of the noise levels of the %d steps"
              .formatted(guidance.interval().low(), guidance.interval().high(), schedule.steps()));
    }
  }

  /**
   * Reads the sampler's keys of a section, which may have others.
   *
   * @throws org.edm2search.space.yaml.InvalidConfigException naming the key and the rule
   */
  public static Sampling read(Section section) {
    SigmaSchedule schedule = SigmaSchedule.read(section);
    Churn churn = section.optionalSection("churn").map(Churn::read).orElse(Churn.NONE);
    Guidance guidance =
        section.optionalSection("guidance").map(Guidance::read).orElseGet(Guidance.None::new);
    try {
      return new Sampling(schedule, churn, guidance);
    } catch (IllegalArgumentException e) {
      throw section.error("guidance", e.getMessage());
    }
  }

  /** Returns this with other guidance. */
  public Sampling with(Guidance other) {
    return new Sampling(schedule, churn, other);
  }

  /** Returns this in another number of steps. */
  public Sampling withSteps(int other) {
    return new Sampling(
        new SigmaSchedule(other, schedule.sigmaMin(), schedule.sigmaMax(), schedule.rho()),
        churn,
        guidance);
  }

  /** Returns the network evaluations of a sample (NFE), those of the guide included. */
  public int evaluations() {
    return schedule.evaluations() + guidedEvaluations(schedule, churn, guidance);
  }

  private static int guidedEvaluations(SigmaSchedule schedule, Churn churn, Guidance guidance) {
    return guidance.active() ? guidance.interval().count(schedule.evaluatedLevels(churn)) : 0;
  }

  /** Adds what images depend on, each key at most once. */
  public void addTo(CanonicalKeys keys) {
    keys.put("sampler", "heun")
        .put("sampler.steps", schedule.steps())
        .put("sampler.sigma_min", schedule.sigmaMin())
        .put("sampler.sigma_max", schedule.sigmaMax())
        .put("sampler.rho", schedule.rho());
    if (churn.active()) {
      keys.put("churn.amount", churn.amount())
          .put("churn.min", churn.sigmaMin())
          .put("churn.max", churn.sigmaMax())
          .put("churn.noise", churn.noise());
    }
    guidance.addTo(keys);
  }

  /** Returns the schedule for people. */
  public String describeSchedule() {
    return String.format(
        Locale.ROOT,
        "Heun, %d steps (NFE %d), σ %s to %s, ρ %s",
        schedule.steps(),
        schedule.evaluations(),
        schedule.sigmaMax(),
        schedule.sigmaMin(),
        schedule.rho());
  }

  /** Returns guidance and churn for people, each after a semicolon; empty without both. */
  public String describeOptions() {
    StringBuilder text = new StringBuilder();
    if (guidance.active()) {
      text.append("; ").append(guidance);
      if (!guidance.interval().equals(SigmaInterval.ALL)) {
        text.append(" (NFE ").append(evaluations()).append(')');
      }
    }
    if (churn.active()) {
      text.append("; ").append(churn);
    }
    return text.toString();
  }
}
