package org.edm2search.model.checkpoint;

import static org.edm2search.model.checkpoint.InvalidTensorFileException.quoted;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickles that {@code torch.save} writes for a state dict, and nothing else.
 *
 * <p>A pickle is a program that may name and call anything. A general library makes objects by a
 * registry of its own, to be trusted with every class in it; here the 31 opcodes that a state dict
 * needs are interpreted over plain data. The only names known are {@code OrderedDict}, {@code
 * _rebuild_tensor_v2} and the storage types; calling them makes a map or a record. The bytes and
 * values of a pickle are counted, nothing is copied through the memo, and no step recurses, so that
 * a hostile pickle costs bounded memory and ends in one error.
 */
final class Unpickler {

  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_OPERATIONS = 1_000_000;
  private static final int MAX_TEXT = 4096;
  private static final int MAX_RANK = 8;
  private static final Object MARK = new Object();

  /** The Python objects that may be named. */
  private enum Callable {
    ORDERED_DICT,
    REBUILD_TENSOR
  }

  /** Where a tensor's elements are, as the pickle declares it. */
  record Storage(String key, ElementType type, long length) {}

  /** A tensor as the pickle declares it: unchecked. */
  record Declaration(Storage storage, long offset, List<Long> shape, List<Long> strides) {}

  private static final Map<String, ElementType> STORAGES =
      Map.of(
          "DoubleStorage", ElementType.F64,
          "FloatStorage", ElementType.F32,
          "HalfStorage", ElementType.F16,
          "BFloat16Storage", ElementType.BF16,
          "LongStorage", ElementType.I64,
          "IntStorage", ElementType.I32,
          "ByteStorage", ElementType.U8);

  /** What is wrong with a pickle. */
  static final class InvalidPickleException extends Edm2SearchException {
    private static final long serialVersionUID = 1L;

    InvalidPickleException(String rule) {
      super(rule);
    }
  }

  private final InputStream in;
  private final List<@Nullable Object> stack = new ArrayList<>();
  private final Map<Integer, @Nullable Object> memo = new HashMap<>();
  private int bytes;
  private int operations;

  private Unpickler(InputStream in) {
    this.in = in;
  }

  /**
   * Reads one pickle, up to its last byte: the stream then stands behind it.
   *
   * @return a {@link Boolean}, {@link Long}, {@link BigInteger}, {@link String}, {@link List},
   *     {@link Map}, {@link Declaration}, or null for None
   * @throws EOFException if the stream ends first
   * @throws InvalidPickleException if anything else is in it
   */
  static @Nullable Object read(InputStream in) throws IOException {
    return new Unpickler(in).run();
  }

  private @Nullable Object run() throws IOException {
    while (true) {
      int opcode = next();
      if (++operations > MAX_OPERATIONS) {
        throw invalid("the pickle has more than %d operations".formatted(MAX_OPERATIONS));
      }
      if (opcode == '.') {
        if (stack.size() != 1) {
          throw invalid("the pickle ends with %d values".formatted(stack.size()));
        }
        return plain(pop());
      }
      step(opcode);
    }
  }

  private void step(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> protocol(next());
      case '(' -> push(MARK);
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) next());
      case 'M' -> push(little(2));
      case 'J' -> push((long) (int) little(4));
      case 0x8a -> push(integer(next()));
      case 'X' -> push(text(little(4)));
      case 'U' -> push(text(next()));
      case ')' -> push(List.of());
      case 't' -> push(tuple(sinceMark()));
      case 0x85 -> push(tuple(last(1)));
      case 0x86 -> push(tuple(last(2)));
      case 0x87 -> push(tuple(last(3)));
      case ']' -> push(new ArrayList<>());
      case 'a' -> append(last(1));
      case 'e' -> append(sinceMark());
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> put(last(2));
      case 'u' -> put(sinceMark());
      case 'q' -> memo.put(next(), top());
      case 'r' -> memo.put((int) little(4), top());
      case 'h' -> push(recall(next()));
      case 'j' -> push(recall((int) little(4)));
      case 'c' -> push(global(line(), line()));
      case 'Q' -> push(storage(pop()));
      case 'R' -> call();
      case 'b' -> build();
      default -> throw invalid("the pickle has the opcode 0x%02x".formatted(opcode));
    }
  }

  // ---------------------------------------------------------------- calls

  private static Object global(String module, String name) {
    String full = module + "." + name;
    switch (full) {
      case "collections.OrderedDict" -> {
        return Callable.ORDERED_DICT;
      }
      case "torch._utils._rebuild_tensor_v2" -> {
        return Callable.REBUILD_TENSOR;
      }
      default -> {
        ElementType type = module.equals("torch") ? STORAGES.get(name) : null;
        if (type == null) {
          throw invalid(
              "the pickle names %s, which a state dict has no need of: nothing of it is run"
                  .formatted(quoted(full)));
        }
        return type;
      }
    }
  }

  private void call() {
    Object arguments = pop();
    Object callable = pop();
    if (callable == Callable.ORDERED_DICT && arguments instanceof List<?> none && none.isEmpty()) {
      push(new LinkedHashMap<>());
    } else if (callable == Callable.REBUILD_TENSOR
        && arguments instanceof List<?> list
        && list.size() >= 6
        && list.get(0) instanceof Storage storage) {
      push(
          new Declaration(
              storage,
              integer(list.get(1), "the offset of a tensor"),
              integers(list.get(2), "the shape of a tensor"),
              integers(list.get(3), "the strides of a tensor")));
    } else {
      throw invalid("the pickle makes a call that a state dict has no need of");
    }
  }

  /** Sets attributes, which state dicts have for versions of modules. */
  private void build() {
    pop();
    if (!(top() instanceof Map)) {
      throw invalid("the pickle sets attributes of something that is not a dict");
    }
  }

  private static Storage storage(@Nullable Object id) {
    if (id instanceof List<?> tuple
        && (tuple.size() == 5 || tuple.size() == 6)
        && "storage".equals(tuple.get(0))
        && tuple.get(1) instanceof ElementType type
        && tuple.get(2) instanceof String key
        && tuple.get(3) instanceof String
        && tuple.get(4) instanceof Long length) {
      if (tuple.size() == 6 && tuple.get(5) != null) {
        throw invalid("storage %s is a view of another; save it anew".formatted(quoted(key)));
      }
      return new Storage(key, type, length);
    }
    throw invalid("the pickle has a persistent id that is not a storage");
  }

  private static long integer(@Nullable Object value, String what) {
    if (value instanceof Long integer) {
      return integer;
    }
    throw invalid(what + " must be an integer");
  }

  private static List<Long> integers(@Nullable Object value, String what) {
    if (!(value instanceof List<?> list)) {
      throw invalid(what + " must be a tuple");
    }
    // A long tuple could be passed many times, and copied each time.
    if (list.size() > MAX_RANK) {
      throw invalid("%s must have at most %d values".formatted(what, MAX_RANK));
    }
    List<Long> integers = new ArrayList<>();
    for (Object item : list) {
      integers.add(integer(item, what));
    }
    return List.copyOf(integers);
  }

  // ---------------------------------------------------------------- containers

  private static List<@Nullable Object> tuple(List<@Nullable Object> items) {
    return Collections.unmodifiableList(items);
  }

  private void append(List<@Nullable Object> items) {
    if (!(top() instanceof ArrayList<?>)) {
      throw invalid("the pickle appends to something that is not a list");
    }
    @SuppressWarnings("unchecked") // only this class makes them
    List<@Nullable Object> list = (List<@Nullable Object>) top();
    list.addAll(items);
  }

  private void put(List<@Nullable Object> items) {
    if (!(top() instanceof Map<?, ?>) || items.size() % 2 != 0) {
      throw invalid("the pickle sets items of something that is not a dict");
    }
    @SuppressWarnings("unchecked") // only this class makes them
    Map<Object, @Nullable Object> map = (Map<Object, @Nullable Object>) top();
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      // Hashing a container would walk through it, however deep or cyclic it is.
      if (!(key instanceof String) && !(key instanceof Long)) {
        throw invalid("the keys of a dict must be text or integers");
      }
      if (map.putIfAbsent(key, items.get(i + 1)) != null) {
        throw invalid("the pickle has the key %s twice".formatted(quoted(key.toString())));
      }
    }
  }

  // ---------------------------------------------------------------- stack and memo

  private void push(@Nullable Object value) {
    stack.add(value);
  }

  private @Nullable Object top() {
    if (stack.isEmpty()) {
      throw invalid("the pickle takes a value where there is none");
    }
    return plain(stack.get(stack.size() - 1));
  }

  private @Nullable Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<@Nullable Object> last(int count) {
    if (stack.size() < count) {
      throw invalid("the pickle takes a value where there is none");
    }
    List<@Nullable Object> items = stack.subList(stack.size() - count, stack.size());
    for (Object item : items) {
      plain(item);
    }
    List<@Nullable Object> copy = new ArrayList<>(items);
    items.clear();
    return copy;
  }

  private List<@Nullable Object> sinceMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw invalid("the pickle takes values up to a mark, but there is none");
    }
    List<@Nullable Object> items = last(stack.size() - mark - 1);
    stack.remove(mark);
    return items;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value == MARK) {
      throw invalid("the pickle takes a mark for a value");
    }
    return value;
  }

  private @Nullable Object recall(int index) {
    if (!memo.containsKey(index)) {
      throw invalid(
          "the pickle recalls value %s, which it did not keep"
              .formatted(Integer.toUnsignedString(index)));
    }
    return memo.get(index);
  }

  // ---------------------------------------------------------------- bytes

  private int next() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException();
    }
    count(1);
    return value;
  }

  private byte[] next(int length) throws IOException {
    count(length);
    byte[] read = in.readNBytes(length);
    if (read.length < length) {
      throw new EOFException();
    }
    return read;
  }

  private void count(int more) {
    bytes += more;
    if (bytes > MAX_BYTES) {
      throw invalid("the pickle has more than %d bytes".formatted(MAX_BYTES));
    }
  }

  private long little(int length) throws IOException {
    long value = 0;
    byte[] read = next(length);
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | Byte.toUnsignedLong(read[i]);
    }
    return value;
  }

  private Object integer(int length) throws IOException {
    byte[] read = next(length);
    for (int i = 0; i < length / 2; i++) {
      byte swapped = read[i];
      read[i] = read[length - 1 - i];
      read[length - 1 - i] = swapped;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(read);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(long length) throws IOException {
    if (length > MAX_TEXT) {
      throw invalid("the pickle has a text of %d bytes, over %d".formatted(length, MAX_TEXT));
    }
    return new String(next((int) length), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    byte[] line = new byte[MAX_TEXT];
    int length = 0;
    for (int value = next(); value != '\n'; value = next()) {
      if (length == MAX_TEXT) {
        throw invalid("the pickle has a name of over %d bytes".formatted(MAX_TEXT));
      }
      line[length++] = (byte) value;
    }
    return new String(Arrays.copyOf(line, length), StandardCharsets.UTF_8);
  }

  private static void protocol(int version) {
    if (version != 2) {
      throw invalid("the pickle has protocol %d; torch.save writes 2".formatted(version));
    }
  }

  private static InvalidPickleException invalid(String rule) {
    return new InvalidPickleException(rule);
  }
}
