// What the login page costs somebody on a slow line: bytes as they came over the wire, headers included.
import { expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { describeInBrowser } from "./support.ts";

// One round trip of a new connection: ten segments of about 1,460 bytes (RFC 6928).
const FIRST_ROUND_TRIP_BYTES = 14_000;

describeInBrowser("the login page", (open) => {
  it("and its style sheet come in the first round trip, and next time only the page comes", async () => {
    const page = await open(await startApp());
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const types = new Map<string, string>();
    let bytes: Record<string, number> = {};
    session.on("Network.responseReceived", ({ requestId, type }) => void types.set(requestId, type));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const type = types.get(requestId) ?? "unknown";
      bytes[type] = (bytes[type] ?? 0) + encodedDataLength;
    });

    await page.goto("/login");
    const { Document = 0, Stylesheet = 0 } = bytes;
    expect(Document).toBeGreaterThan(1000);
    expect(Stylesheet).toBeGreaterThan(1000);
    expect(Document + Stylesheet).toBeLessThan(FIRST_ROUND_TRIP_BYTES);

    bytes = {};
    await page.goto("/register");
    expect(bytes.Document).toBeGreaterThan(1000);
    expect((bytes.Stylesheet ?? 0) + (bytes.Script ?? 0)).toBe(0);
  });
});
