package org.edm2search.campaign.store;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.locator.ClasspathSqlLocator;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/** The store's SQL, one statement a file in the resources. */
final class StoreSql {

  private static final ClasspathSqlLocator FILES = ClasspathSqlLocator.create();

  private StoreSql() {}

  static String text(String name) {
    return FILES.locate(H2TrialStore.class, name);
  }

  static Query query(Handle handle, String name) {
    return handle.createQuery(text(name));
  }

  static Update update(Handle handle, String name) {
    return handle.createUpdate(text(name));
  }
}
