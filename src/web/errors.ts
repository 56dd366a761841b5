// Every request that goes wrong ends here: a calm page (or JSON for a program), and in the log what an operator needs.
import type { ErrorRequestHandler, Request, Response } from "express";
import type { Logger } from "pino";

export interface ErrorLink {
  label: string;
  href: string;
}

interface Details {
  message?: string;
  retryAfterSeconds?: number;
  links?: ErrorLink[];
}

/** A wrong request, to be thrown by whoever notices: `throw new HttpError(404)`. */
export class HttpError extends Error {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly links: ErrorLink[];
  /** Shown to the visitor; without it the page says what is usual for its status. */
  readonly publicMessage: string | undefined;
  constructor(status: number, { message, retryAfterSeconds, links = [] }: Details = {}) {
    super(message ?? `HTTP ${status}`);
    this.status = status;
    this.publicMessage = message;
    this.retryAfterSeconds = retryAfterSeconds;
    this.links = links;
  }
}

const USUAL: Record<number, [title: string, message: string]> = {
  400: ["That request can't be read", "Something in it is malformed. Go back and try again."],
  401: ["Log in to continue", "Your login has ended."],
  403: ["That request was refused", "It came from another site. Open the page here and send the form again."],
  404: ["Page not found", "There is nothing at this address. Check it for typing mistakes."],
  405: ["That doesn't work here", "This address does not accept that kind of request."],
  410: ["That link has expired or was already used", "Ask for a new one."],
  413: [
    "That is too much at once",
    "The form was larger than we accept. Shorten what you typed and send it again.",
  ],
  415: ["That format is not accepted", "Send the form as it is on the page."],
  422: ["There is a problem", "Something in the form can't be accepted."],
  429: ["Too many attempts", "Wait a while before you try again."],
  500: ["Something went wrong", "The fault is ours and has been recorded. Try again in a few minutes."],
  503: ["Busy at the moment", "Nothing is lost. Try again in a few seconds."],
};

const STORAGE_RETRY_SECONDS = 10;

/** `isStorageTrouble` knows what databases say when they are locked, full or away: not a bug, and it may pass. */
export function errorHandler(
  log: Logger,
  isStorageTrouble: (error: unknown) => boolean,
): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const { status, retryAfterSeconds } = isStorageTrouble(error)
      ? { status: 503, retryAfterSeconds: STORAGE_RETRY_SECONDS }
      : classify(error);
    // Being too busy is no fault, and in a storm of logins the line of the request is enough.
    if (status >= 500 && !isBusyness(error))
      log.error({ err: error, requestId: req.id, route: req.route?.path }, "request failed");
    // The session could not be saved at the end of an answer that is complete: Express would break the connection off.
    if (res.writableEnded) return;
    if (res.headersSent) return next(error);
    res.status(status);
    if (retryAfterSeconds) res.set("Retry-After", String(retryAfterSeconds));
    showError(req, res, status, error instanceof HttpError ? error : null);
  };
}

/** It says itself when to come back. Any other 5xx, a library's too, is a fault that an operator must see. */
function isBusyness(error: unknown): boolean {
  const { status, retryAfterSeconds } = error as { status?: unknown; retryAfterSeconds?: unknown };
  return status === 503 && typeof retryAfterSeconds === "number";
}

/** Our own errors, those of Express's parsers (which carry a status too), and everything else, which is a bug. */
function classify(error: unknown): { status: number; retryAfterSeconds?: number | undefined } {
  const { status, retryAfterSeconds } = error as { status?: unknown; retryAfterSeconds?: number };
  if (typeof status !== "number" || status < 400 || status > 599) return { status: 500 };
  return { status, retryAfterSeconds };
}

function showError(req: Request, res: Response, status: number, error: HttpError | null): void {
  const [title, usualMessage] = USUAL[status] ?? USUAL[status < 500 ? 400 : 500] ?? ["Error", ""];
  const message = error?.publicMessage ?? usualMessage;
  const page = { title, message, links: error?.links ?? [], requestId: req.id };
  if (!req.accepts("html")) return void res.json({ status, title, message, requestId: req.id });
  res.render("errors/error", page, (failure, html) => {
    // The views themselves may be what is broken.
    if (failure) res.type("text").send(`${title}. ${message} (${req.id})`);
    else res.send(html);
  });
}
