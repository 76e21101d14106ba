package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pictures as people have them: icons with transparency, scans of 16 bits, damaged files. */
class DamagedImagesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path directory;

  /** A black ring on nothing: without its background, a black square. */
  private Path icons(int count) throws IOException {
    Path icons = Files.createDirectories(directory.resolve("icons"));
    for (int i = 0; i < count; i++) {
      BufferedImage icon = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
      icon.setRGB(i % 8, 3, 0xff000000);
      ImageIO.write(icon, "png", file(icons, i));
    }
    return icons;
  }

  private static File file(Path folder, int index) {
    return folder.resolve("icon%02d.png".formatted(index)).toFile();
  }

  @Test
  void transparencyShowsTheBackgroundAndIsCounted() throws IOException {
    Path icons = icons(5);
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_GRAY), "png", file(icons, 5));
    Path zip = directory.resolve("icons.zip");
    Captured converted = Captured.run("dataset", "convert", icons, zip, "--resolution", 8);
    assertThat(converted.code()).as(converted.err()).isZero();
    assertThat(converted.errors())
        .contains(
            "5 images had transparency, which shows the background white",
            "1 image had more than 8 bits a channel, cut to 8");

    Path grid = directory.resolve("grid.png");
    assertThat(Captured.run("dataset", "info", zip, "--grid", grid).code()).isZero();
    BufferedImage drawn = ImageIO.read(grid.toFile());
    assertThat(drawn.getRGB(0, 3)).isEqualTo(0xff000000);
    assertThat(drawn.getRGB(4, 6)).isEqualTo(0xffffffff);
  }

  @Test
  void aCampaignsDataSectionTakesABackground() throws IOException {
    Path icons = icons(4);
    String text =
        Example.tiny(directory.resolve("campaign"))
            .replace(
                "dataset: fashion-mnist, resolution: 8",
                "dataset: \"%s\", background: %%s".formatted(icons));
    Path file = directory.resolve("campaign.yaml");
    Files.writeString(file, text.formatted("'#204060'"));
    assertThat(Captured.run("validate", file).code()).isZero();
    Files.writeString(file, text.formatted("pink"));
    assertThat(Captured.run("validate", file).err())
        .contains("data.background: must be white, black, grey or #rrggbb, but is 'pink'");
  }

  @Test
  void aDamagedImageIsNamedByFileAndPosition() throws IOException {
    Path icons = icons(6);
    byte[] bytes = Files.readAllBytes(file(icons, 4).toPath());
    bytes[bytes.length - 20] ^= 1;
    Files.write(file(icons, 4).toPath(), bytes);
    assertThat(Captured.run("dataset", "info", icons).code()).as("headers are fine").isZero();

    Captured full = Captured.run("dataset", "info", icons, "--full");
    assertThat(full.code()).isEqualTo(2);
    assertThat(full.errors()).hasSize(1);
    assertThat(full.err()).contains("1 of 6 images cannot be read", "--on-error skip");
    assertThat(full.out()).contains("damaged: " + file(icons, 4) + " (image 4 of 6): ");

    JsonNode json = JSON.readTree(Captured.run("dataset", "info", icons, "--full", "--json").out());
    assertThat(json.get("damaged")).hasSize(1);
    assertThat(json.get("transparent").asInt()).isEqualTo(5);

    Files.delete(file(icons, 4).toPath());
    Captured whole = Captured.run("dataset", "info", icons, "--full");
    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(whole.out()).contains("every image can be decoded");
  }

  /** A JPEG has no checksum of its own; the zip around it has one. */
  @Test
  void theChecksumsOfAZipAreChecked() throws IOException {
    Path zip = directory.resolve("photos.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.setLevel(0);
      for (int i = 0; i < 3; i++) {
        out.putNextEntry(new ZipEntry("photo%d.bmp".formatted(i)));
        ByteArrayOutputStream bmp = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR), "bmp", bmp);
        out.write(bmp.toByteArray());
        out.closeEntry();
      }
    }
    assertThat(Captured.run("dataset", "info", zip, "--full").code()).isZero();
    byte[] bytes = Files.readAllBytes(zip);
    bytes[200] ^= 0x40; // a pixel of the first image
    Files.write(zip, bytes);
    Captured full = Captured.run("dataset", "info", zip, "--full");
    assertThat(full.code()).isEqualTo(2);
    assertThat(full.out()).contains("photo0.bmp (image 0 of 3): ", "is damaged: its checksum");
  }
}
