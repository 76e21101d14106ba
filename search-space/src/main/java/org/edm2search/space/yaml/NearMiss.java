package org.edm2search.space.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word a user probably meant. */
public final class NearMiss {

  private NearMiss() {}

  /** Returns the closest of the known words, if it is close enough to be a slip. */
  public static Optional<String> of(String word, Collection<String> known) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    int allowed = Math.max(1, Math.min(3, word.length() / 3));
    return least <= allowed ? Optional.ofNullable(best) : Optional.empty();
  }

  /** Returns {@code ", did you mean 'x'?"}, or what is known when nothing is near. */
  public static String hint(String word, Collection<String> known) {
    return of(word, known)
        .map(near -> ", did you mean '%s'?".formatted(near))
        .orElseGet(() -> known.isEmpty() ? "" : "; known: " + String.join(", ", known));
  }

  /** Edits between two words, a swap of neighbours counting once (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
