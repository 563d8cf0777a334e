import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

/** An event as its JSON says, read without the code under test. */
interface RawEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly userAgent?: string;
  readonly user: { readonly username?: string };
  readonly impersonatedUser?: unknown;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly apiGroup?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
}

const examples = fileURLToPath(new URL("../examples/recommended-policy", import.meta.url));
const source = fileURLToPath(new URL("../../shared/data/logs/recommended-policy", import.meta.url));
const script = fileURLToPath(new URL("../scripts/make-examples.mjs", import.meta.url));

interface Cut {
  readonly file: string;
  readonly source: { readonly bytes: number; readonly events: number; readonly sha256: string };
  readonly example: { readonly bytes: number; readonly events: number; readonly sha256: string };
  readonly maskedValues: number;
}

const cuts = (JSON.parse(readFileSync(`${examples}.cuts.json`, "utf8")) as { readonly files: readonly Cut[] }).files;

function logNames(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".log"));
}

function linesOf(folder: string, name: string): readonly string[] {
  return readFileSync(join(folder, name), "utf8").split("\n").filter(Boolean);
}

function eventsOf(folder: string): readonly RawEvent[] {
  return logNames(folder).flatMap((name) => linesOf(folder, name).map((line) => JSON.parse(line) as RawEvent));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

type Visit = (value: string, path: readonly string[]) => void;

function visitStrings(value: unknown, visit: Visit, path: readonly string[] = []): void {
  if (typeof value === "string") visit(value, path);
  else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) visitStrings(child, visit, [...path, key]);
  }
}

/** The values that are secret by their place: data of Secrets, also in kubectl's annotation, and tokens. */
function secretValues(event: RawEvent): readonly string[] {
  const values: string[] = [];
  const onSecrets = event.objectRef?.resource === "secrets";
  const collect: Visit = (value, path) => {
    const [parent, field] = path.slice(-2);
    if (onSecrets && (parent === "data" || parent === "stringData")) values.push(value);
    if (field === "token" && (parent === "spec" || parent === "status")) values.push(value);
    if (onSecrets && field === "kubectl.kubernetes.io/last-applied-configuration") {
      visitStrings(JSON.parse(value), collect);
    }
  };
  visitStrings(event.requestObject, collect);
  visitStrings(event.responseObject, collect);
  return values;
}

const exampleEvents = eventsOf(examples);
const exampleText = logNames(examples)
  .map((name) => readFileSync(join(examples, name), "utf8"))
  .join("");

describe("the example log", () => {
  test("is what its account says, file by file", () => {
    expect(cuts.map((cut) => cut.file)).toEqual(logNames(examples));
    for (const { file, example } of cuts) {
      const bytes = readFileSync(join(examples, file));
      expect({ bytes: bytes.length, events: linesOf(examples, file).length, sha256: sha256(bytes) }).toEqual(example);
    }
  });

  test("is small enough to live in the repository", () => {
    expect(exampleText.length).toBeLessThan(2_000_000);
    expect(exampleEvents.length).toBe(1_214);
  });

  test("holds secret values only as their masks", () => {
    const values = exampleEvents.flatMap(secretValues);
    expect(values.length).toBeGreaterThan(90);
    expect([...new Set(values)].toSorted()).toEqual(["bWFza2Vk", "masked"]);
  });

  test.each([
    ["JSON web token", /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/u],
    ["private key", /-----BEGIN [A-Z ]*PRIVATE KEY/u],
    ["private key in base64", /LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFUR|BFQyBQUklWQVRF|BFTkNSWVBURU)/u],
    ["bearer token", /bearer +[\w.~+/-]{16,}/iu],
    ["docker credentials in base64", /eyJhdXRocyI6/u],
  ])("holds no %s", (_what, pattern) => {
    expect(exampleText).not.toMatch(pattern);
  });

  test("is written as kube-apiserver writes: no raw <, > or & and one event a line", () => {
    expect(exampleText).not.toMatch(/[<>&]/u);
    expect(exampleText.endsWith("\n")).toBe(true);
    for (const line of exampleText.trimEnd().split("\n")) expect(line).toMatch(/^\{"kind":"Event".*\}$/u);
  });

  test("keeps the hostile names and user agents of the real log", () => {
    const agents = new Set(exampleEvents.map((event) => event.userAgent ?? ""));
    const names = new Set(
      exampleEvents.map((event) => (event.objectRef as { readonly name?: string } | undefined)?.name ?? ""),
    );
    expect([...agents].filter((agent) => agent.startsWith("<script>alert("))).toHaveLength(1);
    expect([...agents].filter((agent) => agent.startsWith("=HYPERLINK("))).toHaveLength(1);
    expect([...agents].some((agent) => agent.includes("\u202e"))).toBe(true);
    for (const name of ["<script>", "x\ny", "\u0000nul", "\u001b[31mred"]) expect(names).toContain(name);
    expect(new Set(exampleEvents.map((event) => event.user.username))).toContain(`"><img src=x onerror=alert(1)>`);
  });
});

const writes = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** The classes of evidence, from the raw JSON. */
const classes: Readonly<Record<string, (event: RawEvent) => boolean>> = {
  secrets: (event) => event.objectRef?.resource === "secrets",
  "changes of roles and bindings": (event) =>
    event.objectRef?.apiGroup === "rbac.authorization.k8s.io" && writes.has(event.verb),
  sessions: (event) =>
    ["exec", "attach", "portforward", "proxy", "ephemeralcontainers"].includes(event.objectRef?.subresource ?? ""),
  "refused sign-ins": (event) => event.responseStatus?.code === 401,
  "refused requests": (event) => event.responseStatus?.code === 403,
  impersonation: (event) => event.impersonatedUser !== undefined,
  deletions: (event) => event.verb === "delete" || event.verb === "deletecollection",
  "tokens issued": (event) => event.objectRef?.subresource === "token",
  "token reviews": (event) => event.objectRef?.resource === "tokenreviews",
  "signing requests": (event) => event.objectRef?.resource === "certificatesigningrequests",
  "what people did": (event) =>
    !/^system:(apiserver|kube-|serviceaccount:kube-system:)/u.test(event.user.username ?? ""),
};

function identities(events: readonly RawEvent[]): readonly string[] {
  return events.map((event) => `${event.stage} ${request(event)}`);
}

/** All stages of one request have this in common. */
function request(event: RawEvent): string {
  return [event.auditID, event.requestReceivedTimestamp, event.verb, event.requestURI].join(" ");
}

/** What a service-account token Secret holds besides the token is public: the namespace's name and the CA certificate. */
function isPublic(text: string): boolean {
  return text === "payments" || text.startsWith("-----BEGIN CERTIFICATE-----");
}

describe.skipIf(!existsSync(source))("the example log against the whole log", () => {
  const made = mkdtempSync(join(tmpdir(), "kaudit-examples-"));
  afterAll(() => rmSync(made, { recursive: true, force: true }));
  const sourceEvents = existsSync(source) ? eventsOf(source) : [];

  test("the account names the whole log's files, events and hashes", () => {
    expect(cuts.map((cut) => cut.file)).toEqual(logNames(source));
    for (const cut of cuts) {
      const bytes = readFileSync(join(source, cut.file));
      expect(cut.source).toEqual({
        bytes: bytes.length,
        events: linesOf(source, cut.file).length,
        sha256: sha256(bytes),
      });
    }
  });

  test.each(Object.entries(classes))("nothing was cut from the class: %s", (_name, belongs) => {
    const expected = identities(sourceEvents.filter(belongs));
    expect(expected.length).toBeGreaterThan(0);
    expect(identities(exampleEvents.filter(belongs))).toEqual(expected);
  });

  test("a request that was kept has all its stages", () => {
    const kept = new Set(exampleEvents.map(request));
    expect(identities(exampleEvents)).toEqual(identities(sourceEvents.filter((event) => kept.has(request(event)))));
  });

  test("a line without a masked value has the bytes of the whole log, in the same order", () => {
    for (const name of logNames(examples)) {
      const whole = linesOf(source, name);
      let at = 0;
      for (const line of linesOf(examples, name).filter((text) => !/"(?:bWFza2Vk|masked)"|\\"masked\\"/u.test(text))) {
        at = whole.indexOf(line, at) + 1;
        expect(at).toBeGreaterThan(0);
      }
    }
  });

  test("no secret value of the whole log is left", () => {
    const values = new Set(sourceEvents.flatMap(secretValues).filter((value) => value.length >= 6));
    expect(values.size).toBe(11);
    const decoded = [...values].map((value) => Buffer.from(value, "base64").toString("utf8"));
    const secrets = [...values, ...decoded.filter((text) => text.length >= 6 && !isPublic(text))];
    expect(secrets.filter((text) => exampleText.includes(text))).toEqual([]);
  });

  test("the script makes the same bytes again", () => {
    const target = join(made, "recommended-policy");
    execFileSync(process.execPath, [script, source, target], { stdio: "pipe" });
    for (const name of readdirSync(examples)) {
      expect(readFileSync(join(target, name)).equals(readFileSync(join(examples, name)))).toBe(true);
    }
    expect(readFileSync(`${target}.cuts.json`, "utf8")).toBe(readFileSync(`${examples}.cuts.json`, "utf8"));
  });
});
