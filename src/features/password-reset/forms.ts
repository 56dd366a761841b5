// The two forms of a reset.
import { z } from "zod";
import { emailAddress, ignored, password } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const forgotPasswordForm = defineForm(z.strictObject({ email: emailAddress }), { echo: ["email"] });

export const resetPasswordForm = defineForm(
  z.strictObject({ password: password("new password"), username: ignored }),
  { echo: [] },
);
