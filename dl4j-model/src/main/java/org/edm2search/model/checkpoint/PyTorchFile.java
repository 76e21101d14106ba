package org.edm2search.model.checkpoint;

import static org.edm2search.model.checkpoint.InvalidTensorFileException.quoted;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.edm2search.model.checkpoint.Unpickler.Declaration;
import org.edm2search.model.checkpoint.Unpickler.InvalidPickleException;
import org.edm2search.model.checkpoint.Unpickler.Storage;
import org.edm2search.space.base.AtomicFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tensors of a state dict that PyTorch wrote with {@code torch.save}: a zip archive, or
 * the stream of pickles that versions before 1.6 wrote.
 *
 * <p>A file is untrusted. Nothing in it is run (see {@link Unpickler}), nothing is extracted, and
 * no array is allocated before the file is known to hold its bytes.
 */
public final class PyTorchFile {

  /** {@code torch.serialization.MAGIC_NUMBER}, the first value of a stream. */
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  private static final long STREAM_VERSION = 1001;
  private static final int PICKLE = 0x80;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int MAX_ENTRIES = 100_000;
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final Path file;
  private final long fileBytes;
  private final LongConsumer progress;

  /** By key, in the order in which the pickle declares them. */
  private final Map<String, Storage> declared = new LinkedHashMap<>();

  private final Map<String, Object> storages = new HashMap<>();
  private long bytesRead;

  private PyTorchFile(Path file, long fileBytes, LongConsumer progress) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.progress = progress;
  }

  /**
   * Reads a file.
   *
   * @param progress told of bytes read so far
   * @return the tensors, row-major, under their names in the state dict
   * @throws InvalidTensorFileException if it is missing, truncated, inconsistent or holds anything
   *     but tensors
   */
  public static TensorFile read(Path file, LongConsumer progress) {
    Safetensors.requireRegular(file);
    try {
      return new PyTorchFile(file, Files.size(file), progress).read();
    } catch (EOFException e) {
      throw new InvalidTensorFileException(file, "truncated: it ends within a pickle or tensor", e);
    } catch (ZipException e) {
      throw new InvalidTensorFileException(file, "is a damaged zip archive: " + e.getMessage(), e);
    } catch (InvalidPickleException e) {
      throw new InvalidTensorFileException(file, e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidTensorFileException(file, "cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  private TensorFile read() throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(2);
    }
    Map<String, Declaration> tensors;
    if (start.length == 2 && start[0] == 'P' && start[1] == 'K') {
      tensors = readArchive();
    } else if (start.length == 2 && (start[0] & 0xff) == PICKLE) {
      tensors = readStream();
    } else {
      throw invalid("is no PyTorch file: neither a zip archive nor a stream of pickles");
    }
    Map<String, Tensor> content = new LinkedHashMap<>();
    tensors.forEach((name, declaration) -> content.put(name, tensor(declaration)));
    return new TensorFile(Map.of(), content);
  }

  // ---------------------------------------------------------------- stream of pickles

  private Map<String, Declaration> readStream() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK_BYTES)) {
      if (!MAGIC.equals(Unpickler.read(in))) {
        throw invalid("is a pickle, but not one of PyTorch's");
      }
      if (!Long.valueOf(STREAM_VERSION).equals(Unpickler.read(in))) {
        throw invalid("is a PyTorch stream of an unknown version");
      }
      if (!(Unpickler.read(in) instanceof Map<?, ?> system)
          || !Boolean.TRUE.equals(system.get("little_endian"))) {
        throw invalid("was not written by a little-endian machine");
      }
      Map<String, Declaration> tensors = tensors(Unpickler.read(in));
      if (!(Unpickler.read(in) instanceof List<?> keys)
          || keys.size() != declared.size()
          // Hashing a container would walk through it, however deep or cyclic it is.
          || !keys.stream().allMatch(String.class::isInstance)
          || !new HashSet<Object>(keys).equals(declared.keySet())) {
        throw invalid("its list of storages is not that of its tensors");
      }
      for (Object key : keys) {
        Storage storage = Objects.requireNonNull(declared.get((String) key));
        long length = ByteBuffer.wrap(exactly(in, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length != storage.length()) {
          throw invalid(
              "storage %s should have %d elements, but has %d"
                  .formatted(quoted(storage.key()), storage.length(), length));
        }
        storages.put(storage.key(), elements(storage, in));
      }
      if (in.read() >= 0) {
        throw invalid("more follows its last storage");
      }
      return tensors;
    }
  }

  // ---------------------------------------------------------------- zip archive

  private Map<String, Declaration> readArchive() throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String root = root(zip);
      ZipEntry order = zip.getEntry(root + "byteorder");
      if (order != null && !text(zip, order).equals("little")) {
        throw invalid("was not written by a little-endian machine");
      }
      Map<String, Declaration> tensors;
      ZipEntry pickle = zip.getEntry(root + "data.pkl");
      try (InputStream in = new BufferedInputStream(zip.getInputStream(pickle))) {
        tensors = tensors(Unpickler.read(in));
        if (in.read() >= 0) {
          throw invalid("more follows the pickle of its state dict");
        }
      }
      for (Storage storage : declared.values()) {
        storages.put(storage.key(), storage(zip, root, storage));
      }
      return tensors;
    }
  }

  /** Returns the folder of the archive that everything is in, with its slash. */
  private String root(ZipFile zip) {
    if (zip.size() > MAX_ENTRIES) {
      throw invalid("has %d entries, over %d".formatted(zip.size(), MAX_ENTRIES));
    }
    Set<String> names = new HashSet<>();
    List<String> roots = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      String name = entry.getName();
      if (name.startsWith("/")
          || name.indexOf('\\') >= 0
          || Arrays.asList(name.split("/", -1)).contains("..")) {
        throw invalid("has the entry %s, which leads out of the archive".formatted(quoted(name)));
      }
      if (!names.add(name)) {
        throw invalid("has the entry %s twice".formatted(quoted(name)));
      }
      if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
        throw invalid("has the packed entry %s; PyTorch packs none".formatted(quoted(name)));
      }
      if (entry.getSize() > fileBytes) {
        throw invalid(
            "has the entry %s of %d bytes, more than the file"
                .formatted(quoted(name), entry.getSize()));
      }
      if (name.matches("[^/]+/data\\.pkl")) {
        roots.add(name.substring(0, name.indexOf('/') + 1));
      }
    }
    if (roots.size() != 1) {
      throw invalid(
          "is a zip archive, but has %d times data.pkl in a folder, where PyTorch writes one"
              .formatted(roots.size()));
    }
    return roots.get(0);
  }

  private String text(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readNBytes(16), StandardCharsets.US_ASCII);
    }
  }

  private Object storage(ZipFile zip, String root, Storage storage) throws IOException {
    ZipEntry entry = zip.getEntry(root + "data/" + storage.key());
    if (entry == null) {
      throw invalid("lacks storage %s".formatted(quoted(storage.key())));
    }
    if (entry.getSize() != storage.length() * storage.type().bytes()) {
      throw invalid(
          "storage %s should have %d elements of %s, but has %d bytes"
              .formatted(quoted(storage.key()), storage.length(), storage.type(), entry.getSize()));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return elements(storage, in);
    }
  }

  // ---------------------------------------------------------------- tensors

  /** Returns what the state dict declares, every tensor within its storage. */
  private Map<String, Declaration> tensors(@Nullable Object dict) {
    if (!(dict instanceof Map<?, ?> entries)) {
      throw invalid("holds no state dict");
    }
    Map<String, Declaration> tensors = new LinkedHashMap<>();
    long tensorBytes = 0;
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      String name = entry.getKey().toString();
      if (!(entry.getValue() instanceof Declaration tensor)) {
        throw invalid("is no state dict: %s is not a tensor".formatted(quoted(name)));
      }
      check(name, tensor);
      tensorBytes += elements(tensor) * tensor.storage().type().bytes();
      tensors.put(name, tensor);
    }
    long storageBytes =
        declared.values().stream().mapToLong(s -> s.length() * s.type().bytes()).sum();
    if (storageBytes > fileBytes) {
      throw invalid(
          "truncated: its storages need %d bytes, but the file has %d"
              .formatted(storageBytes, fileBytes));
    }
    // Tensors may share a storage, as tied weights do, but not multiply it.
    if (tensorBytes > 2 * fileBytes) {
      throw invalid(
          "its tensors need %d bytes, over twice the file's %d".formatted(tensorBytes, fileBytes));
    }
    return tensors;
  }

  private void check(String name, Declaration tensor) {
    Storage storage = tensor.storage();
    if (storage.length() < 0
        || storage.length() > MAX_ELEMENTS
        || storage.length() * storage.type().bytes() > fileBytes) {
      throw invalid(
          "storage %s of %d elements is more than the file can hold"
              .formatted(quoted(storage.key()), storage.length()));
    }
    Storage other = declared.putIfAbsent(storage.key(), storage);
    if (other != null && !other.equals(storage)) {
      throw invalid("storage %s is declared in two ways".formatted(quoted(storage.key())));
    }
    if (tensor.shape().size() != tensor.strides().size()) {
      throw invalid(
          "tensor %s has %d dimensions, but %d strides"
              .formatted(quoted(name), tensor.shape().size(), tensor.strides().size()));
    }
    if (tensor.offset() < 0
        || tensor.shape().stream().anyMatch(d -> d < 0 || d > MAX_ELEMENTS)
        || tensor.strides().stream().anyMatch(d -> d < 0)) {
      throw invalid(
          "tensor %s has a negative or huge size, stride or offset".formatted(quoted(name)));
    }
    // More elements than its storage has would be one value shown many times.
    if (elements(tensor) > storage.length() || end(tensor) > storage.length()) {
      throw invalid(
          "tensor %s of shape %s, strides %s and offset %d does not fit its storage of %d elements"
              .formatted(
                  quoted(name),
                  tensor.shape(),
                  tensor.strides(),
                  tensor.offset(),
                  storage.length()));
    }
  }

  /** Returns the number of elements, {@link Long#MAX_VALUE} if it is beyond a long. */
  private static long elements(Declaration tensor) {
    long product = 1;
    for (long dimension : tensor.shape()) {
      if (dimension == 0) {
        return 0;
      }
      product = product > Long.MAX_VALUE / dimension ? Long.MAX_VALUE : product * dimension;
    }
    return product;
  }

  /** Returns the index behind the last element in the storage. */
  private static long end(Declaration tensor) {
    BigInteger last = BigInteger.valueOf(tensor.offset());
    for (int i = 0; i < tensor.shape().size(); i++) {
      if (tensor.shape().get(i) == 0) {
        return 0;
      }
      last =
          last.add(
              BigInteger.valueOf(tensor.shape().get(i) - 1)
                  .multiply(BigInteger.valueOf(tensor.strides().get(i))));
    }
    return last.bitLength() < Long.SIZE - 1 ? last.longValue() + 1 : Long.MAX_VALUE;
  }

  /** Reads all elements of a storage, whose size is known to fit the file. */
  private Object elements(Storage storage, InputStream in) throws IOException {
    ElementType type = storage.type();
    int length = (int) storage.length();
    Object array = type.newArray(length);
    int most = CHUNK_BYTES / type.bytes();
    for (int first = 0; first < length; first += most) {
      int count = Math.min(most, length - first);
      ByteBuffer chunk =
          ByteBuffer.wrap(exactly(in, count * type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
      type.get(chunk, array, first, count);
      bytesRead += (long) count * type.bytes();
      progress.accept(bytesRead);
    }
    return array;
  }

  private Tensor tensor(Declaration declaration) {
    Storage storage = declaration.storage();
    List<Integer> shape = declaration.shape().stream().map(Math::toIntExact).toList();
    Object all = Objects.requireNonNull(storages.get(storage.key()), storage.key());
    int length = (int) elements(declaration);
    int[] strides = declaration.strides().stream().mapToInt(Long::intValue).toArray();
    Object array;
    if (length == storage.length() && isRowMajor(shape, strides)) {
      array = all;
    } else {
      array = storage.type().newArray(length);
      gather(all, (int) declaration.offset(), shape, strides, array);
    }
    return Tensor.wrap(shape, storage.type(), array);
  }

  private static boolean isRowMajor(List<Integer> shape, int[] strides) {
    long expected = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      if (shape.get(i) != 1 && strides[i] != expected) {
        return false;
      }
      expected *= shape.get(i);
    }
    return true;
  }

  /** Copies the elements of a view in row-major order. */
  private static void gather(
      Object from, int offset, List<Integer> shape, int[] strides, Object to) {
    int length = java.lang.reflect.Array.getLength(to);
    int[] index = new int[strides.length];
    int position = offset;
    for (int i = 0; i < length; i++) {
      System.arraycopy(from, position, to, i, 1);
      for (int axis = strides.length - 1; axis >= 0; axis--) {
        position += strides[axis];
        if (++index[axis] < shape.get(axis)) {
          break;
        }
        position -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] read = in.readNBytes(length);
    if (read.length < length) {
      throw new EOFException();
    }
    return read;
  }

  private InvalidTensorFileException invalid(@Nullable String rule) {
    return new InvalidTensorFileException(file, rule);
  }
}
