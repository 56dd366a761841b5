// Told to Node by stock-sessions.mjs: whoever imports the program's session store gets the stock one.
export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  if (!resolved.url.endsWith("/dist/src/web/session-store.js")) return resolved;
  return { ...resolved, url: new URL("stock-session-store.mjs", import.meta.url).href };
}
