package org.edm2search.pipeline.trial;

import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Answers for programs. */
public final class Json {

  private static final ObjectWriter WRITER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writer();

  private Json() {}

  /** Returns maps, lists, texts and numbers as indented JSON. */
  public static String write(Object value) {
    return WRITER.writeValueAsString(value);
  }
}
