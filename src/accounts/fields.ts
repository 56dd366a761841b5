// What a person may type about themselves, as zod fields with the messages they read. Used by every form.
import { z } from "zod";
import { isEmailAddress } from "./email-address.ts";
import { lengthProblem } from "./password-rules.ts";

const NAME_MAX_CHARACTERS = 100;
// Controls, line breaks, and the invisible characters that turn the reading direction or hide in a name.
const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u180e\u3164\uffa0\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/u;

/** The address as typed, without the spaces around it. */
export const emailAddress = z
  .string("Enter your email address once")
  .trim()
  .min(1, "Enter your email address")
  .refine(
    (text) => text === "" || isEmailAddress(text),
    "Enter an email address in the correct format, like name@example.com",
  );

/** A first or last name, in NFC. `label` is the field's label in lower case: the message repeats it. */
export const personName = (label: string) =>
  z
    .string(`Enter your ${label} once`)
    .transform((text) => text.trim())
    .refine((text) => text.length > 0, `Enter your ${label}`)
    .refine(
      (text) => text.isWellFormed() && !UNPRINTABLE.test(text),
      `Your ${label} must not contain hidden characters or line breaks`,
    )
    .transform((text) => text.normalize("NFC"))
    .refine(
      (text) => [...text].length <= NAME_MAX_CHARACTERS,
      `Your ${label} must be ${NAME_MAX_CHARACTERS} characters or fewer`,
    );

/** Something typed into a password field; what makes a good one is for password-rules.ts. */
export const password = (label: string) => z.string(`Enter your ${label} once`).min(1, `Enter your ${label}`);

/** A password that is being chosen: its length is told with the other fields' problems, what is guessable afterwards. */
export const newPassword = (label: string, minLength: number) =>
  password(label).superRefine((text, context) => {
    const problem = text === "" ? null : lengthProblem(text, minLength);
    if (problem) context.addIssue(problem);
  });

/** A box that is ticked or not. */
export const checkbox = z
  .literal("on", "Tick the box or leave it")
  .optional()
  .transform((value) => value === "on");

/** The hidden field that tells a password manager which account a new password belongs to; we never use it. */
export const ignored = z.string("Send this field once").optional();
