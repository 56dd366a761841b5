// Asking for the link again.
import { z } from "zod";
import { emailAddress } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const verificationMailForm = defineForm(z.strictObject({ email: emailAddress }), { echo: ["email"] });
