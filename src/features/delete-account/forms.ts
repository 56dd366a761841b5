// The address, typed again, so that nobody deletes an account by a slip of the hand.
import { z } from "zod";
import { emailAddress } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const deleteAccountForm = defineForm(z.strictObject({ email: emailAddress }), { echo: ["email"] });
