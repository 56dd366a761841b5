import { expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, registered } from "../support/visitor.ts";

it("Ada opens an account, changes what is hers, forgets her password, and is back in by the evening", async () => {
  const app = await startApp();
  const ada = app.visitor();

  expect((await ada.get("/")).text).toContain('href="/register"');
  await registered(ada);
  expect((await ada.get("/dashboard")).headers.location).toBe("/login?next=%2Fdashboard");
  const login = await ada.fillIn("/login?next=%2Fdashboard", { email: ADA.email, password: ADA.password });
  expect(login.headers.location).toBe("/dashboard");
  expect((await ada.get("/dashboard")).status).toBe(200);

  const saved = await ada.fillIn("/profile", { firstName: "Augusta", lastName: "King" });
  expect(saved.headers.location).toBe("/profile");
  expect((await ada.get("/profile")).text).toContain("Your profile is saved.");
  expect((await ada.get("/")).text).toContain("Hello, Augusta");

  const second = "eleven copper kites at noon";
  const changed = await ada.fillIn("/change-password", { currentPassword: ADA.password, password: second });
  expect(changed.headers.location).toBe("/profile");

  expect((await ada.fillIn("/logout", {})).headers.location).toBe("/login");
  expect((await ada.get("/profile")).status).toBe(302);
  expect((await ada.logIn({ ...ADA, password: "was it the violet tractor" })).status).toBe(422);

  const asked = await ada.fillIn("/forgot-password", { email: ADA.email });
  expect(asked.headers.location).toBe("/forgot-password");
  expect((await ada.get("/forgot-password")).text).toContain(ADA.email);
  const link = await app.mailbox.link(ADA.email, /Reset/, "/reset-password/");
  expect((await ada.get(link)).headers.location).toBe("/reset-password");
  const third = "nine blue doors of snow";
  expect((await ada.fillIn("/reset-password", { password: third })).headers.location).toBe("/login");
  expect((await ada.get("/login")).text).toContain("Log in with the new one.");

  expect((await ada.logIn({ ...ADA, password: second })).status).toBe(422);
  expect((await ada.logIn({ ...ADA, password: third })).headers.location).toBe("/");
  expect((await ada.get("/")).text).toContain("Hello, Augusta");
});
