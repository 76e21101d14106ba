package org.edm2search.campaign.worker;

import java.nio.file.Path;
import java.util.Objects;
import org.edm2search.campaign.TrialRequest;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;

/** What a campaign says to a worker. */
sealed interface Order {

  int trial();

  /**
   * Run a trial. A worker has one at a time.
   *
   * @param architecture canonical YAML
   * @param directory for artifacts
   */
  record Run(int trial, String architecture, Cost cost, String directory, long seed)
      implements Order {
    public Run {
      Wire.requireTrial(trial);
      Wire.requireText("architecture", architecture);
      Wire.requireText("directory", directory);
      Objects.requireNonNull(cost, "cost");
    }

    static Run of(TrialRequest request) {
      return new Run(
          request.number(),
          ArchitectureYaml.write(request.architecture()),
          request.cost(),
          request.directory().toString(),
          request.seed());
    }

    TrialRequest request() {
      return new TrialRequest(
          trial,
          ArchitectureYaml.read(Section.parse(architecture, "architecture of trial " + trial)),
          cost,
          Path.of(directory),
          seed);
    }
  }

  /** The last point of the loss curve is in the store: go on, a checkpoint may follow. */
  record GoOn(int trial) implements Order {
    public GoOn {
      Wire.requireTrial(trial);
    }
  }

  /** Give the trial up. */
  record Prune(int trial, String reason) implements Order {
    public Prune {
      Wire.requireTrial(trial);
      Wire.requireText("reason", reason);
    }
  }

  /** Save the work and end the trial. */
  record Stop(int trial) implements Order {
    public Stop {
      Wire.requireTrial(trial);
    }
  }
}
