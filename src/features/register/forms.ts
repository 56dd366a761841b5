// The registration form; what makes a good password is decided afterwards, when names and address are known.
import { z } from "zod";
import { emailAddress, newPassword, personName } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const registerForm = (passwordMinLength: number) =>
  defineForm(
    z.strictObject({
      firstName: personName("first name"),
      lastName: personName("last name"),
      email: emailAddress,
      password: newPassword("password", passwordMinLength),
    }),
    { echo: ["firstName", "lastName", "email"] },
  );
