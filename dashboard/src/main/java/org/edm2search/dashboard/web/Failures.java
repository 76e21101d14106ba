package org.edm2search.dashboard.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.util.Objects;
import org.edm2search.dashboard.library.UnknownCampaignException;
import org.edm2search.dashboard.library.UnreadableCampaignException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what can go wrong into an answer that says what to do. */
public final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private final Pages pages;
  private final Api api;

  private Failures(Pages pages, Api api) {
    this.pages = pages;
    this.api = api;
  }

  /** Registers an answer for every kind of failure. */
  public static void register(RoutesConfig routes, Pages pages, Api api) {
    Failures failures = new Failures(pages, api);
    routes.exception(
        BadRequestException.class,
        (e, context) ->
            failures.answer(
                context, HttpStatus.BAD_REQUEST, "That address makes no sense", e.getMessage()));
    routes.exception(
        NotFoundException.class,
        (e, context) ->
            failures.answer(context, HttpStatus.NOT_FOUND, "Nothing here", e.getMessage()));
    routes.exception(
        UnknownCampaignException.class,
        (e, context) ->
            failures.answer(context, HttpStatus.NOT_FOUND, "No such campaign", e.getMessage()));
    routes.exception(
        UnreadableCampaignException.class,
        (e, context) ->
            failures.answer(
                context,
                HttpStatus.SERVICE_UNAVAILABLE,
                "The campaign cannot be read",
                e.getMessage()));
    routes.exception(
        HttpResponseException.class,
        (e, context) -> {
          HttpStatus status = HttpStatus.forStatus(e.getStatus());
          if (status == HttpStatus.NOT_FOUND) {
            failures.answer(context, status, "Nothing here", "There is no page at this address.");
          } else {
            failures.answer(
                context,
                status,
                status.getMessage(),
                Objects.requireNonNullElse(e.getMessage(), ""));
          }
        });
    routes.exception(
        Exception.class,
        (e, context) -> {
          LOG.error("{} {} failed", context.method(), context.path(), e);
          failures.answer(
              context,
              HttpStatus.INTERNAL_SERVER_ERROR,
              "Something went wrong",
              "The dashboard could not make this page; its log has the details. The campaign is"
                  + " not affected.");
        });
  }

  private void answer(Context context, HttpStatus status, String heading, String message) {
    if (Routes.isApi(context.path())) {
      api.error(context, status, message);
    } else {
      pages.error(context, status, heading, message);
    }
  }
}
