import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, loggedIn } from "../support/visitor.ts";

describe("fifty requests at once for two addresses", () => {
  it("never give the account an address whose own mail was not used", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const addresses = ["mine@new.example.com", "theirs@victim.example.org"];
    const asking = Array.from({ length: 50 }, (_, number) =>
      ada.post("/change-email", { email: addresses[number % 2] ?? "" }).then(async (answer) => {
        if (number % 10 === 0) await app.mailbox.all();
        return answer;
      }),
    );
    const answers = await Promise.all(asking);
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(303));
    const mails = (await app.mailbox.all()).flatMap(({ recipient, text }) => {
      const link = /\/confirm-email\/\S+/.exec(text)?.[0];
      return link ? [{ recipient, link }] : [];
    });
    expect(mails.length).toBeGreaterThan(0);

    let address = ADA.email;
    let changes = 0;
    for (const { recipient, link } of mails) {
      const { status } = await app.visitor().post(link);
      if (status === 303) address = recipient;
      if (status === 303) changes += 1;
      expect((await ada.get("/profile")).text).toContain(`<dd>${address}</dd>`);
    }
    expect(changes).toBeLessThanOrEqual(1);
  });

  it("nor when the links are pressed while more requests come", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const [mine, theirs] = ["mine@new.example.com", "theirs@victim.example.org"];
    for (let round = 0; round < 10; round++) {
      await ada.post("/change-email", { email: mine });
      const links = (await app.mailbox.to(mine)).map(
        ({ text }) => /\/confirm-email\/\S+/.exec(text)?.[0] ?? "",
      );
      await Promise.all([
        ...links.map((link) => app.visitor().post(link)),
        ada.post("/change-email", { email: theirs }),
        ada.post("/change-email", { email: theirs }),
        app.mailbox.all(),
      ]);
      expect((await ada.get("/profile")).text).not.toContain(`<dd>${theirs}</dd>`);
    }
  });
});
