package org.edm2search.dashboard.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.edm2search.space.base.Sha256;

/**
 * The style sheet, scripts and fonts: a fixed list, read once. Nothing else can be asked for by
 * path, and nothing comes from another host.
 */
public final class Assets {

  private static final int DIGITS = 12;

  private static final String OWN = "/org/edm2search/dashboard/assets/";
  private static final String WEBJARS = "/META-INF/resources/webjars/";

  private record Asset(byte[] content, String type, String digest) {}

  private final Map<String, Asset> assets = new LinkedHashMap<>();

  /** Reads every asset; a missing one is a broken build. */
  public Assets() {
    Properties versions = new Properties();
    try (InputStream in = open("/org/edm2search/dashboard/webjars.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    own("dashboard.css", "text/css; charset=utf-8");
    own("dashboard.js", "text/javascript; charset=utf-8");
    own("icon.svg", "image/svg+xml");
    own("inter-latin.woff2", "font/woff2");
    own("inter-greek.woff2", "font/woff2");
    webJar(versions, "htmx.org", "dist/htmx.min.js", "htmx.js");
    webJar(versions, "htmx-ext-sse", "sse.js", "htmx-sse.js");
    webJar(versions, "echarts", "echarts.common.min.js", "echarts.js");
  }

  /** Returns the URL of an asset; it changes with the content, so browsers may keep it for good. */
  public String url(String name) {
    Asset asset = assets.get(name);
    if (asset == null) {
      throw new IllegalArgumentException("no asset is called '" + name + "'");
    }
    return Routes.asset(name) + "?v=" + asset.digest();
  }

  /** Answers a request for one asset. */
  void serve(Context context, String name) {
    Asset asset = assets.get(name);
    if (asset == null) {
      throw new NotFoundException("There is no file called “" + name + "” here.");
    }
    boolean current = asset.digest().equals(context.queryParam("v"));
    context.header(
        "Cache-Control", current ? "public, max-age=31536000, immutable" : "public, max-age=3600");
    String tag = '"' + asset.digest() + '"';
    context.header("ETag", tag);
    if (tag.equals(context.header("If-None-Match"))) {
      context.status(HttpStatus.NOT_MODIFIED);
      return;
    }
    context.contentType(asset.type()).result(asset.content());
  }

  private void own(String name, String type) {
    add(name, OWN + name, type);
  }

  private void webJar(Properties versions, String library, String file, String name) {
    add(
        name,
        WEBJARS + library + "/" + versions.getProperty(library) + "/" + file,
        "text/javascript; charset=utf-8");
  }

  private void add(String name, String resource, String type) {
    try (InputStream in = open(resource)) {
      byte[] content = in.readAllBytes();
      String version = new Sha256().add(content).hex().substring(0, DIGITS);
      assets.put(name, new Asset(content, type, version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = Assets.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("missing from the class path: " + resource);
    }
    return in;
  }
}
