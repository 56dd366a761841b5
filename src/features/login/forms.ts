// The login form.
import { z } from "zod";
import { checkbox, emailAddress, password } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const loginForm = defineForm(
  z.strictObject({
    email: emailAddress,
    password: password("password"),
    rememberMe: checkbox,
    next: z.string("Open the login page again").optional(),
  }),
  { echo: ["email", "rememberMe", "next"] },
);
