// EJS as a view engine that compiles each template once. EJS's own looks on the disk for every include of every page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClientFunction, compile } from "ejs";

type Done = (error: unknown, html?: string) => void;

/** `include("partials/head", { title })` finds its file in `folder`. Without `keep` a change on the disk shows at once. */
export function templateEngine(folder: string, { keep }: { keep: boolean }) {
  const compiled = new Map<string, ClientFunction>();

  function template(path: string): ClientFunction {
    const known = compiled.get(path);
    if (known) return known;
    const made = compile(readFileSync(path, "utf8"), { client: true, filename: path });
    if (keep) compiled.set(path, made);
    return made;
  }

  function render(path: string, data: object): string {
    // The names of the page are seen in the partial too, unless it is given others.
    const include = (partial: string, more?: object) =>
      render(join(folder, `${partial}.ejs`), Object.assign(Object.create(data), more));
    return template(path)(data, undefined, include);
  }

  return (path: string, data: object, done: Done): void => {
    let html: string;
    try {
      html = render(path, data);
    } catch (error) {
      done(error);
      return;
    }
    done(null, html);
  };
}
