// EJS as a view engine that compiles each template once. EJS's own asks the disk at every include of every page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ejs, { type TemplateFunction } from "ejs";

type Done = (error: unknown, html?: string) => void;

/** `include("partials/head", { title })` finds its file in `folder`. Without `keep` a change on the disk shows at once. */
export function templateEngine(folder: string, { keep }: { keep: boolean }) {
  const compiled = new Map<string, TemplateFunction>();

  function template(path: string): TemplateFunction {
    const known = compiled.get(path);
    if (known) return known;
    const made = ejs.compile(readFileSync(path, "utf8"), { filename: path });
    if (keep) compiled.set(path, made);
    return made;
  }

  function render(path: string, data: object): string {
    // What a template is given it finds before EJS's own; and the partial sees what the page sees.
    const include = (partial: string, more?: object) =>
      render(join(folder, `${partial}.ejs`), { ...data, ...more });
    return template(path)({ ...data, include });
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
