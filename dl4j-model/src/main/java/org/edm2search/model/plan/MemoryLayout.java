package org.edm2search.model.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places buffers of known size and lifetime in one arena: buffers that live at the same time do not
 * overlap. Greedy by size (Pisarchyk and Lee 2020, arXiv 2001.03288, section 5.2).
 */
final class MemoryLayout {

  /** Cache line and AVX-512 vector, in float32 elements. */
  private static final long ALIGNMENT = 16;

  /** A buffer: elements, and the first and last operation that touch it. */
  static final class Buffer {
    private final long size;
    private final int first;
    private int last;
    private long offset = -1;

    Buffer(long size, int first) {
      this.size = size;
      this.first = first;
      this.last = first;
    }

    void usedAt(int operation) {
      last = Math.max(last, operation);
    }

    int last() {
      return last;
    }

    long offset() {
      return offset;
    }

    long size() {
      return size;
    }

    private long end() {
      return offset + (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private boolean livesWith(Buffer other) {
      return first <= other.last && other.first <= last;
    }
  }

  private MemoryLayout() {}

  /** Sets every buffer's offset and returns the elements of the arena. */
  static long place(List<Buffer> buffers) {
    List<Buffer> bySize = new ArrayList<>(buffers);
    bySize.sort(
        Comparator.comparingLong((Buffer buffer) -> buffer.size)
            .reversed()
            .thenComparingInt(buffer -> buffer.first));
    List<Buffer> placedByOffset = new ArrayList<>();
    long arena = 0;
    for (Buffer buffer : bySize) {
      buffer.offset = 0;
      for (Buffer placed : placedByOffset) {
        if (!placed.livesWith(buffer)) {
          continue;
        }
        if (placed.offset >= buffer.end()) {
          break;
        }
        buffer.offset = Math.max(buffer.offset, placed.end());
      }
      int index = 0;
      while (index < placedByOffset.size() && placedByOffset.get(index).offset <= buffer.offset) {
        index++;
      }
      placedByOffset.add(index, buffer);
      arena = Math.max(arena, buffer.end());
    }
    return arena;
  }
}
