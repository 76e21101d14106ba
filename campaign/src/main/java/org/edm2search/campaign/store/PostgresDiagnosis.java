package org.edm2search.campaign.store;

import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;

/** What a failure of a server means, at the key that it is about, and what to do. */
final class PostgresDiagnosis {

  private static final String URL = "url";
  private static final String USER = "user";

  private PostgresDiagnosis() {}

  /** Returns an error that names the cause of a failure, the key and what to do. */
  static Edm2SearchException of(PostgresServer server, Throwable thrown) {
    PostgresFailure failure = PostgresFailure.of(thrown);
    String said = failure.said();
    String address = server.address().address();
    String database = server.address().database();
    String user = server.user();
    return switch (failure.kind()) {
      case METHOD ->
          server.error(
              URL,
              "%s does not ask %s for a password by SCRAM-SHA-256, the one way this program takes (%s);"
                      .formatted(address, user, said)
                  + " in the server's pg_hba.conf, let the line of this database say scram-sha-256,"
                  + " or cert where url says sslmode=verify-full and has sslcert and sslkey");
      case PASSWORD ->
          server.error(
              USER,
              "%s does not let %s in (%s); give the password in the variable PGPASSWORD or in ~/.pgpass,"
                      .formatted(address, user, said)
                  + " as HOST:PORT:DATABASE:USER:PASSWORD");
      case NO_ENTRY ->
          server.error(
              USER,
              ("%s does not let %s in from here (%s); a line of its pg_hba.conf must name this role and"
                      + " machine; where it says hostssl, url needs ?sslmode=verify-full, and where it"
                      + " says clientcert, also sslcert and sslkey")
                  .formatted(address, user, said));
      case NO_TLS, OTHER_HOST, OUTDATED, UNTRUSTED, TLS -> tls(server, failure);
      case POOLER -> pooler(server, said);
      case NO_DATABASE ->
          server.error(
              URL,
              "there is no database '%s' on %s; createdb makes it".formatted(database, address));
      case NO_RIGHT ->
          server.error(
              USER,
              ("%s may not do this (%s); GRANT CREATE ON DATABASE \"%s\" TO it, or let store.schema"
                      + " name a schema that it owns")
                  .formatted(user, said, database));
      case READ_ONLY ->
          server.error(
              URL,
              "%s only reads (%s); name the server that its copies follow, or let it write"
                  .formatted(address, said));
      case FULL ->
          stopped(
              server,
              "the disk of %s is full (%s); make room there, then run again"
                  .formatted(address, said),
              thrown);
      case PASSING ->
          stopped(
              server,
              "no connection to %s (%s); start the server or mend the url, then run again"
                  .formatted(address, said),
              thrown);
      case OTHER ->
          stopped(server, "the server says: %s (%s)".formatted(said, failure.state()), thrown);
    };
  }

  private static InvalidConfigException tls(PostgresServer server, PostgresFailure failure) {
    String address = server.address().address();
    String said = failure.said();
    return server.error(
        URL,
        switch (failure.kind()) {
          case NO_TLS ->
              ("%s does not encrypt (%s); set 'ssl = on' on the server, or where the network can be"
                      + " trusted sslmode=disable")
                  .formatted(address, said);
          case OTHER_HOST ->
              ("the certificate of %s is not of that host (%s); url must name the server as its"
                      + " certificate does")
                  .formatted(address, said);
          case OUTDATED ->
              ("the certificate of %s is not valid now (%s); renew it on the server, unless this"
                      + " machine's clock is wrong")
                  .formatted(address, said);
          case UNTRUSTED ->
              ("the certificate of %s is not signed by any of %s (%s); let sslrootcert name the"
                      + " certificate of whoever signs this server's")
                  .formatted(address, server.address().tls().root(), said);
          default ->
              ("%s and this machine do not trust each other's certificates (%s); see sslcert and"
                      + " sslkey, and the server's log")
                  .formatted(address, said);
        });
  }

  /** Returns an error of something between here and the server. */
  static InvalidConfigException pooler(PostgresServer server, String said) {
    return server.error(
        URL,
        ("%s is no PostgreSQL server but perhaps a pooler in front of one (%s); name the server"
                + " itself, as one connection keeps the campaign's lock")
            .formatted(server.address().address(), said));
  }

  /** Not the user's fault, but where it happened is theirs to know. */
  private static StoreException stopped(PostgresServer server, String what, Throwable cause) {
    return new StoreException(server.error(URL, what).getMessage(), cause);
  }
}
