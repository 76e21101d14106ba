package org.edm2search.campaign.store;

import org.edm2search.space.yaml.InvalidConfigException;

/** A store's file was cut off or overwritten: a copy is to be restored. */
public final class DamagedStoreException extends InvalidConfigException {

  private static final long serialVersionUID = 1L;

  DamagedStoreException(String file, String rule) {
    super(file, rule);
  }
}
