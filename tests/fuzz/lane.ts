// One request after another, from the people of one neighbourhood, who are replaced when they are logged out or gone.
import type { TestApp } from "../support/app.ts";
import { brokenPromises } from "./answer-promises.ts";
import { dressed } from "./dressed-request.ts";
import type { Plan } from "./odd-requests.ts";
import * as people from "./people.ts";
import { SEED } from "./seed.ts";
import type { Answer, Ask, Written } from "./wire.ts";

/** After so many requests they look around again. */
const STINT = 250;

export interface Town {
  app: TestApp;
  ask: Ask;
  /** What anybody can try to open. */
  pages: string[];
  bea: people.Person;
  /** What only Bea may see. */
  markers: string[];
}

export class Lane {
  /** None of it may turn up in a log. */
  readonly secrets = new Set<string>();
  readonly #town: Town;
  readonly #number: number;
  readonly #people: Record<Plan["who"], people.Person>;
  #stints = 0;
  #newcomers = 0;

  private constructor(town: Town, number: number, crew: Record<Plan["who"], people.Person>) {
    this.#town = town;
    this.#number = number;
    this.#people = crew;
  }

  static async start(town: Town, number: number): Promise<Lane> {
    const member = await people.newMember(town.app, `lane${number}.example`);
    const halfLoggedIn = await people.newHalfLoggedIn(town.app, `half${number}.example`);
    const stranger = { ...member, cookie: null, forms: new Map() };
    const lane = new Lane(town, number, { member, halfLoggedIn, stranger, bea: town.bea });
    for (const person of [member, halfLoggedIn, stranger]) await lane.#lookAround(person);
    return lane;
  }

  /** As the forms that were seen name them. */
  get fieldNames(): string[] {
    return Object.values(this.#people).flatMap(({ forms }) =>
      [...forms.values()].flat().map(({ name }) => name),
    );
  }

  /** `number` is a plan's place among those of all lanes. Throws at the first broken promise. */
  async send(plans: { plan: Plan; number: number }[]): Promise<void> {
    for (const [nth, { plan, number }] of plans.entries()) {
      if (nth > 0 && nth % STINT === 0) await this.#renew();
      const person = this.#people[plan.who];
      const written = dressed(plan, person, this.#town.bea.email, number);
      if (plan.who === "bea" && !isLook(written.method)) written.headers["sec-fetch-site"] = "cross-site";
      person.said += JSON.stringify(written).replaceAll("%40", "@");
      const answer = await this.#town.ask(written);
      this.#judge(plan, number, written, answer);
      if (plan.who !== "bea") people.keepCookie(person, answer.headers);
      if (plan.who === "member" && isOutside(answer)) await this.#letIn();
    }
    this.#rememberSecrets();
  }

  #judge(plan: Plan, number: number, written: Written, answer: Answer): void {
    const { app, markers } = this.#town;
    const broken = brokenPromises(written, answer, app.origin);
    // The developers' mailbox shows everybody's mail to everybody, which is what it is for.
    const isForAll = /^\/+dev\/mailbox/i.test(written.path);
    const shown = `${answer.text}${JSON.stringify(answer.headers)}`;
    if (plan.who !== "bea" && !isForAll) {
      const { said } = this.#people[plan.who];
      const shownOfBea = markers.filter((marker) => shown.includes(marker) && !said.includes(marker));
      const others = [...shown.matchAll(/@(?:lane|half)(\d+)\b/g)].filter(
        ([, lane]) => lane !== `${this.#number}`,
      );
      for (const one of [...shownOfBea, ...others.map(([address]) => address)])
        broken.push(`shows others' ${one}`);
    }
    if (broken.length === 0) return;
    const what = `FUZZ_SEED=${SEED}: request ${number}, from ${plan.who}, broke a promise: ${broken.join("; ")}`;
    throw new Error(
      `${what}\n${JSON.stringify(written, null, 1).slice(0, 3_000)}\n${answer.status} ${shown.slice(0, 2_000)}`,
    );
  }

  /** Everybody is who they should be again, and knows the newest links. */
  async #renew(): Promise<void> {
    this.#rememberSecrets();
    this.#stints += 1;
    const crew = this.#people;
    await this.#lookAround(crew.member);
    crew.stranger = people.newStranger(crew.member, crew.stranger);
    if (crew.halfLoggedIn.cookie) return;
    crew.halfLoggedIn = await people.newHalfLoggedIn(
      this.#town.app,
      `half${this.#number}-${this.#stints}.example`,
    );
    await this.#lookAround(crew.halfLoggedIn);
  }

  /** Logged out, deleted, or shut out by a new password: most of what is to be tried can only be tried from inside. */
  async #letIn(): Promise<void> {
    const { app, ask } = this.#town;
    const { member } = this.#people;
    if (await people.isBackIn(ask, member)) return;
    this.#rememberSecrets();
    this.#newcomers += 1;
    const newcomer = await people.newMember(app, `lane${this.#number}-${this.#newcomers}.example`);
    const { links, forms } = member;
    this.#people.member = { ...newcomer, links, forms };
  }

  async #lookAround(person: people.Person): Promise<void> {
    await people.lookAround(this.#town.app, this.#town.ask, person, this.#town.pages);
  }

  #rememberSecrets(): void {
    for (const person of Object.values(this.#people))
      for (const secret of people.secretsOf(person)) this.secrets.add(secret);
  }
}

const isOutside = ({ status, headers }: Answer) => status === 401 || !!headers.location?.startsWith("/login");
const isLook = (method: string) => ["GET", "HEAD", "OPTIONS"].includes(method);
