package org.edm2search.data.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.edm2search.data.image.DecodedImage;
import org.edm2search.data.image.ImageHeader;

/**
 * Images as they lie in files, of any size, by index. Reading is safe from several threads. Memory
 * holds names and labels, never pixels.
 */
interface ImageCollection extends Closeable {

  /** Returns the number of images. */
  int count();

  /** Returns how messages call an image. */
  String name(int index);

  /**
   * Returns size and channels of an image, without decoding it.
   *
   * @throws IOException if it is damaged or too large; the message does not name it
   */
  ImageHeader header(int index) throws IOException;

  /**
   * Decodes an image.
   *
   * @throws IOException if it is damaged or too large; the message does not name it
   */
  DecodedImage read(int index) throws IOException;

  /** Returns the images' classes. */
  ImageLabels labels();

  /** Returns all files that images and labels come from, in a fixed order. */
  List<Path> files();
}
