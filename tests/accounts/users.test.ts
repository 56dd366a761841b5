import { describe, expect, it } from "vitest";
import {
  changeNames,
  createUser,
  findUserByEmail,
  findUserById,
  replacePasswordHash,
} from "../../src/accounts/users.ts";
import { account } from "../support/account.ts";
import { temporaryDatabase, temporaryFolder } from "../support/storage.ts";

const ADA = { firstName: "Ada", lastName: "Lovelace", email: "Ada@Example.com", passwordHash: "first hash" };

describe("an account", () => {
  it("keeps the address as typed and is found under any spelling of it", async () => {
    const db = await temporaryDatabase();
    const id = await createUser(db, ADA);
    for (const spelling of ["ada@example.com", "ADA@EXAMPLE.COM", "Ada@Example.com"])
      expect((await findUserByEmail(db, spelling))?.id).toBe(id);
    expect(await findUserByEmail(db, "ada@example.org")).toBeNull();
    expect(await findUserById(db, id ?? "")).toMatchObject({
      email: "Ada@Example.com",
      email_canonical: "ada@example.com",
    });
    expect(await findUserById(db, "nobody")).toBeNull();
  });

  it("is created once, though twenty try at once on two connections and in different spellings", async () => {
    const folder = temporaryFolder();
    const connections = [await temporaryDatabase(folder), await temporaryDatabase(folder)];
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const email = index % 3 === 0 ? "ADA@example.com" : "ada@example.com";
        const db = connections[index % 2];
        return db ? createUser(db, { ...ADA, email }) : null;
      }),
    );
    expect(ids.filter((id) => id !== null)).toHaveLength(1);
    expect(await connections[0]?.selectFrom("users").select("id").execute()).toHaveLength(1);
  });

  it("leaves the first owner's data alone when the address is taken", async () => {
    const db = await temporaryDatabase();
    const id = await createUser(db, ADA);
    expect(await createUser(db, { ...ADA, firstName: "Eve", passwordHash: "her hash" })).toBeNull();
    expect(await findUserById(db, id ?? "")).toMatchObject({
      first_name: "Ada",
      password_hash: "first hash",
    });
  });

  it("keeps whatever a name contains, as data", async () => {
    const db = await temporaryDatabase();
    const names = { firstName: "Robert'); DROP TABLE users;--", lastName: "<b>&\"'% _ 🦉" };
    const id = await createUser(db, { ...ADA, ...names });
    expect(await findUserById(db, id ?? "")).toMatchObject({
      first_name: names.firstName,
      last_name: names.lastName,
    });
  });

  it("changes its names and nothing else, and nobody else's", async () => {
    const db = await temporaryDatabase();
    const ada = await account(db);
    const grace = await account(db, { email: "grace@example.org" });
    await changeNames(db, ada.id, { firstName: "Augusta", lastName: "King" });
    const { first_name, last_name, updated_at, ...rest } = { ...(await findUserById(db, ada.id)) };
    expect([first_name, last_name]).toEqual(["Augusta", "King"]);
    expect(ada).toMatchObject(rest);
    expect(updated_at).toBeGreaterThanOrEqual(ada.updated_at);
    expect(await findUserById(db, grace.id)).toEqual(grace);
  });

  it("takes a new password hash only over the one it was decided on, so one of two changes at once wins", async () => {
    const db = await temporaryDatabase();
    const { id } = await account(db, { passwordHash: "old" });
    const changes = ["one", "two", "three"].map((to) => replacePasswordHash(db, id, { from: "old", to }));
    const outcomes = await Promise.all(changes);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect((await findUserById(db, id))?.password_hash).toBe(["one", "two", "three"][outcomes.indexOf(true)]);
    expect(await replacePasswordHash(db, id, { from: "old", to: "four" })).toBe(false);
    expect(await replacePasswordHash(db, "nobody", { from: "old", to: "four" })).toBe(false);
  });
});
