import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, it } from "vitest";
import { policy } from "../../config/policy.ts";
import { createHttpServer } from "../../src/http-server.ts";

it("requests and answers are born as Express wants them, so that it gives none of them another prototype", async () => {
  const app = express();
  const prototypes: unknown[][] = [];
  const note = (...messages: object[]) => prototypes.push(messages.map(Object.getPrototypeOf));
  app.get("/", (req, res) => {
    note(req, res);
    res.send(req.query.word);
  });
  const { server, stop } = createHttpServer(app, policy.server);
  server.prependListener("request", note);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const answer = await fetch(`http://127.0.0.1:${port}/?word=hello`);

  expect(await answer.text()).toBe("hello");
  const [born, handled] = prototypes;
  expect(born?.[0]).toBe(handled?.[0]);
  expect(born?.[1]).toBe(handled?.[1]);
  expect(prototypes).toHaveLength(2);
  await stop();
});
