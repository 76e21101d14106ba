package org.edm2search.campaign.worker;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
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
   * @param rung to train to; empty to train at a stretch
   */
  record Run(
      int trial,
      String architecture,
      Cost cost,
      String directory,
      long seed,
      Optional<TrialRequest.Rung> rung)
      implements Order {
    public Run {
      Wire.requireTrial(trial);
      Wire.requireText("architecture", architecture);
      Wire.requireText("directory", directory);
      Objects.requireNonNull(cost, "cost");
      Objects.requireNonNull(rung, "rung");
    }

    static Run of(TrialRequest request) {
      return new Run(
          request.number(),
          ArchitectureYaml.write(request.architecture()),
          request.cost(),
          request.directory().toString(),
          request.seed(),
          request.rung());
    }

    TrialRequest request() {
      return new TrialRequest(
          trial,
          ArchitectureYaml.read(Section.parse(architecture, "architecture of trial " + trial)),
          cost,
          Path.of(directory),
          seed,
          rung);
    }
  }

  /** The last point of the loss curve is in the store: go on, a checkpoint may follow. */
  record GoOn(int trial) implements Order {
    public GoOn {
      Wire.requireTrial(trial);
    }
  }

  /** Save the work and end the trial. */
  record Stop(int trial) implements Order {
    public Stop {
      Wire.requireTrial(trial);
    }
  }
}
