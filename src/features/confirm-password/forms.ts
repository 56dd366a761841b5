// The form that asks for the password again.
import { z } from "zod";
import { ignored, password } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const confirmPasswordForm = defineForm(
  z.strictObject({
    password: password("password"),
    username: ignored,
    next: z.string("Open the page again").optional(),
  }),
  { echo: ["next"] },
);
