// The rules of the house in numbers. A number an operator may want to change is in env.ts; these are for developers.

export const policy = {
  // A reset link travels by mail, so it must outlive a slow inbox; OWASP asks for "short", one hour is the common choice.
  resetLinkLifetimeMinutes: 60,

  // 256 code points is four times what NIST SP 800-63B-4 §3.1.1.2 asks us to allow (64) and bounds the work of a hostile one.
  passwordMaxLength: 256,
  // A guess must cost more than this many tries (zxcvbn's estimate). zxcvbn calls 10^8 safe against online guessing;
  // a little more keeps out "name name" and "word2024word", which it puts at exactly 10^8.
  passwordMinGuesses: 1e9,
  // zxcvbn's time grows with the square of the length: 64 characters cost up to 40 ms, 256 up to 350 ms (measured).
  passwordAssessedCharacters: 64,

  // Passwords waiting for a free hash slot. A storm lets in 60 to 100 a second on two cores: about a second of waiting.
  hashQueueLength: 64,
  hashQueueRetrySeconds: 2,

  // A link that proves a new address; people open mail a day late.
  verificationLinkLifetimeHours: 24,
  confirmEmailLinkLifetimeHours: 24,
  // Long enough to come back from a holiday weekend and find that somebody took the account.
  undoEmailChangeLifetimeDays: 7,

  // OWASP ASVS 5 v5.0.0-7.1.2: how many places at once; the oldest login makes room.
  loginsPerUser: 20,
  // What is sensitive asks for the password again when it was typed longer ago than this.
  recentAuthMinutes: 10,
  // A browser that has shown the right password but is not in yet.
  halfLoginLifetimeMinutes: 60,
  securityLog: { keptDays: 180, pageSize: 25 },

  // A clock may be set back by this much and nobody notices; what lies further ahead was written by a wrong one.
  clockToleranceMinutes: 10,

  // The last use of a login is written at most this often, so that reading pages does not write to the disk.
  loginTouchSeconds: 60,
  // A visitor who has not logged in but has something pending: a one-time message, or a reset under way.
  guestSessionLifetimeMinutes: 60,

  // Failures counted per window; each is multiplied by RATE_LIMIT_SCALE. The keys are explained in docs/limits.md.
  limits: {
    loginByAccountAndSource: { points: 5, windowMinutes: 15 },
    loginBySource: { points: 30, windowMinutes: 15 },
    // NIST SP 800-63B-4 §3.2.2 allows at most 100 failures in a row; sources the account has logged in from are exempt.
    loginByAccount: { points: 100, windowMinutes: 24 * 60 },
    registerBySource: { points: 20, windowMinutes: 60 },
    registerByAddress: { points: 5, windowMinutes: 60 },
    resetMailBySource: { points: 20, windowMinutes: 60 },
    resetMailByAddress: { points: 5, windowMinutes: 60 },
    verificationMailBySource: { points: 20, windowMinutes: 60 },
    verificationMailByAddress: { points: 5, windowMinutes: 60 },
    emailChangeByUser: { points: 5, windowMinutes: 60 },
  },
  // How long an account remembers a source it has logged in from.
  knownSourceLifetimeDays: 90,

  body: { maxBytes: 16 * 1024, maxFields: 20 },

  mail: {
    // A mail to a real account takes work that one to nobody does not. Done together at a random moment between these,
    // it slows no request that a stranger could match with the address they asked about.
    pauseMs: [200, 1_000],
    // How long the provider may be silent.
    sendTimeoutSeconds: 10,
    // However long it goes on: less than claimSeconds, or another worker would send the mail too.
    deliverWithinSeconds: 45,
    // After the n-th failure wait this long; past the last one the mail is dead and the log says so.
    retryDelaysMinutes: [1, 4, 15, 60, 180, 360, 360, 360],
    deadKeptDays: 30,
    // A worker that died while sending holds its mail no longer than this.
    claimSeconds: 60,
    sendsAtOnce: 4,
    // Mail under way when the program stops is waited for this long; what was not acknowledged is sent after the start.
    stopWithinSeconds: 3,
    pollSeconds: 15,
  },

  server: {
    // Node takes 2,000, which a browser never sends: it has some twenty.
    maxHeaders: 100,
    headersTimeoutSeconds: 15,
    requestTimeoutSeconds: 30,
    checkEverySeconds: 3,
    keepAliveSeconds: 10,
    stopPauseMs: 300,
    stopWithinSeconds: 10,
    purgeEveryMinutes: 60,
  },

  // PostgreSQL: a server that is gone is noticed, and its request answered with a calm page, within these times. What
  // the server itself gives up (somebody has locked a table) leaves the connection whole, so that comes first. Both come
  // before a program that stops breaks its requests off (stopWithinSeconds).
  database: { connectWithinSeconds: 5, queryWithinSeconds: 8, answerWithinSeconds: 9, closeWithinSeconds: 1 },

  // Deleting what has expired: SQLite works on the thread that answers requests, so a request may wait for one batch.
  purge: { batchRows: 50, pauseMs: 5 },
} as const;
