package org.edm2search.campaign.fidelity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.StratifiedMean;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * A trial's held-out loss at a rung image by image, in a file of its directory that NumPy reads
 * ({@code .npy}, 32 bits a loss). All trials of a campaign have the same noisy images, so two of
 * them are compared image by image, which is far surer than either loss.
 */
public final class ImageLosses {

  private static final int HEADER = 128;
  private static final int MOST = 65_536;

  private final double[] losses;

  /**
   * Takes losses.
   *
   * @param losses of each noisy image; image i is of noise bin i mod {@value
   *     FidelitySettings#NOISE_BINS}
   */
  public ImageLosses(double[] losses) {
    this.losses = losses.clone();
  }

  /** Returns where the losses at a rung are. */
  static Path file(Path trial, int rung) {
    return trial.resolve("held-out-loss-%d.npy".formatted(rung + 1));
  }

  /**
   * Writes the losses into a trial's directory.
   *
   * @param rung index of the rung
   */
  public void write(Path trial, int rung) {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER + Float.BYTES * losses.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(header(losses.length));
    Arrays.stream(losses).forEach(loss -> bytes.putFloat((float) loss));
    bytes.flip();
    AtomicFile.write(file(trial, rung), channel -> AtomicFile.writeAll(channel, bytes));
  }

  /** NumPy's format, version 1.0, padded to {@value #HEADER} bytes. */
  private static byte[] header(int count) {
    String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d,), }".formatted(count);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 1).put((byte) 0).putShort((short) (HEADER - 10));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  /**
   * Reads the losses from a trial's directory.
   *
   * @return empty if there are none, as an earlier version wrote none
   * @throws InvalidConfigException if the file is not one of losses
   */
  public static Optional<ImageLosses> read(Path trial, int rung) {
    Path file = file(trial, rung);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(HEADER + Float.BYTES * MOST + 1);
    } catch (IOException e) {
      throw new InvalidConfigException(
          file.toString(), "cannot be read: " + AtomicFile.reason(e) + "; delete it to go without");
    }
    int count = (bytes.length - HEADER) / Float.BYTES;
    double[] losses = new double[Math.max(0, count)];
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < losses.length; i++) {
      losses[i] = values.getFloat(HEADER + Float.BYTES * i);
    }
    boolean ours =
        losses.length >= 2 * FidelitySettings.NOISE_BINS
            && losses.length <= MOST
            && losses.length % FidelitySettings.NOISE_BINS == 0
            && bytes.length == HEADER + Float.BYTES * losses.length
            && Arrays.equals(header(losses.length), Arrays.copyOf(bytes, HEADER))
            && Arrays.stream(losses).allMatch(Double::isFinite);
    if (!ours) {
      throw new InvalidConfigException(
          file.toString(), "is not a file of held-out losses; delete it to go without");
    }
    return Optional.of(new ImageLosses(losses));
  }

  /**
   * Returns the mean of these losses less another trial's, image by image, with the standard error
   * of that; empty if they are of other images.
   */
  public Optional<StratifiedMean> minus(ImageLosses other) {
    if (other.losses.length != losses.length) {
      return Optional.empty();
    }
    double[] differences = new double[losses.length];
    Arrays.setAll(differences, i -> losses[i] - other.losses[i]);
    return Optional.of(StratifiedMean.of(differences, FidelitySettings.NOISE_BINS));
  }
}
