// The profile page that all sides are measured with: ours is read once, and the others must answer with the very same.
import type { LoadRequest } from "./load/job.ts";

/** Everything an alternative needs to render the page (bench/alternatives/profile-page.mjs). */
export interface ProfilePage {
  html: string;
  person: { firstName: string; lastName: string; email: string };
  siteName: string;
  /** css/app.css → /css/app.css?v=… */
  assets: Record<string, string>;
  accountLinks: { href: string; label: string; description: string }[];
}

export function profileRequest(cookie: string): LoadRequest {
  return { method: "GET", path: "/profile", headers: { cookie } };
}

/** Throws unless it is the page of somebody who is logged in. */
export async function fetchProfile(origin: string, cookie = ""): Promise<string> {
  const answer = await fetch(`${origin}/profile`, { headers: { cookie }, redirect: "manual" });
  if (answer.status !== 200) throw new Error(`/profile answered ${answer.status}`);
  return answer.text();
}

/** Takes our page apart into what it was made of. */
export function readProfilePage(html: string): ProfilePage {
  const assets = [...html.matchAll(/"(\/([\w/.-]+)\?v=[\w-]+)"/g)];
  const links = [
    ...html.matchAll(/<li><a href="([^"]+)">([^<]+)<\/a> <span class="hint">([^<]+)<\/span><\/li>/g),
  ];
  return {
    html,
    person: { firstName: "Ada", lastName: "Lovelace", email: /<dd>([^<]+)</.exec(html)?.[1] ?? "" },
    siteName: /<footer class="foot">([^<]+)</.exec(html)?.[1] ?? "",
    assets: Object.fromEntries(assets.map(([, address = "", path = ""]) => [path, address])),
    accountLinks: links.map(([, href = "", label = "", description = ""]) => ({ href, label, description })),
  };
}
