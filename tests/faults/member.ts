// A person whose deeds may be cut short: knows what must be so, or between what it is in doubt.
import type { Connection } from "../support/connection.ts";

export interface State {
  names: string;
  password: string;
}

export class Member {
  readonly email: string;
  /** One, as long as every deed was answered; null is "has no account". */
  possible: (State | null)[] = [null];
  readonly #connection: Connection;
  readonly #passwords: [string, string];

  constructor(connection: Connection, number: number) {
    this.#connection = connection;
    this.email = `member${number}@example.com`;
    this.#passwords = [`seven moths under glass ${number}`, `eleven otters paint the ceiling ${number}`];
  }

  /** Each deed is true when it was answered, and false when the connection broke and it is in doubt. */
  register(): Promise<boolean> {
    const [password] = this.#passwords;
    const fields = { firstName: "Ada", lastName: "Lovelace", email: this.email, password };
    return this.#attempt({ names: "Ada Lovelace", password }, "/register", fields);
  }

  logIn(): Promise<boolean> {
    const [password] = this.#passwords;
    return this.#attempt(this.#state, "/login", { email: this.email, password });
  }

  changeNames(): Promise<boolean> {
    const names = { firstName: "Grace", lastName: "Hopper" };
    return this.#attempt({ ...this.#state, names: "Grace Hopper" }, "/profile", names);
  }

  changePassword(): Promise<boolean> {
    const [currentPassword, password] = this.#passwords;
    return this.#attempt({ ...this.#state, password }, "/change-password", { currentPassword, password });
  }

  /** Found out by logging in, as they would. */
  async passwordsThatWork(visitor: Connection): Promise<string[]> {
    const working: string[] = [];
    for (const password of this.#passwords) {
      visitor.cookie = undefined;
      const { status } = await visitor.post("/login", { email: this.email, password });
      if (status === 303) working.push(password);
      else if (status !== 422) throw new Error(`a login was answered ${status}`);
    }
    return working;
  }

  get #state(): State {
    const [state] = this.possible;
    if (!state) throw new Error(`${this.email} has no account`);
    return state;
  }

  async #attempt(after: State, path: string, fields: Record<string, string>): Promise<boolean> {
    this.possible.push(after);
    const answer = await this.#connection.post(path, fields).catch(() => null);
    if (!answer) return false;
    if (answer.status !== 303) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
    this.possible = [after];
    return true;
  }
}
