import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, it } from "vitest";
import { policy } from "../../config/policy.ts";
import { createHttpServer } from "../../src/http-server.ts";

it("requests and answers are born as Express wants them, so that it gives none of them another prototype", async () => {
  const app = express();
  app.get("/", (req, res) => void res.send(req.query.word));
  const { server, stop } = createHttpServer(app, policy.server);
  const prototypes: unknown[] = [];
  server.prependListener("request", (req, res) => {
    prototypes.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const answer = await fetch(`http://127.0.0.1:${port}/?word=hello`);

  expect(await answer.text()).toBe("hello");
  expect(prototypes).toHaveLength(2);
  expect(prototypes[0]).toBe(app.request);
  expect(prototypes[1]).toBe(app.response);
  await stop();
});
