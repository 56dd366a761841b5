// Forms: from here on the parsed value is the only input there is.
import type { z } from "zod";

export interface FieldError {
  /** The field's name, or "" for the form as a whole. */
  field: string;
  message: string;
}

/** What a view needs to show a form again: what was typed (never a password) and what to change. */
export interface FormState {
  values: Record<string, string>;
  errors: FieldError[];
}

export interface Form<Value> {
  schema: z.ZodType<Value>;
  /** Fields that may be shown again; one that is not listed never is. */
  echo: readonly string[];
}

export type Reading<Value> = { ok: true; value: Value; state: FormState } | { ok: false; state: FormState };

/** `schema` must be strict: a field we did not ask for is refused rather than ignored. */
export function defineForm<Value>(
  schema: z.ZodType<Value>,
  { echo }: { echo: readonly string[] },
): Form<Value> {
  return { schema, echo };
}

/** The body of a request, checked. A body that is missing or of another type is an empty form. */
export function readForm<Value>({ schema, echo }: Form<Value>, { body }: { body: unknown }): Reading<Value> {
  const fields: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  const values = Object.fromEntries(
    echo.map((name) => [name, typeof fields[name] === "string" ? fields[name] : ""]),
  );
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { ok: true, value: parsed.data, state: { values, errors: [] } };
  return { ok: false, state: { values, errors: firstOfEachField(parsed.error.issues) } };
}

function firstOfEachField(issues: z.core.$ZodIssue[]): FieldError[] {
  const errors = new Map<string, FieldError>();
  for (const { path, message, code } of issues) {
    const field = String(path[0] ?? "");
    const text =
      code === "unrecognized_keys"
        ? "The form has a field that does not belong to it. Open the page again and send it from there."
        : message;
    if (!errors.has(field)) errors.set(field, { field, message: text });
  }
  return [...errors.values()];
}

/** The form before anybody typed. */
export const emptyForm: FormState = { values: {}, errors: [] };

/** The form as typed, with what a later check found wrong. */
export function withError(state: FormState, field: string, message: string): FormState {
  return { values: state.values, errors: [{ field, message }] };
}
