package org.edm2search.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.Trainer;
import org.edm2search.train.TrainingListener;
import org.edm2search.train.TrainingProgress;
import org.edm2search.train.TrainingRecipe;

/** Trains the quickstart's network for 2,000 steps and prints the resident memory on the way. */
public final class ResidentMemory {

  private static final int STEPS = 2000;
  private static final int FIRST = 200;

  private ResidentMemory() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    Workload workload = Workload.ALL.get(0);
    ArchitectureSpec architecture = workload.architecture();
    long images = (long) STEPS * workload.batch();
    double budget = CostModel.of(architecture).training(images).doubleValue();
    String recipe =
        "flops: %s\nbatch: %d\nlearning_rate: 0.05\n".formatted(budget, workload.batch());
    Path directory = Files.createTempDirectory("resident-memory");
    Map<Long, Long> resident = new TreeMap<>();
    new Trainer(
            TrainingRecipe.read(Section.parse(recipe, "recipe")),
            FashionMnist.load(FashionMnist.Split.TRAINING, workload.resolution()),
            0)
        .train(
            architecture,
            directory,
            new TrainingListener() {
              @Override
              public void stepped(TrainingProgress progress) {
                long step = progress.images() / workload.batch();
                if (step % FIRST == 0) {
                  resident.put(step, Subject.memory("VmRSS"));
                }
              }
            });
    long first = Objects.requireNonNull(resident.get((long) FIRST), "trains past the first look");
    System.out.println("| steps | resident MiB | of that after " + FIRST + " |");
    System.out.println("| --- | --- | --- |");
    resident.forEach(
        (step, bytes) ->
            System.out.printf(
                Locale.ROOT,
                "| %d | %.1f | %.4f |%n",
                step,
                bytes / 1048576.0,
                bytes / (double) first));
  }
}
