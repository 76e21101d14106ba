package org.edm2search.space.yaml;

import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/**
 * Something the user wrote breaks a rule. The message is one line: place, key, rule and, where
 * known, the remedy, such as {@code quickstart.yaml:12: space.genes.kernal: unknown key, did you
 * mean 'kernel'?}
 */
public class InvalidConfigException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final int column;
  private final String key;
  private final String rule;

  /**
   * Creates the error of a key.
   *
   * @param file name of the file as the user knows it
   * @param line line counted from 1, or 0 where the whole file or no line is meant
   * @param column column counted from 1, or 0 likewise
   * @param key path of the key, such as {@code space.genes.kernel.values[2]}; may be empty
   * @param rule what must hold, the offending value, and the remedy
   */
  public InvalidConfigException(
      String file, int line, int column, String key, @Nullable String rule) {
    super(render(file, line, key, rule));
    this.file = file;
    this.line = line;
    this.column = column;
    this.key = key;
    this.rule = String.valueOf(rule);
  }

  /** Creates an error of a whole file. */
  public InvalidConfigException(String file, @Nullable String rule) {
    this(file, 0, 0, "", rule);
  }

  private static String render(String file, int line, String key, @Nullable String rule) {
    StringBuilder message = new StringBuilder(file);
    if (line > 0) {
      message.append(':').append(line);
    }
    if (!key.isEmpty()) {
      message.append(": ").append(key);
    }
    return oneLine(message.append(": ").append(rule).toString());
  }

  private static String oneLine(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> visible.append("\\n");
                case '\r' -> visible.append("\\r");
                case '\t' -> visible.append("\\t");
                default -> {
                  if (Character.isISOControl(c)) {
                    visible.append("\\u%04x".formatted(c));
                  } else {
                    visible.appendCodePoint(c);
                  }
                }
              }
            });
    return visible.toString();
  }

  /** Returns the file's name. */
  public String file() {
    return file;
  }

  /** Returns the line counted from 1, or 0 without one. */
  public int line() {
    return line;
  }

  /** Returns the column counted from 1, or 0 without one. */
  public int column() {
    return column;
  }

  /** Returns the path of the key, empty where the whole file is meant. */
  public String key() {
    return key;
  }

  /** Returns the message without place and key. */
  public String rule() {
    return rule;
  }
}
