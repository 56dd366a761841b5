// Which text is an e-mail address here, and when two spellings are the same address.

// RFC 5321 §4.5.3.1: local part 64, whole path 254 characters.
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
// RFC 5322 §3.2.3 dot-atom, ASCII only: quoted local parts, comments and look-alike letters are how one address
// passes for another in a mail program or a database, and nobody's mailbox needs them.
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export function isEmailAddress(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const [local = "", domain = "", ...rest] = text.split("@");
  const labels = domain.split(".");
  return (
    rest.length === 0 &&
    local.length <= MAX_LOCAL_LENGTH &&
    LOCAL_PART.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => DOMAIN_LABEL.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

/** The key of an account. Providers that tell upper from lower case are extinct; two such accounts would be a trap. */
export function canonicalEmail(address: string): string {
  return address.toLowerCase();
}
