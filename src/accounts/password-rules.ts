// Which new passwords we refuse, and what we say (NIST SP 800-63B-4 §3.1.1.2: length and a blocklist, no composition rules).
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { policy } from "../../config/policy.ts";

/** Words that are easy to guess for this account: names, address, the application's own name. */
export type PersonalWords = readonly string[];

export interface PasswordRules {
  minLength: number;
  appName: string;
  baseUrl: string;
}

// zxcvbn's reasons, in our words. Each ends what "It" is.
const REASONS: Record<string, string> = {
  straightRow: "is a row of keys on the keyboard",
  keyPattern: "is a pattern on the keyboard",
  simpleRepeat: "repeats the same character",
  extendedRepeat: "repeats the same characters",
  sequences: "is a sequence, like abc or 123",
  recentYears: "is mostly a year",
  dates: "is mostly a date",
  userInputs: "is built from your name, your email address or the name of this site",
  namesByThemselves: "is built from a name",
  commonNames: "is built from a name",
};
const COMMON = "is made of passwords and words that are tried first";

const guesses = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

/** Why this password is refused, as a sentence that also says what to do, or null when it is fine. */
export function passwordRefusal(
  password: string,
  personal: PersonalWords,
  rules: PasswordRules,
): string | null {
  const minGuesses = Math.min(policy.passwordMinGuesses, 10 ** rules.minLength);
  return (
    lengthProblem(password, rules.minLength) ?? guessable(password, contextWords(personal, rules), minGuesses)
  );
}

/** Counted in code points, after NFC: what a person would count. */
export function lengthProblem(password: string, minLength: number): string | null {
  if (!password.isWellFormed() || password.includes("\0"))
    return "Your password contains a character that can't be typed again. Remove it.";
  // Cut first: counting must not cost more for an endless one.
  if ([...password.slice(0, 2 * policy.passwordMaxLength + 1)].length > policy.passwordMaxLength)
    return `Your password must be ${policy.passwordMaxLength} characters or fewer.`;
  if ([...password.normalize("NFC")].length < minLength)
    return `Your password must be ${minLength} characters or more.`;
  return null;
}

function guessable(password: string, words: string[], minGuesses: number): string | null {
  // Both ends of a long password are assessed; one strong end is enough to make the whole strong.
  const size = policy.passwordAssessedCharacters;
  const ends = password.length > size ? [password.slice(0, size), password.slice(-size)] : [password];
  const results = ends.map((part) => weaker(guesses.check(part, words), guesses.check(joined(part), words)));
  const weakest = results[0];
  if (!weakest || results.some((result) => result.guesses >= minGuesses)) return null;
  const reason = REASONS[weakest.feedback.warning ?? ""] ?? COMMON;
  return `Choose a password that is harder to guess: this one ${reason}. Three or four unrelated words make a good one.`;
}

const joined = (text: string): string => text.replace(/[\s._,-]+/g, "");

/** "Ada Lovelace 1990" is no better than "AdaLovelace1990", though zxcvbn thinks so. */
function weaker<Result extends { guesses: number }>(one: Result, other: Result): Result {
  return one.guesses <= other.guesses ? one : other;
}

/** Every whole and every part of three characters or more: "ada.lovelace@example.com" gives ada, lovelace, example. */
function contextWords(personal: PersonalWords, { appName, baseUrl }: PasswordRules): string[] {
  const wholes = [...personal, appName, new URL(baseUrl).hostname].map((word) => word.toLowerCase());
  const joined = wholes.map((word) => word.replace(/[^\p{L}\p{N}]/gu, ""));
  const parts = wholes.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u));
  return [...new Set([...wholes, ...joined, ...parts])].filter((word) => word.length >= 3);
}
