/** What stands where something that looks like a credential was. */
export const masked = "[masked]";

/** Longer texts are cut before they are searched, so that no text costs more than a few milliseconds. */
const longestSearched = 4096;

/** Words in the names of options, variables, headers and parameters whose value is a credential. */
const credentialWords =
  /password|passwd|passphrase|passcode|(?<![a-z])(?:db|pg|my|root|user|admin)?pass(?![a-z])|(?<![a-z])pwd(?![a-z])|secret|token|api[-_]?key|(?:access|private|account|signing|encryption|master)[-_]?key|credential|(?<![a-z])(?:cred|creds|auth|pin|otp|jwt|sas|sig|psk|dsn)(?![a-z])|authorization|bearer|cookie|session[-_]?(?:id|key)|signature/i;

/** Tells whether a name speaks of a credential. */
export function namesCredential(name: string): boolean {
  return credentialWords.test(name.length > 256 ? name.slice(-256) : name);
}

/** Credentials that show what they are wherever they stand, by a prefix or frame that nothing else has. */
const selfEvident = new RegExp(
  [
    String.raw`eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,4}`, // JSON web tokens
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{12,}`, // AWS key ids
    String.raw`\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_[A-Za-z0-9_]{16,}`, // GitHub
    String.raw`\bglpat-[A-Za-z0-9_-]{12,}|\bxox[abeoprs]-[A-Za-z0-9-]{8,}|\bnpm_[A-Za-z0-9]{16,}`, // GitLab, Slack, npm
    String.raw`\bsk-[A-Za-z0-9_-]{20,}|\b[srp]k_(?:live|test)_[A-Za-z0-9]{8,}`, // API keys
    String.raw`\bAIza[A-Za-z0-9_-]{20,}|\bya29\.[A-Za-z0-9_-]{8,}|\bhv[sbr]\.[A-Za-z0-9_-]{8,}`, // Google, Vault
    String.raw`-----BEGIN [^-]{0,64}-----[\s\S]*`, // keys and certificates
    // What follows the scheme of an Authorization header, also in a user agent.
    String.raw`(?<=\b[Bb]earer\s{1,8})[^\s"']{8,}|(?<=\b[Bb]asic\s{1,8})(?=[A-Za-z+/]{0,64}[0-9+/=])[A-Za-z0-9+/]{8,}={0,2}`,
  ].join("|"),
  "g",
);

/** What every self-evident credential and every address with user info holds; nearly all texts hold none of it. */
const mayHoldCredential =
  /eyJ|A[KS]IA|gh[a-z]_|github_pat_|glpat-|xox[a-z]-|npm_|sk-|_(?:live|test)_|AIza|ya29\.|hv[sbr]\.|-----BEGIN|[Bb]earer\s|[Bb]asic\s|:\/\//;

/** Credentials by their looks: safe to mask in commands and queries, but names of objects can look like this too. */
const probable = new RegExp(
  [
    String.raw`\b[a-z0-9]{6}\.[a-z0-9]{16}\b`, // bootstrap tokens
    String.raw`\b[0-9a-fA-F]{32,}\b`, // long hex
    // Long text of capitals, small letters and digits.
    String.raw`(?<![A-Za-z0-9+/_=-])(?=[A-Za-z0-9+_-]{0,512}[0-9])(?=[A-Za-z0-9+_-]{0,512}[A-Z])(?=[A-Za-z0-9+_-]{0,512}[a-z])[A-Za-z0-9+_-]{32,}={0,2}`,
  ].join("|"),
  "g",
);

const userInfo = /((?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,32}:\/\/)[^\s/?#@]{1,1024}@/g;

/**
 * Masks credentials that show what they are: tokens and keys with a telling prefix, PEM blocks, user info in addresses. Names
 * of objects and users pass through unchanged, so every text of a row can go through this.
 */
export function maskSelfEvident(text: string): string {
  if (!mayHoldCredential.test(text)) return text;
  return text.replace(userInfo, `$1${masked}@`).replace(selfEvident, masked);
}

const schemeWord = /\b(Bearer|Basic|Digest|Negotiate|Token)(\s{1,8})[^\s"']+/gi;
const header =
  /(?<![A-Za-z0-9-])((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z0-9-]{1,64})(\s{0,8}:\s{0,8})[^"'\n]+/gi;
const value = String.raw`("[^"]*"?|'[^']*'?|[^\s;&|"']+)`;
// The names below are matched whole from where they begin (a look-ahead and a back reference): no text makes them start over.
/** `NAME=value`, `--name=value`, `name: value`, `"name":"value"`. */
const namedValue = new RegExp(
  String.raw`(?<![A-Za-z0-9_.$-])(?=([A-Za-z0-9_.$-]+))\1(["']?\s{0,8}(?:=|:(?!//))\s{0,8})${value}`,
  "g",
);
/** `--name value`. */
const optionAndValue = new RegExp(String.raw`(?<!\S)(?=(--?[A-Za-z0-9_.-]+))\1(\s{1,8})(?!-)${value}`, "g");

/** The password options of well-known clients, inside the line of a shell. */
const shellLines: readonly RegExp[] = [
  /\b((?:mysql|mysqldump|mysqladmin|mariadb|sshpass)\b[^;&|\n]{0,512}?\s-p)(?!\s)[^\s;&|]+/g,
  /\b((?:redis-cli\b[^;&|\n]{0,512}?\s-a|(?:mongo|mongosh|mongodump|sshpass|docker login)\b[^;&|\n]{0,512}?\s-p)\s{1,8})[^\s;&|]+/g,
  /\b(curl\b[^;&|\n]{0,512}?\s(?:-u|--user|-U|--proxy-user|-b)\s{0,8})[^\s;&|]+/g,
  /\b((?:ldapsearch|ldapmodify)\b[^;&|\n]{0,512}?\s-w\s{1,8})[^\s;&|]+/g,
];

/** Masks what looks like a credential in a text that people type: also named values, headers, and long random text. */
export function maskCredentials(text: string): string {
  let safe = text.length > longestSearched ? `${text.slice(0, longestSearched)}…` : text;
  if (/\s/.test(safe)) for (const line of shellLines) safe = safe.replace(line, `$1${masked}`);
  return maskSelfEvident(safe)
    .replace(header, (whole, name: string, between: string) => {
      const telling = !/^x-/i.test(name) || namesCredential(name) || /(?:token|key|auth|secret)/i.test(name);
      return telling ? `${name}${between}${masked}` : whole;
    })
    .replace(schemeWord, `$1$2${masked}`)
    .replace(namedValue, (whole, name: string, between: string) =>
      namesCredential(name) ? `${name}${between}${masked}` : whole,
    )
    .replace(optionAndValue, (whole, name: string, between: string) =>
      namesCredential(name) ? `${name}${between}${masked}` : whole,
    )
    .replace(probable, masked);
}
