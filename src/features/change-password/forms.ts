// The form that changes a password.
import { z } from "zod";
import { ignored, password } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const changePasswordForm = defineForm(
  z.strictObject({
    currentPassword: password("current password"),
    password: password("new password"),
    username: ignored,
  }),
  { echo: [] },
);
