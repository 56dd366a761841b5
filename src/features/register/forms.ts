// The registration form; what makes a good password is decided afterwards, when names and address are known.
import { z } from "zod";
import { emailAddress, password, personName } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const registerForm = defineForm(
  z.strictObject({
    firstName: personName("first name"),
    lastName: personName("last name"),
    email: emailAddress,
    password: password("password"),
  }),
  { echo: ["firstName", "lastName", "email"] },
);
