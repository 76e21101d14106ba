package org.edm2search.campaign.report;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.trial.Attempt;
import org.edm2search.campaign.trial.FailureKind;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Provenance;
import org.edm2search.campaign.trial.RungLoss;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.LossPoint;

/**
 * A trial in full.
 *
 * @param training which training it is
 * @param course how it went
 * @param measurement its numbers, once complete
 * @param candidate the network
 * @param spentFlops what it has cost
 * @param architectureYaml the network's declaration
 * @param times when it was worked on
 * @param kept what is kept of it
 */
public record TrialReport(
    @JsonUnwrapped Training training,
    @JsonUnwrapped Course course,
    Optional<Numbers> measurement,
    @JsonUnwrapped CandidateReport candidate,
    SpentFlops spentFlops,
    String architectureYaml,
    @JsonUnwrapped Times times,
    @JsonUnwrapped Kept kept) {

  /**
   * Which training of its architecture a trial is.
   *
   * @param trial its number
   * @param repeatOf the trial that it trains again, with another seed
   * @param runs the trainings of its architecture: the search's and the repeats
   */
  public record Training(int trial, Optional<Integer> repeatOf, List<Run> runs) {

    public Training {
      runs = List.copyOf(runs);
    }
  }

  /**
   * How a trial went.
   *
   * @param state where it stands
   * @param reason why it was pruned or failed, otherwise empty
   * @param failedAttempts attempts at it that failed
   * @param rungs its held-out losses at the rungs it was trained to, lowest first
   */
  public record Course(
      TrialState state, String reason, List<FailedAttempt> failedAttempts, List<Rung> rungs) {

    public Course {
      failedAttempts = List.copyOf(failedAttempts);
      rungs = List.copyOf(rungs);
    }
  }

  /**
   * When a trial was worked on.
   *
   * @param createdAt when it was proposed
   * @param startedAt when its last run started
   * @param finishedAt when it finished
   */
  public record Times(
      Instant createdAt, Optional<Instant> startedAt, Optional<Instant> finishedAt) {}

  /**
   * What is kept of a trial.
   *
   * @param provenance what it came from, once finished
   * @param losses training loss by images
   * @param files paths
   */
  public record Kept(Optional<Provenance> provenance, List<LossPoint> losses, List<String> files) {

    public Kept {
      losses = List.copyOf(losses);
      files = List.copyOf(files);
    }
  }

  /**
   * A training.
   *
   * @param trial its number
   * @param state where it stands
   * @param score once complete
   */
  public record Run(int trial, TrialState state, OptionalDouble score) {

    static Run of(Trial run) {
      return new Run(run.number(), run.state(), run.score());
    }
  }

  /**
   * What a trial showed at a rung.
   *
   * @param rung its number, from 1
   * @param images trained images
   * @param trainingFlops multiply-adds of training up to here
   * @param heldOutLoss mean over the held-out images
   * @param standardError of that mean
   * @param byNoiseLevel mean of each noise bin, lowest levels first
   * @param aboveBest how much that is above the lowest at the rung; empty for the lowest itself,
   *     and where an earlier version measured it
   */
  public record Rung(
      int rung,
      long images,
      BigInteger trainingFlops,
      double heldOutLoss,
      double standardError,
      List<Double> byNoiseLevel,
      Optional<RungDifference> aboveBest) {

    public Rung {
      byNoiseLevel = List.copyOf(byNoiseLevel);
    }

    static Rung of(Trial trial, RungLoss loss, Optional<RungDifference> aboveBest) {
      return new Rung(
          loss.rung() + 1,
          loss.images(),
          trial.candidate().cost().training(loss.images()),
          loss.loss(),
          loss.standardError(),
          loss.bins(),
          aboveBest);
    }
  }

  /**
   * An attempt that failed.
   *
   * @param kind whose fault it was
   * @param reason in one line
   * @param startedAt when it began
   * @param endedAt when it failed
   */
  public record FailedAttempt(FailureKind kind, String reason, Instant startedAt, Instant endedAt) {

    static FailedAttempt of(Attempt attempt) {
      return new FailedAttempt(
          attempt.kind(), attempt.reason(), attempt.startedAt(), attempt.endedAt());
    }
  }

  /**
   * What was measured.
   *
   * @param score lower is better
   * @param scoreName what it measures
   * @param protocol how it was obtained
   * @param others further values by name, beside the score in JSON
   */
  public record Numbers(
      double score,
      String scoreName,
      @JsonUnwrapped ProtocolReport protocol,
      @JsonAnyGetter Map<String, Double> others) {

    static Numbers of(Measurement measurement) {
      Map<String, Double> others = new LinkedHashMap<>();
      measurement.others().forEach(quantity -> others.put(quantity.name(), quantity.value()));
      return new Numbers(
          measurement.score().value(),
          measurement.score().name(),
          ProtocolReport.of(measurement.protocol()),
          others);
    }
  }

  /**
   * Reports a trial.
   *
   * @param runs the trainings of its architecture
   * @param attempts attempts at it that failed
   * @param differences of its losses at rungs to the lowest there, by index of the rung
   * @param losses its loss curve
   * @param files paths of the files kept of it
   */
  public static TrialReport of(
      Trial trial,
      List<Trial> runs,
      List<Attempt> attempts,
      Map<Integer, RungDifference> differences,
      List<LossPoint> losses,
      List<String> files) {
    return new TrialReport(
        new Training(trial.number(), trial.repeatOf(), runs.stream().map(Run::of).toList()),
        new Course(
            trial.state(),
            trial.reason(),
            attempts.stream().map(FailedAttempt::of).toList(),
            trial.rungs().reached().stream()
                .map(
                    loss -> Rung.of(trial, loss, Optional.ofNullable(differences.get(loss.rung()))))
                .toList()),
        trial.measurement().map(Numbers::of),
        CandidateReport.of(trial.candidate()),
        SpentFlops.of(trial.spent()),
        trial.candidate().network().yaml(),
        new Times(trial.createdAt(), trial.startedAt(), trial.finishedAt()),
        new Kept(trial.provenance(), losses, files));
  }
}
