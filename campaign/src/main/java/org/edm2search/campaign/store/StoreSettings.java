package org.edm2search.campaign.store;

import java.util.List;
import java.util.Optional;
import org.edm2search.space.yaml.Section;

/** The {@code store} section of a campaign: where its trials are kept. */
public sealed interface StoreSettings permits StoreInFile, StoreOnServer {

  /** Reads the section, if there is one, and rejects unknown keys. */
  static StoreSettings read(Optional<Section> section) {
    return section.<StoreSettings>map(StoreSettings::read).orElseGet(StoreInFile::new);
  }

  private static StoreSettings read(Section section) {
    boolean server = section.oneOf("kind", List.of("file", "postgresql")).equals("postgresql");
    StoreSettings settings = server ? StoreOnServer.read(section) : new StoreInFile();
    section.rejectUnknown();
    return settings;
  }
}
