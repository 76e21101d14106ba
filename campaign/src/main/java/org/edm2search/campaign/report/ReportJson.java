package org.edm2search.campaign.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.OutputStream;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reports as JSON, the same from a command's {@code --json} and from the web: names in snake_case,
 * what is not known left out, enums in lower case, instants as ISO 8601, a number that is not
 * finite as text.
 */
public final class ReportJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              all -> all.withValueInclusion(JsonInclude.Include.NON_ABSENT))
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ReportJson() {}

  /** Returns records, maps, lists, texts and numbers as indented JSON. */
  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /**
   * Writes records, maps, lists, texts and numbers as indented JSON, without a line's end; the
   * stream stays open.
   */
  public static void write(Object value, OutputStream to) {
    MAPPER.writer().without(StreamWriteFeature.AUTO_CLOSE_TARGET).writeValue(to, value);
  }
}
