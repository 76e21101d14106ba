package org.edm2search.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a gene decides: something about branches, or about the network around them. */
public sealed interface Trait permits BranchTrait, NetworkTrait {

  /** Returns the name used in YAML, such as {@code kernel}. */
  String text();

  /** Returns what a value must be, for messages. */
  String rule();

  /** Returns the value's canonical text, or nothing for a value this trait cannot have. */
  Optional<String> canonical(String value);

  /** Returns the scopes a gene of this trait may have, the default first. */
  List<Scope> scopes();

  /** Returns all of them. */
  static List<Trait> all() {
    List<Trait> all = new ArrayList<>(List.of(BranchTrait.values()));
    all.addAll(List.of(NetworkTrait.values()));
    return all;
  }
}
