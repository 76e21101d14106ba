package org.edm2search.data.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.edm2search.data.image.DecodedImage;

/**
 * How many images had to be changed to become 8 bits a channel without transparency.
 *
 * @param transparent images laid over the background
 * @param deep images of more than 8 bits a channel, cut to 8
 * @param turned images turned as their orientation mark says
 */
public record Adjustments(int transparent, int deep, int turned) {

  /** Counts images. */
  static final class Counter {
    private int transparent;
    private int deep;
    private int turned;

    void add(DecodedImage image) {
      transparent += image.transparent() ? 1 : 0;
      deep += image.deep() ? 1 : 0;
      turned += image.turned() ? 1 : 0;
    }

    Adjustments sum() {
      return new Adjustments(transparent, deep, turned);
    }
  }

  /**
   * Returns what people should know, a sentence each.
   *
   * @param background how to call what is behind transparent pixels
   */
  public List<String> sentences(String background) {
    List<String> sentences = new ArrayList<>();
    add(sentences, transparent, "transparency, which shows the background " + background);
    add(sentences, deep, "more than 8 bits a channel, cut to 8");
    add(sentences, turned, "an orientation mark, which is followed");
    return sentences;
  }

  private static void add(List<String> sentences, int count, String what) {
    if (count > 0) {
      sentences.add(
          String.format(Locale.ROOT, "%,d image%s had %s", count, count == 1 ? "" : "s", what));
    }
  }
}
