package org.edm2search.space;

import java.util.List;
import java.util.Locale;
import org.edm2search.space.architecture.BlockSpec;

/** How widely one choice of a gene applies. */
public enum Scope {
  /** One choice for the whole network. */
  GLOBAL,
  /** One for the encoder, one for the decoder. */
  STAGE,
  /** One for each resolution of each stage. */
  LEVEL,
  /** One for each block. */
  BLOCK;

  /** The selector that matches every block. */
  public static final String EVERYWHERE = "";

  /** Returns the name used in YAML. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the selector of the choice that a block takes part in, such as {@code dec.16x16}. */
  public String selectorOf(BlockSpec block) {
    return this == GLOBAL ? EVERYWHERE : block.selectors().get(ordinal() - 1);
  }

  /** Returns the selectors of all choices in a network, in block order. */
  public List<String> selectors(List<BlockSpec> blocks) {
    return blocks.stream().map(this::selectorOf).distinct().toList();
  }
}
