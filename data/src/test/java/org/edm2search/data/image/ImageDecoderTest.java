package org.edm2search.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatIsWrittenIsRead(int channels) throws IOException {
    PixelImage image = noise(7, 5, channels);
    byte[] png = PngFile.write(image);
    PixelImage read = ImageDecoder.decode(png).pixels();
    assertThat(read.header()).isEqualTo(image.header());
    assertThat(read.pixels()).isEqualTo(image.pixels());
    assertThat(ImageDecoder.header(new ByteArrayInputStream(png))).isEqualTo(image.header());
    assertThat(png.length).as("not compressed").isGreaterThan(image.pixels().length);
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 3", "6, 3", "10, 1", "11, 1", "12, 1", "13, 3"})
  void everyKindOfPngIsRead(int bufferedType, int channels) throws IOException {
    BufferedImage image = new BufferedImage(6, 4, bufferedType);
    for (int x = 0; x < 6; x++) {
      image.setRGB(x, 1, 0xffffffff);
    }
    byte[] png = encoded(image, "png");
    PixelImage read = ImageDecoder.decode(png, Background.parse("black")).pixels();
    assertThat(read.channels()).isEqualTo(channels);
    assertThat(ImageDecoder.header(new ByteArrayInputStream(png))).isEqualTo(read.header());
    byte[] expected = new byte[24 * channels];
    Arrays.fill(expected, 6 * channels, 12 * channels, (byte) 255);
    assertThat(read.pixels()).isEqualTo(expected);
  }

  /** Java's own getRGB takes grey for linear light and makes 188 of 128. */
  @Test
  void greySamplesAreTakenAsTheyAre() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 128);
    assertThat(ImageDecoder.decode(encoded(image, "png")).pixels().pixels()[0])
        .isEqualTo((byte) 128);
  }

  @ParameterizedTest
  @CsvSource({"jpg, 5, 3", "jpg, 10, 1", "bmp, 5, 3"})
  void otherFormatsAreRead(String format, int bufferedType, int channels) throws IOException {
    BufferedImage image = new BufferedImage(16, 8, bufferedType);
    for (int i = 0; i < 128; i++) {
      image.setRGB(i % 16, i / 16, 0xff0000ff);
    }
    byte[] file = encoded(image, format);
    PixelImage read = ImageDecoder.decode(file).pixels();
    assertThat(read.header()).isEqualTo(new ImageHeader(16, 8, channels));
    assertThat(ImageDecoder.header(new ByteArrayInputStream(file))).isEqualTo(read.header());
    if (channels == 3) {
      assertThat(read.pixels()[0] & 0xff).isLessThan(10);
      assertThat(read.pixels()[2] & 0xff).isGreaterThan(245);
    }
  }

  /** What make_formats.py, beside the files, made. */
  @ParameterizedTest
  @ValueSource(strings = {"red.webp", "red-cmyk.jpg"})
  void webpAndCmykAreRead(String name) throws IOException {
    byte[] file;
    try (InputStream in = ImageDecoderTest.class.getResourceAsStream(name)) {
      file = in.readAllBytes();
    }
    PixelImage read = ImageDecoder.decode(file).pixels();
    assertThat(read.header()).isEqualTo(new ImageHeader(8, 6, 3));
    assertThat(ImageDecoder.header(new ByteArrayInputStream(file))).isEqualTo(read.header());
    assertThat(read.pixels()[0] & 0xff).isBetween(190, 210);
    assertThat(read.pixels()[1] & 0xff).isBetween(20, 40);
    assertThat(read.pixels()[2] & 0xff).isBetween(10, 30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp"})
  void aFileCutShortIsRefused(String format) throws IOException {
    PixelImage noise = noise(64, 64, 3);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(PngFile.write(noise)));
    byte[] whole = encoded(image, format);
    for (int length : new int[] {0, 1, 20, 30, whole.length / 2, whole.length * 9 / 10}) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatIOException()
          .as("%s cut to %d of %d", format, length, whole.length)
          .isThrownBy(() -> ImageDecoder.decode(part));
    }
  }

  @Test
  void aPngWhosePixelsEndEarlyIsRefused() throws IOException {
    byte[] small = PngFile.write(noise(8, 8, 3));
    assertThatIOException().isThrownBy(() -> ImageDecoder.decode(withSize(small, 8, 64)));
  }

  @Test
  void aDamagedPngIsRefused() {
    byte[] png = PngFile.write(noise(8, 8, 3));
    png[60] ^= 1;
    assertThatIOException()
        .isThrownBy(() -> ImageDecoder.decode(png))
        .withMessageContaining("damaged");
  }

  @Test
  void aHugePngIsRefusedByItsHeader() throws IOException {
    byte[] huge = withSize(PngFile.write(noise(8, 8, 3)), 100_000, 100_000);
    assertThatIOException()
        .isThrownBy(() -> ImageDecoder.header(new ByteArrayInputStream(huge)))
        .withMessageContaining("100000×100000");
    assertThatIOException()
        .isThrownBy(() -> ImageDecoder.decode(huge))
        .withMessageContaining("100000×100000");
    byte[] negative = withSize(PngFile.write(noise(8, 8, 3)), -1, 8);
    assertThatIOException().isThrownBy(() -> ImageDecoder.decode(negative));
  }

  @Test
  void whatIsNoImageIsRefused() {
    assertThatIOException()
        .isThrownBy(
            () ->
                ImageDecoder.decode("GIF89a and so on, for long".getBytes(StandardCharsets.UTF_8)))
        .withMessageContaining("neither PNG, JPEG, BMP nor WebP");
  }

  @Test
  void greyIsRepeatedAndColourBecomesLuma() {
    PixelImage grey = new PixelImage(1, 1, 1, new byte[] {9});
    assertThat(grey.withChannels(3).pixels()).containsExactly(9, 9, 9);
    PixelImage colour = new PixelImage(1, 1, 3, new byte[] {100, 50, 10});
    // Image.fromarray(uint8([[[100, 50, 10]]])).convert("L")
    assertThat(colour.withChannels(1).pixels()).containsExactly(60);
  }

  @ParameterizedTest
  @CsvSource({"white, 255, 255, 255, 127", "#204060, 32, 64, 96, 48", "black, 0, 0, 0, 0"})
  void transparentPixelsShowTheBackground(String colour, int red, int green, int blue, int half)
      throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00ffffff); // not at all there
    image.setRGB(1, 0, 0xff0a141e);
    image.setRGB(2, 0, 0x80000000);
    DecodedImage read = ImageDecoder.decode(encoded(image, "png"), Background.parse(colour));
    assertThat(read.transparent()).isTrue();
    assertThat(read.deep()).isFalse();
    byte[] pixels = read.pixels().pixels();
    assertThat(Arrays.copyOf(pixels, 6))
        .containsExactly((byte) red, (byte) green, (byte) blue, 10, 20, 30);
    assertThat(pixels[8] & 0xff).isEqualTo(half);
  }

  @Test
  void anImageThatCouldBeTransparentButIsNotIsNotCounted() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 2, 2, new int[] {~0, ~0, ~0, ~0}, 0, 2);
    assertThat(ImageDecoder.decode(encoded(image, "png")).transparent()).isFalse();
  }

  @Test
  void sixteenBitsAreCutAndTold() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 0x7fff);
    DecodedImage read = ImageDecoder.decode(encoded(image, "png"));
    assertThat(read.deep()).isTrue();
    assertThat(read.pixels().pixels()[0]).isEqualTo((byte) 0x7f);
  }

  /** What 0 1 2 over 3 4 5 looks like after each mark, row by row. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, 2, 0 1 2 3 4 5",
    "2, 3, 2, 2 1 0 5 4 3",
    "3, 3, 2, 5 4 3 2 1 0",
    "4, 3, 2, 3 4 5 0 1 2",
    "5, 2, 3, 0 3 1 4 2 5",
    "6, 2, 3, 3 0 4 1 5 2",
    "7, 2, 3, 5 2 4 1 3 0",
    "8, 2, 3, 2 5 1 4 0 3",
    "9, 3, 2, 0 1 2 3 4 5"
  })
  void orientationMarksAreFollowed(int mark, int width, int height, String expected)
      throws IOException {
    PixelImage stored = new PixelImage(3, 2, 1, new byte[] {0, 1, 2, 3, 4, 5});
    for (boolean little : new boolean[] {true, false}) {
      DecodedImage read = ImageDecoder.decode(withMark(PngFile.write(stored), mark, little));
      assertThat(read.pixels().header()).isEqualTo(new ImageHeader(width, height, 1));
      StringBuilder pixels = new StringBuilder();
      for (byte pixel : read.pixels().pixels()) {
        pixels.append(' ').append(pixel);
      }
      assertThat(pixels.toString().strip()).isEqualTo(expected);
      assertThat(read.turned()).isEqualTo(mark > 1 && mark < 9);
    }
  }

  @Test
  void aJpegsMarkIsFound() throws IOException {
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_3BYTE_BGR);
    byte[] jpeg = encoded(image, "jpg");
    byte[] exif = concat("Exif\0\0".getBytes(StandardCharsets.UTF_8), tiff(6, false));
    byte[] segment = {(byte) 0xff, (byte) 0xe1, 0, (byte) (exif.length + 2)};
    byte[] marked =
        concat(
            concat(Arrays.copyOf(jpeg, 2), concat(segment, exif)),
            Arrays.copyOfRange(jpeg, 2, jpeg.length));
    DecodedImage read = ImageDecoder.decode(marked);
    assertThat(read.turned()).isTrue();
    assertThat(read.pixels().header()).isEqualTo(new ImageHeader(8, 16, 3));
  }

  @Test
  void marksThatMakeNoSenseAreNone() throws IOException {
    byte[] png = PngFile.write(noise(4, 4, 1));
    byte[] whole = tiff(3, true);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThat(ImageDecoder.decode(withExif(png, part)).turned())
          .as("%d bytes", length)
          .isEqualTo(length == whole.length);
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      byte[] nonsense = whole.clone();
      nonsense[random.nextInt(nonsense.length)] = (byte) random.nextInt();
      assertThat(ImageDecoder.decode(withExif(png, nonsense)).pixels().width()).isEqualTo(4);
    }
  }

  private static byte[] withMark(byte[] png, int mark, boolean little) {
    return withExif(png, tiff(mark, little));
  }

  /** A TIFF structure of one directory of one entry. */
  private static byte[] tiff(int mark, boolean little) {
    ByteBuffer tiff =
        ByteBuffer.allocate(22).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    tiff.put((byte) (little ? 'I' : 'M')).put((byte) (little ? 'I' : 'M'));
    tiff.putShort((short) 42).putInt(8).putShort((short) 1);
    return tiff.putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) mark)
        .array();
  }

  /** Puts a chunk eXIf behind the header. */
  private static byte[] withExif(byte[] png, byte[] exif) {
    ByteBuffer chunk = ByteBuffer.allocate(exif.length + 12);
    chunk.putInt(exif.length).put("eXIf".getBytes(StandardCharsets.UTF_8)).put(exif);
    CRC32 checksum = new CRC32();
    checksum.update(chunk.array(), 4, exif.length + 4);
    chunk.putInt((int) checksum.getValue());
    return concat(
        concat(Arrays.copyOf(png, 33), chunk.array()), Arrays.copyOfRange(png, 33, png.length));
  }

  private static byte[] concat(byte[] left, byte[] right) {
    byte[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  static PixelImage noise(int width, int height, int channels) {
    byte[] pixels = new byte[width * height * channels];
    new SplittableRandom(width).nextBytes(pixels);
    return new PixelImage(width, height, channels, pixels);
  }

  private static byte[] withSize(byte[] png, int width, int height) {
    byte[] changed = png.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    bytes.putInt(16, width).putInt(20, height);
    CRC32 checksum = new CRC32();
    checksum.update(changed, 12, 17);
    bytes.putInt(29, (int) checksum.getValue());
    return changed;
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }
}
