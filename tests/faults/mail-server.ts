// A mail server of our own on loopback that behaves as badly as it is told to, from one connection to the next.
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { freePort } from "../support/free-port.ts";

/** What it does with a connection from its beginning on. */
export type Manner = (socket: Socket, server: MailServer) => void;

export class MailServer {
  readonly port: number;
  /** Recipients of the mails it has taken over. */
  readonly taken: string[] = [];
  manner: Manner = takeMail;

  private constructor(port: number) {
    this.port = port;
  }

  /** Closed until it is told to listen; closed again when the test is over. */
  static async closed(): Promise<MailServer> {
    return new MailServer(await freePort());
  }

  listen(): Promise<void> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      this.manner(socket, this);
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return new Promise((resolve) => server.listen(this.port, "127.0.0.1", resolve));
  }
}

/** As a good one does (RFC 5321), as far as our client asks; `beforeData` may end it where the mail itself would come. */
export function takeMail(socket: Socket, server: MailServer, beforeData: Manner = () => {}): void {
  let [mail, recipient, inData] = ["", "", false];
  socket.write("220 ready\r\n");
  socket.on("data", (piece) => {
    const text = String(piece);
    if (inData) {
      mail += text;
      if (!mail.endsWith("\r\n.\r\n")) return;
      server.taken.push(recipient);
      socket.write("250 taken\r\n");
      inData = false;
    } else if (text.startsWith("DATA")) {
      inData = true;
      socket.write("354 go on\r\n");
      beforeData(socket, server);
    } else {
      recipient = /^RCPT TO:<(.+)>/.exec(text)?.[1] ?? recipient;
      socket.write("250 fine\r\n");
    }
  });
}
