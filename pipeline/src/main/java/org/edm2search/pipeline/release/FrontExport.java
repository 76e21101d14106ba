package org.edm2search.pipeline.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.space.base.AtomicDirectory;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;

/**
 * A directory with a bundle for each of several models and a page about all of them, such as a
 * campaign's Pareto front.
 *
 * @param title of the page
 * @param models to export, in the page's order
 */
public record FrontExport(String title, List<ModelExport> models) {

  static final String PAGE = "index.html";

  public FrontExport {
    models = List.copyOf(models);
  }

  /**
   * Writes the directory, all or nothing; an older one of the same kind is replaced.
   *
   * @return the names of the bundles in it
   * @throws Edm2SearchException if that fails or something else would be lost
   */
  public List<String> write(Path directory, List<ModelExport.Writer> writers) {
    List<String> names = models.stream().map(ModelExport::name).toList();
    AtomicDirectory.write(
        directory,
        FrontExport::requireReplaceable,
        folder -> {
          List<FrontPage.Entry> entries = new ArrayList<>();
          for (ModelExport model : models) {
            Path bundle = folder.resolve(model.name());
            model.write(bundle, writers);
            entries.add(FrontPage.Entry.of(model, bundle));
          }
          AtomicFile.write(folder.resolve(PAGE), new FrontPage(title, entries).html());
        });
    return names;
  }

  private static void requireReplaceable(Path existing) throws IOException {
    if (!Files.isDirectory(existing)) {
      throw lost(existing, "is not a directory");
    }
    try (Stream<Path> files = Files.list(existing)) {
      for (Path file : files.sorted().toList()) {
        if (ModelBundle.isBundle(file)) {
          ModelBundle.requireReplaceable(file);
        } else if (!file.endsWith(PAGE)) {
          throw lost(existing, "holds " + file.getFileName() + ", which would be lost");
        }
      }
    }
  }

  private static Edm2SearchException lost(Path directory, String why) {
    return new Edm2SearchException(
        "%s exists and %s; choose another directory".formatted(directory, why));
  }
}
