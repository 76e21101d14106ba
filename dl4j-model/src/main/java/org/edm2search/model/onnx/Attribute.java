package org.edm2search.model.onnx;

/** A named constant of a node, as the operator's definition asks for it. */
public final class Attribute {

  private static final int NAME = 1;
  private static final int TYPE = 20;

  private final ProtobufMessage message;

  private Attribute(String name, int type) {
    message = new ProtobufMessage().text(NAME, name).integer(TYPE, type);
  }

  /** Returns a float. */
  public static Attribute number(String name, float value) {
    Attribute attribute = new Attribute(name, 1);
    attribute.message.number(2, value);
    return attribute;
  }

  /** Returns an integer. */
  public static Attribute integer(String name, long value) {
    Attribute attribute = new Attribute(name, 2);
    attribute.message.integer(3, value);
    return attribute;
  }

  /** Returns a text. */
  public static Attribute text(String name, String value) {
    Attribute attribute = new Attribute(name, 3);
    attribute.message.text(4, value);
    return attribute;
  }

  /** Returns a list of integers. */
  public static Attribute integers(String name, long... values) {
    Attribute attribute = new Attribute(name, 7);
    for (long value : values) {
      attribute.message.integer(8, value);
    }
    return attribute;
  }

  ProtobufMessage toMessage() {
    return message;
  }
}
