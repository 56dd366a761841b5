// The program itself, compiled, with one thing exchanged: its session store for connect-sqlite3 as it comes.
import { register } from "node:module";

register("./stock-sessions-hooks.mjs", import.meta.url);
await import("../../dist/src/server.js");
