// Numbers of config/policy.ts that a test can't wait for.
import { onTestFinished } from "vitest";
import { policy } from "../../config/policy.ts";

type Policy = typeof policy;

/** Some numbers of each section. */
export type OtherPolicy = {
  [Section in keyof Policy]?: Partial<Record<keyof Policy[Section], number | number[]>>;
};

/** For what is created from now on, until the test is over. */
export function changePolicy(changes: OtherPolicy): void {
  for (const [section, numbers] of Object.entries(changes)) {
    const usual = policy[section as keyof Policy] as object;
    const before = { ...usual };
    onTestFinished(() => void Object.assign(usual, before));
    Object.assign(usual, numbers);
  }
}
