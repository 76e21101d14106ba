package org.edm2search.campaign.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;

/**
 * An event file: records of TFRecord, each an {@code Event} (tensorflow/core/util/event.proto). A
 * record is its length, a masked CRC-32C of that, the bytes, and a masked CRC-32C of them.
 */
final class EventFile {

  private static final int MASK = 0xa282ead8;

  private final Path file;

  /** Begins a file, in the place of one that is there. */
  EventFile(Path file, Instant at) {
    this.file = file;
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(e);
    }
    append(new Message().real(1, seconds(at)).text(3, "brain.Event:2"));
  }

  private Edm2SearchException failed(IOException e) {
    return new Edm2SearchException(
        "%s: cannot be written: %s".formatted(file, AtomicFile.reason(e)), e);
  }

  void scalar(String tag, long step, Instant at, double value) {
    summary(step, at, new Message().text(1, tag).single(2, (float) value));
  }

  void image(String tag, long step, Instant at, byte[] png, int width, int height) {
    Message image = new Message().number(1, height).number(2, width).number(3, 3).bytes(4, png);
    summary(step, at, new Message().text(1, tag).message(4, image));
  }

  /** Tells the hparams plugin of what a run was made with. */
  void began(Map<String, String> parameters, String group, Instant at) {
    Message start = new Message();
    parameters.forEach(
        (name, value) ->
            start.message(1, new Message().text(1, name).message(2, new Message().text(3, value))));
    start.text(4, group).real(5, seconds(at));
    hparams("_hparams_/session_start_info", at, new Message().number(1, 0).message(3, start));
  }

  /** Tells the hparams plugin that a run ended well. */
  void ended(Instant at) {
    Message end = new Message().number(1, 1).real(2, seconds(at));
    hparams("_hparams_/session_end_info", at, new Message().number(1, 0).message(4, end));
  }

  private void hparams(String tag, Instant at, Message content) {
    Message plugin = new Message().text(1, "hparams").bytes(2, content.toBytes());
    // The plugin wants a tensor and looks at none: one 0, DT_FLOAT, without dimensions.
    Message nothing = new Message().number(1, 1).message(2, new Message()).single(5, 0);
    summary(
        0,
        at,
        new Message()
            .text(1, tag)
            .message(9, new Message().message(1, plugin))
            .message(8, nothing));
  }

  private void summary(long step, Instant at, Message value) {
    append(
        new Message()
            .real(1, seconds(at))
            .number(2, step)
            .message(5, new Message().message(1, value)));
  }

  private static double seconds(Instant at) {
    return at.toEpochMilli() / 1e3;
  }

  private void append(Message event) {
    byte[] data = event.toBytes();
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    byte[] record = new byte[Long.BYTES + 2 * Integer.BYTES + data.length];
    ByteBuffer.wrap(record)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(length)
        .putInt(masked(length))
        .put(data)
        .putInt(masked(data));
    try {
      Files.write(
          file,
          record,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int masked(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    int crc = (int) sum.getValue();
    return (crc >>> 15 | crc << 17) + MASK;
  }
}
