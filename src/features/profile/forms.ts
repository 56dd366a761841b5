// What a person may change about themselves here; the address and the password have pages of their own.
import { z } from "zod";
import { personName } from "../../accounts/fields.ts";
import { defineForm } from "../../web/forms.ts";

export const profileForm = defineForm(
  z.strictObject({ firstName: personName("first name"), lastName: personName("last name") }),
  {
    echo: ["firstName", "lastName"],
  },
);
