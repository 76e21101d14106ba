package org.edm2search.campaign.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.edm2search.space.base.Edm2SearchException;

/** Drawings as PNG, two pixels for one. */
public final class Png {

  private static final int SCALE = 2;

  private Png() {}

  /**
   * Returns the file.
   *
   * @throws Edm2SearchException if this machine has no fonts
   */
  public static byte[] of(Drawing drawing) {
    BufferedImage image =
        new BufferedImage(
            SCALE * drawing.width(), SCALE * drawing.height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.scale(SCALE, SCALE);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, drawing.width(), drawing.height());
      drawing.shapes().forEach(shape -> draw(graphics, shape));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(image, "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError | NullPointerException e) {
      // What Java does where the system has no library for fonts, or none installed.
      throw new Edm2SearchException(
          "PNG pictures need fonts, but Java found none here; install some, or take the SVG", e);
    } finally {
      graphics.dispose();
    }
  }

  private static void draw(Graphics2D graphics, Drawing.Shape shape) {
    if (shape instanceof Drawing.Line line) {
      graphics.setColor(Color.decode(line.color()));
      graphics.setStroke(
          new BasicStroke((float) line.width(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
      Path2D path = new Path2D.Double();
      for (int i = 0; i < line.points().size(); i++) {
        Drawing.Point point = line.points().get(i);
        if (i == 0) {
          path.moveTo(point.x(), point.y());
        } else {
          path.lineTo(point.x(), point.y());
        }
      }
      graphics.draw(path);
    } else if (shape instanceof Drawing.Box box) {
      graphics.setColor(Color.decode(box.color()));
      graphics.fill(new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height()));
    } else if (shape instanceof Drawing.Dot dot) {
      graphics.setColor(Color.decode(dot.color()));
      graphics.fill(
          new Ellipse2D.Double(
              dot.x() - dot.radius(), dot.y() - dot.radius(), 2 * dot.radius(), 2 * dot.radius()));
    } else if (shape instanceof Drawing.Text text) {
      graphics.setColor(Color.decode(text.color()));
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, text.size()));
      int width = graphics.getFontMetrics().stringWidth(text.words());
      double left =
          switch (text.anchor()) {
            case START -> text.x();
            case MIDDLE -> text.x() - width / 2.0;
            case END -> text.x() - width;
          };
      graphics.drawString(text.words(), (float) left, (float) text.y());
    }
  }
}
