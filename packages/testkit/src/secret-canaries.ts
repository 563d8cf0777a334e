/** How a canary shows what it is. */
export type CanaryForm =
  /** Recognisable wherever it stands: a token, a key, an address with a password in it. */
  | "self-evident"
  /** Recognisable by what stands before it in a command or URI: a flag, a variable, a header. */
  | "labelled"
  /** An ordinary word: secret only because of the field that holds it. */
  | "bare";

/** One secret that must appear in no output. */
export interface SecretCanary {
  /** Unique; fit for the name of a test. */
  readonly name: string;
  readonly form: CanaryForm;
  /** What must appear nowhere, in no encoding. */
  readonly secret: string;
  /** The secret in the words of a command line, one array entry a word. */
  readonly argv: readonly string[];
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters that look random and are the same in each run: the n-th canary's own. */
function letters(n: number, length: number, from = alphabet): string {
  let state = (n + 1) * 2_654_435_761;
  let text = "";
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9 + i) >>> 0;
    text += from[state % from.length] ?? "";
  }
  return text;
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function base64url(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}

function jwt(n: number, claims: Readonly<Record<string, unknown>>): string {
  return [base64url('{"alg":"RS256","kid":"k1"}'), base64url(JSON.stringify(claims)), letters(n, 86)].join(".");
}

function pem(n: number, kind: string): string {
  const body = Array.from({ length: 4 }, (_, line) => letters(n * 10 + line, 64)).join("\n");
  return `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;
}

type Draft = readonly [
  name: string,
  form: CanaryForm,
  secret: (n: number) => string,
  argv?: (secret: string) => string[],
];

const digits = "0123456789abcdef";
const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A password of our own making: it stands in no dictionary and cannot occur by chance. */
function password(n: number): string {
  return `Canary-${String(n).padStart(2, "0")}-${letters(n, 16)}`;
}

const drafts: readonly Draft[] = [
  [
    "service-account JWT",
    "self-evident",
    (n) => jwt(n, { iss: "https://kubernetes.default.svc", sub: "system:serviceaccount:payments:app" }),
  ],
  ["id token of a sign-in service", "self-evident", (n) => jwt(n, { iss: "https://login.example", sub: "alice" })],
  [
    "bearer token in an Authorization header",
    "labelled",
    (n) => letters(n, 40),
    (secret) => ["curl", "-H", `Authorization: Bearer ${secret}`, "https://internal.example"],
  ],
  [
    "basic credentials in an Authorization header",
    "labelled",
    (n) => base64(`alice:${password(n)}`),
    (secret) => ["curl", "-H", `Authorization: Basic ${secret}`, "https://internal.example"],
  ],
  [
    "password in an address",
    "self-evident",
    password,
    (secret) => ["psql", `postgres://pay:${secret}@db.payments:5432/pay`],
  ],
  [
    "token in a git address",
    "self-evident",
    (n) => letters(n, 32),
    (secret) => ["git", "clone", `https://oauth2:${secret}@git.example/app.git`],
  ],
  [
    "redis address without a user",
    "self-evident",
    password,
    (secret) => ["redis-cli", "-u", `redis://:${secret}@cache:6379/0`],
  ],
  [
    "mongodb+srv address",
    "self-evident",
    password,
    (secret) => ["mongosh", `mongodb+srv://pay:${secret}@db.example/pay`],
  ],
  [
    "access_token in a query",
    "labelled",
    (n) => letters(n, 40),
    (secret) => ["curl", `https://a.example/x?access_token=${secret}`],
  ],
  [
    "signature in a query",
    "labelled",
    (n) => letters(n, 43),
    (secret) => ["curl", `https://a.example/blob?sv=2024&sig=${secret}`],
  ],
  ["-p joined to the password", "labelled", password, (secret) => ["mysql", "-uroot", `-p${secret}`]],
  ["-p and the password", "labelled", password, (secret) => ["sshpass", "-p", secret, "ssh", "db"]],
  ["--password=", "labelled", password, (secret) => ["mongodump", `--password=${secret}`]],
  ["--password and the password", "labelled", password, (secret) => ["mongodump", "--password", secret]],
  ["--token=", "labelled", (n) => letters(n, 36), (secret) => ["kubectl", `--token=${secret}`, "get", "pods"]],
  ["--api-key", "labelled", (n) => letters(n, 36), (secret) => ["deploy", "--api-key", secret]],
  ["--client-secret=", "labelled", (n) => letters(n, 36), (secret) => ["login", `--client-secret=${secret}`]],
  ["curl -u", "labelled", password, (secret) => ["curl", "-u", `alice:${secret}`, "https://internal.example"]],
  ["curl --user=", "labelled", password, (secret) => ["curl", `--user=alice:${secret}`, "https://internal.example"]],
  ["PGPASSWORD=", "labelled", password, (secret) => ["env", `PGPASSWORD=${secret}`, "psql", "-c", "select 1"]],
  [
    "MYSQL_PWD= in a shell line",
    "labelled",
    password,
    (secret) => ["sh", "-c", `MYSQL_PWD=${secret} mysql -e 'select 1'`],
  ],
  ["export in a shell line", "labelled", password, (secret) => ["sh", "-c", `export DB_PASSWORD='${secret}' && ./run`]],
  ["echo into a tool", "labelled", password, (secret) => ["sh", "-c", `echo password=${secret} | tee /etc/app.conf`]],
  [
    "X-Api-Key header",
    "labelled",
    (n) => letters(n, 32),
    (secret) => ["curl", "-H", `X-Api-Key: ${secret}`, "https://a.example"],
  ],
  ["AWS access key id", "self-evident", (n) => `AKIA${letters(n, 16, capitals)}`],
  [
    "AWS secret access key",
    "labelled",
    (n) => letters(n, 40),
    (secret) => ["env", `AWS_SECRET_ACCESS_KEY=${secret}`, "aws", "s3", "ls"],
  ],
  ["GitHub token", "self-evident", (n) => `${"ghp"}_${letters(n, 36)}`],
  ["GitLab token", "self-evident", (n) => `${"glpat"}-${letters(n, 20)}`],
  ["Slack token", "self-evident", (n) => `${"xoxb"}-${letters(n, 12, "0123456789")}-${letters(n + 100, 24)}`],
  ["Google API key", "self-evident", (n) => `${"AIza"}${letters(n, 35)}`],
  ["Stripe key", "self-evident", (n) => `${"sk"}_live_${letters(n, 24)}`],
  ["npm token", "self-evident", (n) => `${"npm"}_${letters(n, 36)}`],
  ["Vault token", "self-evident", (n) => `${"hvs"}.${letters(n, 24)}`],
  [
    "bootstrap token",
    "labelled",
    (n) => `${letters(n, 6, digits)}.${letters(n + 100, 16, digits)}`,
    (secret) => ["kubeadm", "join", "--token", secret],
  ],
  ["private key PEM", "self-evident", (n) => pem(n, "RSA PRIVATE KEY")],
  ["encrypted private key PEM", "self-evident", (n) => pem(n, "ENCRYPTED PRIVATE KEY")],
  [
    "kubeconfig with a token",
    "labelled",
    (n) => letters(n, 48),
    (secret) => ["sh", "-c", `cat > ~/.kube/config <<X\nusers:\n- name: a\n  user:\n    token: ${secret}\nX`],
  ],
  [
    "docker config",
    "labelled",
    (n) => base64(`robot:${password(n)}`),
    (secret) => ["sh", "-c", `echo '{"auths":{"registry.example":{"auth":"${secret}"}}}' > config.json`],
  ],
  ["plain password", "bare", password],
  ["value with quotes and line ends", "bare", (n) => `Canary "${letters(n, 8)}"\n<${letters(n + 100, 8)}>`],
];

/**
 * Forty secrets in the forms in which they turn up in audit logs. None is real, none is in a dictionary, and each is the
 * same in every run.
 */
export const secretCanaries: readonly SecretCanary[] = drafts.map(([name, form, make, argv], i) => {
  const secret = make(i + 1);
  return { name, form, secret, argv: argv?.(secret) ?? ["sh", "-c", secret] };
});

/** The parts of a secret that would give it away: the whole, or each line of one that has several. */
function tellingParts(secret: string): readonly string[] {
  const parts = secret.split(/[\n"<>]/u).filter((part) => part.length >= 8 && !part.startsWith("-----"));
  return parts.length === 0 ? [secret] : parts;
}

/** The base64 text that any text holding `part` contains, whatever stands before it. */
function base64Cores(part: string): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = base64(`${"x".repeat(shift)}${part}`);
    const first = shift === 0 ? 0 : 4;
    const whole = Math.floor((shift + Buffer.byteLength(part)) / 3) * 4;
    return encoded.slice(first, whole);
  });
}

function encodings(part: string): readonly string[] {
  const bytes = Buffer.from(part, "utf8");
  const cores = base64Cores(part).filter((core) => core.length >= 8);
  const urlSafe = cores.map((core) => core.replaceAll("+", "-").replaceAll("/", "_"));
  return [
    part,
    encodeURIComponent(part),
    JSON.stringify(part).slice(1, -1),
    bytes.toString("hex"),
    ...cores,
    ...urlSafe,
  ];
}

const needles: readonly { readonly name: string; readonly texts: readonly string[] }[] = secretCanaries.map(
  (canary) => ({
    name: canary.name,
    texts: [...new Set(tellingParts(canary.secret).flatMap(encodings))],
  }),
);

/**
 * Names the canaries that `output` gives away: as they are, percent-encoded, JSON-escaped, in hex, in base64 at any
 * offset, and line by line where they have lines. A clean output gives an empty list.
 */
export function findSecretCanaries(output: string | Uint8Array): readonly string[] {
  const text = typeof output === "string" ? output : Buffer.from(output).toString("latin1");
  return needles.filter(({ texts }) => texts.some((needle) => text.includes(needle))).map(({ name }) => name);
}
