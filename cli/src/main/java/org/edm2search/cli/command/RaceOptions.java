package org.edm2search.cli.command;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.edm2search.campaign.race.RaceLimits;
import org.edm2search.space.yaml.ScaledNumber;
import picocli.CommandLine.Option;

/** When a race of finalists ends. */
final class RaceOptions {

  /** Trainings of each contender on average, unless told otherwise. */
  private static final int RUNS_EACH = 3;

  private static final double MOST_FLOPS = 1e36;
  private static final double MOST_HOURS = 100_000;

  @Option(
      names = "--confidence",
      paramLabel = "P",
      defaultValue = "0.95",
      description = "Probability of being the best of all that ends the training. Default: 0.95.")
  private double confidence;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "Most trainings, those of earlier calls included; 0 trains none. Default: 3 for each"
              + " trial that takes part.")
  private Integer runs;

  @Option(
      names = "--flops",
      paramLabel = "N",
      description = "Most FLOPs of all these trainings, with their scores. Default: no limit.")
  private String flops;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "Begin no training after so long in this call. Default: no limit.")
  private Double hours;

  /** Returns whether anything is to be trained. */
  boolean trains() {
    return runs == null || runs > 0;
  }

  /**
   * Returns the limits.
   *
   * @throws InvalidUseException naming the option that is out of bounds
   */
  RaceLimits limits(int contenders) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new InvalidUseException(
          "--confidence must be above 0 and below 1, but is " + confidence);
    }
    int most = runs == null ? RUNS_EACH * contenders : runs;
    InvalidUseException.requireBetween("--runs", most, 0, 100_000);
    return new RaceLimits(confidence, most, flops(), time());
  }

  private Optional<BigInteger> flops() {
    if (flops == null) {
      return Optional.empty();
    }
    double amount;
    try {
      amount = Double.parseDouble(ScaledNumber.expanded(flops));
    } catch (NumberFormatException e) {
      throw new InvalidUseException("--flops must be a number, but is '%s'".formatted(flops), e);
    }
    if (!(amount >= 1 && amount <= MOST_FLOPS)) {
      throw new InvalidUseException(
          "--flops must be between 1 and %.0e, but is %s".formatted(MOST_FLOPS, flops));
    }
    return Optional.of(new BigDecimal(amount).toBigInteger());
  }

  private Optional<Duration> time() {
    if (hours == null) {
      return Optional.empty();
    }
    if (!(hours > 0 && hours <= MOST_HOURS)) {
      throw new InvalidUseException(
          "--hours must be above 0 and at most %.0f, but is %s".formatted(MOST_HOURS, hours));
    }
    return Optional.of(Duration.ofMillis(Math.round(hours * Duration.ofHours(1).toMillis())));
  }
}
