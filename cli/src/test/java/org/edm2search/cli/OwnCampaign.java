package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.journal.CampaignSnapshot;
import org.edm2search.campaign.journal.JournalReader;

/**
 * A small campaign on images of one's own, run by the real launcher in worker processes: colour,
 * many of one class and few of the other, some half transparent.
 */
final class OwnCampaign {

  static final String NAME = "photos";

  private static final String YAML =
      """
      campaign: {name: photos, seed: 3, trials: 4}
      search: {strategy: random%s}
      space:
        genes:
          kernel: {scope: stage, values: [3, 5]}
          expansion: {scope: global, values: [2, 4]}
          embedding: {scope: global, values: [wide, narrow]}
      network: {model_channels: 8, channel_mult: [1, 2], num_blocks: 1, attn_resolutions: [], channels_per_head: 8}
      data: {dataset: pictures, class_conditional: true}
      training: {flops: %s, batch: 16, learning_rate: 0.02, checkpoint_images: 64, snapshot_images: 64}
      evaluation: {samples: 32, steps: 3}
      executor: {workers: 2, pause: 0s}
      """;

  private final Path directory;
  private final Launcher program;

  private OwnCampaign(Path directory) throws IOException {
    this.directory = directory;
    this.program = Launcher.in(directory);
  }

  /** Draws the images and writes the campaign's file, with more keys of its search section. */
  static OwnCampaign in(Path directory, String search, String flops) throws IOException {
    draw(directory.resolve("pictures/red"), 30, 0xc0_30_30);
    draw(directory.resolve("pictures/blue"), 8, 0x30_30_c0);
    Files.writeString(directory.resolve("photos.yaml"), YAML.formatted(search, flops));
    return new OwnCampaign(directory);
  }

  private static void draw(Path folder, int count, int colour) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(colour);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
      for (int pixel = 0; pixel < 64; pixel++) {
        int alpha = i % 4 == 0 && pixel < 32 ? 0x40 : 0xff;
        image.setRGB(
            pixel % 8, pixel / 8, alpha << 24 | colour ^ random.nextInt(0x40) * 0x01_01_01);
      }
      ImageIO.write(image, "png", folder.resolve("%02d.png".formatted(i)).toFile());
    }
  }

  /** Returns the same in another directory, with all that was trained. */
  OwnCampaign copy(Path to) throws IOException {
    for (String part : List.of("pictures", "photos.yaml", "campaigns")) {
      copy(directory.resolve(part), to.resolve(part));
    }
    return new OwnCampaign(to);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  Path directory() {
    return directory;
  }

  CampaignDirectory campaign() {
    return new CampaignDirectory(directory.resolve("campaigns/photos"));
  }

  Launcher program() {
    return program;
  }

  /** Runs a command that must succeed. */
  Captured run(Object... arguments) throws Exception {
    Captured run = program.run(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  CampaignSnapshot snapshot() {
    try (JournalReader reader = campaign().read()) {
      return reader.snapshot();
    }
  }
}
