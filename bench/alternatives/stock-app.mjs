// The same page behind a login as it is usually put together: Passport, and connect-sqlite3 as its own README sets it up.
import argon2 from "argon2";
import BetterSqlite from "better-sqlite3";
import connectSqlite3 from "connect-sqlite3";
import express from "express";
import session from "express-session";
import passport from "passport";
import { Strategy } from "passport-local";
import { createExpress, listen, person, showProfile } from "./profile-page.mjs";

const db = new BetterSqlite("users.db");
db.pragma("journal_mode = WAL");
db.exec(
  "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, first_name TEXT, last_name TEXT, hash TEXT)",
);
db.prepare("INSERT INTO users (email, first_name, last_name, hash) VALUES (?, ?, ?, ?)").run(
  person.email,
  person.firstName,
  person.lastName,
  await argon2.hash(process.env.PASSWORD, {
    type: argon2.argon2id,
    memoryCost: 19456,
    timeCost: 2,
    parallelism: 1,
  }),
);
const byEmail = db.prepare("SELECT * FROM users WHERE email = ?");
const byId = db.prepare("SELECT * FROM users WHERE id = ?");

passport.use(
  new Strategy({ usernameField: "email" }, async (email, password, done) => {
    const user = byEmail.get(email);
    done(null, user && (await argon2.verify(user.hash, password)) ? user : false);
  }),
);
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, byId.get(id) ?? false));

const SqliteStore = connectSqlite3(session);
const app = createExpress();
app.use(
  session({
    store: new SqliteStore({ db: "sessions.db" }),
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: 7 * 24 * 60 * 60 * 1000 },
  }),
);
app.use(passport.session());
app.post("/login", express.urlencoded({ extended: false }), passport.authenticate("local"), (_req, res) =>
  res.redirect(303, "/profile"),
);
app.get("/profile", (req, res) => {
  if (!req.user) return res.redirect("/login");
  const { first_name: firstName, last_name: lastName, email } = req.user;
  showProfile(res, { firstName, lastName, email });
});
listen(app);
