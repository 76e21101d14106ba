package org.edm2search.campaign.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A network between a program and a server that loses connections when it is told to. */
final class Relay implements AutoCloseable {

  private static final int NEVER = Integer.MAX_VALUE;

  private final ServerSocket entrance;
  private final int server;
  private final List<Socket> inward = new ArrayList<>();
  private final List<Socket> outward = new ArrayList<>();
  private int answersLeft = NEVER;
  private boolean cut;

  private Relay(ServerSocket entrance, int server) {
    this.entrance = entrance;
    this.server = server;
  }

  /** Opens a way to a port of this machine. */
  static Relay to(int server) throws IOException {
    Relay relay = new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
    daemon(relay::accept);
    return relay;
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return entrance.getLocalPort();
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket in = entrance.accept();
        synchronized (this) {
          if (cut) {
            in.close();
            continue;
          }
          Socket out = new Socket(InetAddress.getLoopbackAddress(), server);
          inward.add(in);
          outward.add(out);
          daemon(() -> pass(in, out, false));
          daemon(() -> pass(out, in, true));
        }
      } catch (IOException e) {
        // closed, or one that ended at once
      }
    }
  }

  private void pass(Socket from, Socket to, boolean answers) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[1 << 16];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        synchronized (this) {
          if (answers && answersLeft != NEVER && answersLeft-- == 0) {
            answersLeft = NEVER;
            forget();
            return;
          }
        }
        out.write(bytes, 0, count);
        out.flush();
      }
      to.close();
    } catch (IOException e) {
      // closed by either side
    }
  }

  /** Ends all connections for the program, while the server believes in them. */
  synchronized void forget() throws IOException {
    for (Socket socket : inward) {
      socket.close();
    }
    inward.clear();
  }

  /** Does so instead of passing on the answer after so many more. */
  synchronized void forgetAfterAnswers(int answers) {
    answersLeft = answers;
  }

  /** Ends all connections and lets none through. */
  synchronized void cut() throws IOException {
    cut = true;
    forget();
    for (Socket socket : outward) {
      socket.close();
    }
    outward.clear();
  }

  /** Lets connections through again. */
  synchronized void mend() {
    cut = false;
  }

  @Override
  public synchronized void close() throws IOException {
    entrance.close();
    cut();
  }
}
