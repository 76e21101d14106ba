package org.edm2search.campaign.tensorboard;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.trial.Measurement;
import org.edm2search.campaign.trial.Quantity;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.LossPoint;
import org.jspecify.annotations.Nullable;

/**
 * A campaign's journal as event files, one directory a trial: loss by images, the score and what
 * else was measured, samples, and the genes as hyper-parameters. Reads the campaign, and writes
 * elsewhere.
 */
public final class EventFiles {

  private static final String NAME = "events.out.tfevents.0000000000.edm2-search";
  private static final long LARGEST_PICTURE = 64L << 20;

  private final CampaignDirectory campaign;
  private final Path out;
  private final Map<Integer, Run> runs = new TreeMap<>();

  private static final class Run {
    private final EventFile file;
    private long images;
    private boolean ended;

    Run(EventFile file) {
      this.file = file;
    }
  }

  /**
   * Prepares files.
   *
   * @param out directory for them; those of trials that are there are replaced
   */
  public EventFiles(CampaignDirectory campaign, Path out) {
    this.campaign = campaign;
    this.out = out;
  }

  /**
   * Writes what the journal has and the files have not.
   *
   * @return how many trials there are files of
   */
  public int update(JournalReader journal) {
    for (Trial trial : journal.snapshot().trials()) {
      Run known = runs.get(trial.number());
      if (trial.startedAt().isPresent() && (known == null || !known.ended)) {
        write(trial, journal);
      }
    }
    return runs.size();
  }

  private void write(Trial trial, JournalReader journal) {
    Instant start = trial.startedAt().orElseThrow();
    Run run = runs.computeIfAbsent(trial.number(), number -> begun(trial, start));
    List<LossPoint> losses = journal.losses(trial.number());
    long last = losses.isEmpty() ? 1 : losses.get(losses.size() - 1).images();
    Duration took = trial.duration().orElse(Duration.ofMillis(losses.size()));
    for (LossPoint point : losses) {
      if (point.images() > run.images) {
        // The journal has no times of points: they are spread evenly.
        Instant at = start.plusMillis(Math.round(took.toMillis() * (double) point.images() / last));
        run.file.scalar("loss", point.images(), at, point.loss());
        run.images = point.images();
      }
    }
    if (trial.state().finished()) {
      Instant end = trial.finishedAt().orElseThrow();
      trial.measurement().ifPresent(measured -> measured(trial, measured, run, end));
      if (trial.state() == TrialState.COMPLETE) {
        run.file.ended(end);
      }
      run.ended = true;
    }
  }

  private Run begun(Trial trial, Instant at) {
    String name = "trial-%04d".formatted(trial.number());
    Run run = new Run(new EventFile(out.resolve(name).resolve(NAME), at));
    Map<String, String> genes = new TreeMap<>(trial.candidate().genotype().choices());
    run.file.began(genes, "trial-%04d".formatted(trial.repeatOf().orElse(trial.number())), at);
    return run;
  }

  private void measured(Trial trial, Measurement measured, Run run, Instant at) {
    run.file.scalar("score", run.images, at, measured.score().value());
    for (Quantity quantity : measured.others()) {
      run.file.scalar("measured/" + quantity.name(), run.images, at, quantity.value());
    }
    picture(campaign.trial(trial.number()).resolve(CampaignDirectory.SAMPLES))
        .ifPresent(
            png -> {
              BufferedImage image = decoded(png);
              if (image != null) {
                run.file.image("samples", run.images, at, png, image.getWidth(), image.getHeight());
              }
            });
  }

  private static Optional<byte[]> picture(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
              && Files.size(file) <= LARGEST_PICTURE
          ? Optional.of(Files.readAllBytes(file))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static @Nullable BufferedImage decoded(byte[] png) {
    try {
      return ImageIO.read(new ByteArrayInputStream(png));
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }
}
