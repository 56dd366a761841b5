// The new address.
import { z } from "zod";
import { emailAddress } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const changeEmailForm = defineForm(z.strictObject({ email: emailAddress }), { echo: ["email"] });
