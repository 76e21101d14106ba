package org.edm2search.model.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.base.AtomicFile;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * The values that are part of a graph's file, in the order they were added. They are made when they
 * are written, one after the other: those of a large network need not be in memory together.
 */
final class OnnxConstants {

  /** Smaller ones stay in the graph: runtimes read shapes and axes before any other file. */
  private static final int LEAST_OUTSIDE = 1024;

  /** What the format recommends, so that runtimes can map the file into memory. */
  private static final int ALIGNMENT = 4096;

  private final List<Constant> constants = new ArrayList<>();
  private long bytes;

  /** A value that is made when it is asked for. */
  record Constant(String name, ElementType type, List<Integer> shape, Supplier<Tensor> content) {

    long bytes() {
      return shape.stream().mapToLong(Integer::longValue).reduce(type.bytes(), Math::multiplyExact);
    }

    ByteBuffer toBytes() {
      ByteBuffer raw = ByteBuffer.allocate(Math.toIntExact(bytes())).order(ByteOrder.LITTLE_ENDIAN);
      content.get().put(raw);
      return raw;
    }

    TensorProto.Builder message() {
      TensorProto.Builder message =
          TensorProto.newBuilder().setDataType(OnnxGraph.dataType(type)).setName(name);
      shape.forEach(message::addDims);
      return message;
    }
  }

  void add(Constant constant) {
    constants.add(constant);
    bytes += constant.bytes();
  }

  List<Constant> all() {
    return constants;
  }

  /** Returns the bytes of all together. */
  long bytes() {
    return bytes;
  }

  /** Returns all, but for the bytes of large ones. */
  List<TensorProto> headers() {
    return constants.stream()
        .map(
            constant ->
                constant.bytes() < LEAST_OUTSIDE ? inside(constant) : constant.message().build())
        .toList();
  }

  /**
   * Returns a constant of a file as {@link #headers} has it.
   *
   * @param beside the only other file that it may be in
   */
  static TensorProto header(TensorProto read, String beside) {
    boolean outside =
        read.getExternalDataList().stream()
            .anyMatch(e -> e.getKey().equals("location") && e.getValue().equals(beside));
    TensorProto.Builder header = read.toBuilder();
    if (read.getRawData().size() >= LEAST_OUTSIDE) {
      header.clearRawData();
    }
    return (outside ? header.clearExternalData().clearDataLocation() : header).build();
  }

  /** Returns all with their bytes in the messages. */
  List<TensorProto> inside() {
    return constants.stream().map(OnnxConstants::inside).toList();
  }

  private static TensorProto inside(Constant constant) {
    return constant
        .message()
        .setRawData(UnsafeByteOperations.unsafeWrap(constant.toBytes()))
        .build();
  }

  /**
   * Writes the bytes of large ones to a file, and returns all, with references into that file.
   *
   * @param file in the directory of the model's; not there yet
   */
  List<TensorProto> outside(Path file) throws IOException {
    List<TensorProto> messages = new ArrayList<>();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (Constant constant : constants) {
        if (constant.bytes() < LEAST_OUTSIDE) {
          messages.add(inside(constant));
          continue;
        }
        long offset = (channel.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        channel.position(offset);
        AtomicFile.writeAll(channel, constant.toBytes());
        messages.add(
            constant
                .message()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", String.valueOf(file.getFileName())))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(constant.bytes())))
                .build());
      }
      channel.force(true);
    }
    return messages;
  }

  private static StringStringEntryProto.Builder entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value);
  }
}
