package org.edm2search.model.onnx;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import org.nd4j.shade.protobuf.ByteString;

/** A named constant of a node, as the operator's definition asks for it. */
public final class Attribute {

  private final AttributeProto message;

  private Attribute(AttributeProto.Builder message) {
    this.message = message.build();
  }

  private static AttributeProto.Builder named(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /** Returns a float. */
  public static Attribute number(String name, float value) {
    return new Attribute(named(name, AttributeType.FLOAT).setF(value));
  }

  /** Returns an integer. */
  public static Attribute integer(String name, long value) {
    return new Attribute(named(name, AttributeType.INT).setI(value));
  }

  /** Returns a text. */
  public static Attribute text(String name, String value) {
    return new Attribute(named(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
  }

  /** Returns a list of integers. */
  public static Attribute integers(String name, long... values) {
    AttributeProto.Builder message = named(name, AttributeType.INTS);
    for (long value : values) {
      message.addInts(value);
    }
    return new Attribute(message);
  }

  AttributeProto toMessage() {
    return message;
  }
}
