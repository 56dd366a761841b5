// EJS as a view engine that compiles each template once. EJS's own asks the disk at every include of every page.
import { readFileSync } from "node:fs";
import ejs, { type TemplateFunction } from "ejs";

type Done = (error: unknown, html?: string) => void;

interface Template {
  text: string;
  /** Compiled for data of these names. */
  compiled: { names: string[]; run: TemplateFunction }[];
}

/** `include("partials/head", { title })` finds its file in `folder`. Without `keep` a change on the disk shows at once. */
export function templateEngine(folder: string, { keep }: { keep: boolean }) {
  const templates = new Map<string, Template>();

  function template(path: string): Template {
    const known = templates.get(path);
    if (known && keep) return known;
    const text = readFileSync(path, "utf8");
    if (known?.text === text) return known;
    const made = { text, compiled: [] };
    templates.set(path, made);
    return made;
  }

  function compiledFor(path: string, names: string[]): TemplateFunction {
    const { text, compiled } = template(path);
    const fitting = compiled.find((one) => isSame(one.names, names));
    if (fitting) return fitting.run;
    const run = compile(path, text, names);
    compiled.push({ names, run });
    return run;
  }

  /** A partial sees what the page sees, and `more`. */
  function render(path: string, data: object, more?: object): string {
    const include = (partial: string, given?: object) => render(`${folder}/${partial}.ejs`, locals, given);
    const locals = Object.assign(Object.create(NOTHING), data, more, { include });
    return compiledFor(path, Object.keys(locals))(locals);
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

function isSame(some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index]);
}

/** A template finds what it is given, and nothing that all objects inherit. (One without any prototype is slower.) */
const NOTHING = Object.create(null);

/**
 * EJS uses `with` to show a template its data, and V8 never optimises a function that has one: it takes four times as
 * long. So the names are written down, for each set of them that comes. The template stands in a function of its own,
 * where it may declare what it likes, and finds our `include` before EJS's.
 */
function compile(path: string, text: string, names: string[]): TemplateFunction {
  // What EJS is told to do without is a copy of the data that inherits nothing.
  const options = { filename: path, _with: false, unsafePrototypeLocals: true };
  const variables = names.filter(isVariable);
  return ejs.compile(`<% { let { ${variables} } = locals; (() => { %>${text}<% })(); } %>`, options);
}

/** JavaScript's own words (ECMA-262 §12.7.2), and those that EJS puts into a template. */
const RESERVED =
  /^(break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|let|new|null|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|locals|escapeFn|rethrow|__\w+)$/;

/** Others a template finds as locals["a-name"]. */
function isVariable(name: string): boolean {
  return /^[a-z_$][\w$]*$/i.test(name) && !RESERVED.test(name);
}
