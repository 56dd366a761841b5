// The form that changes a password.
import { z } from "zod";
import { ignored, newPassword, password } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const changePasswordForm = (passwordMinLength: number) =>
  defineForm(
    z.strictObject({
      currentPassword: password("current password"),
      password: newPassword("new password", passwordMinLength),
      username: ignored,
    }),
    { echo: [] },
  );
