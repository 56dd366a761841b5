// The two doors through which a page comes into the program: behind the wall, or declared public. There is no third.
import type { Express, IRoute, RequestHandler } from "express";
import { HttpError } from "./errors.ts";

export interface Pages {
  get(path: string, ...handlers: RequestHandler[]): void;
  post(path: string, ...handlers: RequestHandler[]): void;
}

export interface Doors {
  /** Every handler runs only for somebody who is logged in. The short name is the safe one. */
  pages: Pages;
  /** Open to everybody. */
  publicPages: Pages;
  /** Call it after the last page: any other method of a known path is refused (405), behind its own door. */
  close(): void;
}

/** `requireAuth` is put on the very route, before its handlers. */
export function createDoors(app: Express, requireAuth: RequestHandler): Doors {
  const routes = new Map<string, { route: IRoute; guarded: boolean; methods: string[] }>();

  const open = (path: string, method: string, guarded: boolean): IRoute => {
    const known = routes.get(path) ?? { route: app.route(path), guarded: false, methods: [] };
    known.guarded ||= guarded;
    known.methods.push(method);
    routes.set(path, known);
    return known.route;
  };

  const door = (guards: RequestHandler[]): Pages => ({
    get: (path, ...handlers) => void open(path, "GET, HEAD", guards.length > 0).get(...guards, ...handlers),
    post: (path, ...handlers) => void open(path, "POST", guards.length > 0).post(...guards, ...handlers),
  });

  return {
    pages: door([requireAuth]),
    publicPages: door([]),
    close: () => {
      for (const { route, guarded, methods } of routes.values()) {
        const refuse: RequestHandler = (_req, res) => {
          res.set("Allow", methods.join(", "));
          throw new HttpError(405);
        };
        route.all(...(guarded ? [requireAuth, refuse] : [refuse]));
      }
    },
  };
}
