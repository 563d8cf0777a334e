import { masked, maskCredentials, namesCredential } from "./internal/credential-text.js";

/** Options of well-known clients that take a credential: joined to it (`-psecret`, what is matched stays), or before it (`-a secret`). */
interface CredentialOptions {
  readonly joined?: RegExp;
  readonly before?: readonly string[];
}

const optionsByProgram: ReadonlyMap<string, CredentialOptions> = new Map([
  ["mysql", { joined: /^-p(?=.)/s }],
  ["mysqldump", { joined: /^-p(?=.)/s }],
  ["mysqladmin", { joined: /^-p(?=.)/s }],
  ["mariadb", { joined: /^-p(?=.)/s }],
  ["sshpass", { joined: /^-p(?=.)/s, before: ["-p"] }],
  [
    "curl",
    {
      joined: /^(?:-u|--(?:proxy-)?user=)(?=.)/s,
      before: ["-u", "--user", "-U", "--proxy-user", "-b", "--oauth2-bearer"],
    },
  ],
  ["redis-cli", { before: ["-a"] }],
  ["mongo", { before: ["-p"] }],
  ["mongosh", { before: ["-p"] }],
  ["mongodump", { before: ["-p"] }],
  ["ldapsearch", { before: ["-w"] }],
  ["ldapmodify", { before: ["-w"] }],
  ["sqlcmd", { before: ["-P"] }],
  ["login", { before: ["-p"] }], // docker login, podman login, helm registry login
  ["openssl", { before: ["-k", "-K", "-passin", "-passout", "-pass"] }],
]);

/**
 * Gives a command's arguments with credential-looking ones masked as `[masked]`; never throws.
 *
 * Masked are: the value of an option, variable, header or key whose name speaks of a password, secret, token, key and the
 * like (`--password x`, `--password=x`, `PGPASSWORD=x`, `Authorization: …`), user info in addresses, the short password
 * options of well-known clients (`mysql -px`, `redis-cli -a x`, `curl -u x`), and texts of a known shape (JSON web tokens,
 * cloud keys, PEM blocks, long random text). Masking looks at names and shapes, so a password that is a plain word in an
 * unnamed place stays: the log itself is the place to protect. Arguments are cut at 4,096 characters.
 */
export function maskCommand(argv: readonly string[]): string[] {
  const result: string[] = [];
  let options: CredentialOptions = {};
  let maskNext = false;
  for (const argument of argv) {
    if (maskNext) {
      result.push(masked);
      maskNext = false;
      continue;
    }
    options = optionsByProgram.get(argument.slice(argument.lastIndexOf("/") + 1)) ?? options;
    maskNext = options.before?.includes(argument) === true || namesNextArgument(argument);
    const joined = maskNext ? undefined : options.joined?.exec(argument)?.[0];
    result.push(joined === undefined ? maskCredentials(argument) : `${joined}${masked}`);
  }
  return result;
}

function namesNextArgument(argument: string): boolean {
  return argument.length > 2 && /^--?[A-Za-z][A-Za-z0-9_.-]*$/.test(argument) && namesCredential(argument);
}

/** Decodes a query part as Go's `url.QueryUnescape` does, as far as it can be decoded; the rest stays as it is. */
export function decodeQueryPart(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  return spaced.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** Query parameters of Kubernetes that hold no credential, whatever they look like. */
const harmlessParameters = new Set([
  "continue",
  "resourceVersion",
  "resourceVersionMatch",
  "labelSelector",
  "fieldSelector",
]);

function isCommand(name: string): boolean {
  return name === "command" || name === "cmd";
}

/**
 * Gives a request URI with credential-looking parts masked as `[masked]`; never throws. The rest keeps its encoding.
 *
 * Masked are query values whose name speaks of a credential, `command` and `cmd` values as {@link maskCommand} does, user
 * info, and texts of a known shape in any part.
 */
export function maskRequestUri(uri: string): string {
  const mark = uri.indexOf("?");
  const path = maskedPart(mark === -1 ? uri : uri.slice(0, mark), maskCredentials);
  if (mark === -1) return path;
  const pairs = uri
    .slice(mark + 1)
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals === -1) return { name: pair, value: null };
      return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
    });
  const commands = maskCommand(
    pairs.filter(({ name }) => isCommand(decodeQueryPart(name))).map(({ value }) => decodeQueryPart(value ?? "")),
  );
  const query = pairs.map(({ name, value }) => {
    const known = decodeQueryPart(name);
    const safeName = maskedPart(name, maskCredentials);
    if (isCommand(known)) {
      const command = commands.shift() ?? "";
      return value === null ? safeName : `${safeName}=${maskedPart(value, () => command)}`;
    }
    if (value === null) return safeName;
    if (harmlessParameters.has(known)) return `${safeName}=${value}`;
    return `${safeName}=${namesCredential(known) ? masked : maskedPart(value, maskCredentials)}`;
  });
  return `${path}?${query.join("&")}`;
}

/** Masks the decoded form of a part; where there was nothing to mask, the part stays as it was written. */
function maskedPart(part: string, mask: (decoded: string) => string): string {
  const decoded = decodeQueryPart(part);
  const safe = mask(decoded);
  if (safe === decoded) return part;
  return encodeURI(wellFormed(safe)).replaceAll("%5B", "[").replaceAll("%5D", "]").replace(/[&#]/g, encodeURIComponent);
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
