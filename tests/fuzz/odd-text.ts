// Text that programs trip over, for the generators of this folder.
import fc from "fast-check";

/** What means something to a URL, a header, a form, a database, a template or a file system. */
const MEANINGFUL = [
  ..."/ // \\ . .. @ : ? # & = ; , % + * ~ | $ < > \" ' ` [a] []".split(" "),
  ..."%2f %5c %2e%2e %00 %0d%0a %zz %E2%80%AE %c0%ae %ff".split(" "),
  ..."https: HTTP:// javascript: data:text/html, evil.example localhost [::1] ../../etc/passwd".split(" "),
  ..."<script> #{7*7} <%=7*7%> {{7*7}} '/**/OR/**/1=1-- null undefined NaN -1 1e999".split(" "),
  ..."__proto__ constructor prototype toString".split(" "),
];
/** Controls, format characters, spaces, look-alikes, halves of letters and letters of two halves. */
const INVISIBLE = [
  ...["\0", "\t", "\n", "\r", "\r\n", "\x7f", "\x85", "\u00a0", "\u00ad", "\u061c", "\u200b", "\u200e"],
  ...["\u202e", "\u2028", "\u2029", "\u2060", "\u3000", "\ufeff", "\uff0e", "\uff0f", "\uff20", "\u3002"],
  ...["\u2215", "\ud800", "\udc00", "\u0130", "\u0131", "\u017f", "\u212a", "e\u0301", "\u{1f600}"],
  ...["\u{e0041}", "\u{10ffff}"],
];

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...MEANINGFUL) },
  { weight: 2, arbitrary: fc.constantFrom(...INVISIBLE) },
  { weight: 2, arbitrary: fc.string({ maxLength: 5 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
);

/** Short or very long, of anything. */
export const oddText = fc.oneof(
  { weight: 8, arbitrary: fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join("")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(piece, fc.integer({ min: 60, max: 2_000 }))
      .map(([one, count]) => one.repeat(count).slice(0, 2_000)),
  },
);

/** Only what Node's client agrees to put into a header: printable ASCII, tab, and the upper half of Latin-1. */
export const oddHeaderText = oddText.map((text) =>
  text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "\xad").slice(0, 1_500),
);

/** Any bytes, as text of one character for each. */
export const oddBytes = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));
