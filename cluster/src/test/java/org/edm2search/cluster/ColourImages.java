package org.edm2search.cluster;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** A user's own data: a folder of coloured images, some transparent, of classes of unequal size. */
final class ColourImages {

  private static final int SIDE = 8;

  private ColourImages() {}

  static Path write(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    write(folder.resolve("sun"), 40, new Color(250, 200, 20), random);
    write(folder.resolve("leaf"), 16, new Color(30, 160, 60), random);
    return folder;
  }

  private static void write(Path folder, int count, Color colour, SplittableRandom random)
      throws IOException {
    Files.createDirectories(folder);
    for (int number = 0; number < count; number++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          int alpha = number % 5 == 0 && x < 2 ? 0 : 255;
          int shade = random.nextInt(30);
          image.setRGB(x, y, alpha << 24 | colour.getRGB() - (shade << 8) & 0xFFFFFF);
        }
      }
      ImageIO.write(image, "png", folder.resolve("%03d.png".formatted(number)).toFile());
    }
  }
}
