// The HTTP server around the app: how slow a client may be, and how it stops without breaking off an answer.
import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import type { Express } from "express";

export interface ServerLimits {
  /** More are refused (431): a client that needs no answer could fill the memory with them. */
  maxHeaders: number;
  headersTimeoutSeconds: number;
  requestTimeoutSeconds: number;
  /** How often the two above are looked at: a client may be slower by this. */
  checkEverySeconds: number;
  keepAliveSeconds: number;
  stopPauseMs: number;
  stopWithinSeconds: number;
}

export interface HttpServer {
  server: Server;
  /** Takes no new connections, finishes the requests under way, and resolves when all connections are closed. */
  stop(): Promise<void>;
}

export function createHttpServer(app: Express, limits: ServerLimits): HttpServer {
  /** The answers that each connection waits for, oldest first: a client may send a request before it has the answer to another. */
  const underWay = new Map<Socket, Set<ServerResponse>>();
  let stopping = false;
  let closing = false;

  const options = {
    ...expressMessages(app),
    headersTimeout: limits.headersTimeoutSeconds * 1000,
    requestTimeout: limits.requestTimeoutSeconds * 1000,
    connectionsCheckingInterval: limits.checkEverySeconds * 1000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
  };
  const server = createServer(options, (req, res) => {
    // Node only leaves out what is too much, and that could be a header which protects from other sites.
    if (req.rawHeaders.length >= 2 * limits.maxHeaders) {
      res.writeHead(431, { Connection: "close" }).end();
      return;
    }
    const { socket } = req;
    const answers = underWay.get(socket) ?? new Set();
    underWay.set(socket, answers.add(res));
    res.once("close", () => {
      answers.delete(res);
      if (answers.size === 0) underWay.delete(socket);
      closeWhenQuiet();
    });
    if (stopping) makeNewestLast(answers);
    app(req, res);
  });
  server.maxHeadersCount = limits.maxHeaders;
  server.on("connection", (socket) => {
    // Node does not close an answer whose turn never came. Whoever waits for that would wait for ever, and keep it.
    socket.once("close", () => {
      for (const res of underWay.get(socket) ?? []) if (!res.socket) res.emit("close");
    });
  });

  const stop = (): Promise<void> => {
    stopping = true;
    for (const answers of underWay.values()) makeNewestLast(answers);
    // A moment for requests that are on the wire already.
    setTimeout(() => {
      closing = true;
      closeWhenQuiet();
    }, limits.stopPauseMs);
    const forced = setTimeout(() => server.closeAllConnections(), limits.stopWithinSeconds * 1000);
    return new Promise((resolve) => {
      // Only of the listener: http's own close() would at once break off connections that seem idle, and a request may be
      // on the wire to each of them.
      NetServer.prototype.close.call(server, () => {
        clearTimeout(forced);
        resolve();
      });
    });
  };

  /** Connections that wait for nothing (kept alive, or opened by a browser in advance) would hold us up. */
  function closeWhenQuiet(): void {
    if (!closing) return;
    // After a look at what has arrived: it may lie there unread.
    setImmediate(() => {
      if (underWay.size === 0) server.closeAllConnections();
    });
  }

  return { server, stop };
}

/** After it the client sends nothing more on this connection, so closing it hits no request. */
function makeNewestLast(answers: Set<ServerResponse>): void {
  const older = [...answers];
  const newest = older.pop();
  for (const res of older) if (!res.headersSent) res.removeHeader("Connection");
  if (newest && !newest.headersSent) newest.setHeader("Connection", "close");
}

/**
 * Express makes Node's messages its own by giving each of them another prototype. V8 forgets the shape of an object when
 * that happens, and looks up slowly whatever is read from it or put on it afterwards: a third of the time of a page. Ours
 * are born with that prototype, so Express finds nothing to change.
 */
function expressMessages(app: Express) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  app.request = Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  app.response = Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}
