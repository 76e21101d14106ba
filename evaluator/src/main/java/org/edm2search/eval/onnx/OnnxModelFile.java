package org.edm2search.eval.onnx;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file, looked through before ONNX Runtime sees it: tensors may be kept in other files, and
 * a model must not name any that do not lie beside it.
 *
 * @param file the model
 * @param sha256 of its bytes, followed by those of the files that hold its tensors, by name
 */
record OnnxModelFile(Path file, String sha256) {

  private static final int MAX_DEPTH = 64;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  /** The messages of onnx.proto on the way to tensors, and the fields that lead on. */
  private enum Message {
    MODEL,
    TRAINING,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE_TENSOR,
    TENSOR,
    EXTERNAL;

    private static final Map<Message, Map<Integer, Message>> FIELDS =
        Map.of(
            MODEL, Map.of(7, GRAPH, 20, TRAINING, 25, FUNCTION),
            TRAINING, Map.of(1, GRAPH, 2, GRAPH),
            FUNCTION, Map.of(7, NODE, 11, ATTRIBUTE),
            GRAPH, Map.of(1, NODE, 5, TENSOR, 15, SPARSE_TENSOR),
            NODE, Map.of(5, ATTRIBUTE),
            ATTRIBUTE,
                Map.of(
                    5,
                    TENSOR,
                    6,
                    GRAPH,
                    10,
                    TENSOR,
                    11,
                    GRAPH,
                    22,
                    SPARSE_TENSOR,
                    23,
                    SPARSE_TENSOR),
            SPARSE_TENSOR, Map.of(1, TENSOR, 2, TENSOR),
            TENSOR, Map.of(13, EXTERNAL));

    @Nullable Message field(int number) {
      return FIELDS.getOrDefault(this, Map.of()).get(number);
    }
  }

  /**
   * Looks through a file.
   *
   * @throws InvalidFeaturesException if it is no ONNX file, or names tensors that do not lie beside
   *     it
   */
  static OnnxModelFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidFeaturesException(
          file
              + (Files.isDirectory(file)
                  ? ": is a directory, not an ONNX file"
                  : ": no such file of an ONNX model"));
    }
    try {
      SortedSet<String> outside = new Scan(file).outside();
      Sha256 sha = new Sha256().add(file);
      for (String name : outside) {
        sha.add(file.resolveSibling(name));
      }
      return new OnnxModelFile(file, sha.hex());
    } catch (IOException e) {
      throw new InvalidFeaturesException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private static final class Scan {
    private final Path file;
    private final SortedSet<String> outside = new TreeSet<>();
    private boolean graph;

    Scan(Path file) {
      this.file = file;
    }

    SortedSet<String> outside() throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        if (channel.size() > Integer.MAX_VALUE) {
          throw invalid("an ONNX file has at most 2 GiB");
        }
        ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        scan(Message.MODEL, bytes.order(ByteOrder.LITTLE_ENDIAN), 0);
      } catch (BufferUnderflowException e) {
        throw invalid("it ends within a message");
      }
      if (!graph) {
        throw invalid("it has no graph");
      }
      return outside;
    }

    private void scan(Message message, ByteBuffer bytes, int depth) throws IOException {
      if (depth > MAX_DEPTH) {
        throw invalid("its messages are nested over %d deep".formatted(MAX_DEPTH));
      }
      String key = "";
      while (bytes.hasRemaining()) {
        long tag = varint(bytes);
        int field = (int) (tag >>> 3);
        switch ((int) (tag & 7)) {
          case VARINT -> varint(bytes);
          case FIXED64 -> bytes.getLong();
          case FIXED32 -> bytes.getInt();
          case LENGTH_DELIMITED -> {
            ByteBuffer content = slice(bytes);
            Message inner = message.field(field);
            graph |= inner == Message.GRAPH;
            if (inner != null) {
              scan(inner, content, depth + 1);
            } else if (message == Message.EXTERNAL && field == 1) {
              key = text(content);
            } else if (message == Message.EXTERNAL && field == 2 && key.equals("location")) {
              outside.add(beside(text(content)));
            }
          }
          default -> throw invalid("it is not in the protocol-buffer encoding");
        }
      }
    }

    private long varint(ByteBuffer bytes) {
      long value = 0;
      for (int shift = 0; shift < 70; shift += 7) {
        byte next = bytes.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw invalid("it is not in the protocol-buffer encoding");
    }

    private ByteBuffer slice(ByteBuffer bytes) {
      long length = varint(bytes);
      if (length < 0 || length > bytes.remaining()) {
        throw invalid("it ends within a message");
      }
      ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
      bytes.position(bytes.position() + (int) length);
      return slice.order(ByteOrder.LITTLE_ENDIAN);
    }

    private String text(ByteBuffer bytes) {
      if (bytes.remaining() > 4096) {
        throw invalid("the name of a file with its tensors is %d bytes".formatted(bytes.limit()));
      }
      return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    /** Returns the name of a file with tensors if it lies beside the model. */
    private String beside(String location) throws IOException {
      try {
        Path name = Path.of(location);
        Path target = file.toAbsolutePath().resolveSibling(name);
        boolean plain =
            name.getNameCount() == 1
                && !name.isAbsolute()
                && !location.isBlank()
                && !location.equals(".")
                && !location.equals("..");
        if (plain
            && Files.isRegularFile(target)
            && AtomicFile.directoryOf(target.toRealPath())
                .equals(AtomicFile.directoryOf(file).toRealPath())) {
          return location;
        }
      } catch (InvalidPathException e) {
        // Refused below, as any other name that is no file beside the model.
      }
      throw new InvalidFeaturesException(
          "%s: keeps tensors in '%s', which is not a file beside it".formatted(file, location));
    }

    private InvalidFeaturesException invalid(String rule) {
      return new InvalidFeaturesException("%s: is no ONNX model: %s".formatted(file, rule));
    }
  }
}
