import { execFileSync } from "node:child_process";
import { matchCanary, CanaryOptions, canaryClasses } from "@kaudit/evidence";
import { parseAllDocuments } from "yaml";
import { describe, expect, test } from "vitest";
import { cronSchedule } from "../../src/canary/canary-manifest.js";
import { runProgramHere } from "../run-program.js";

async function printed(...args: readonly string[]): Promise<string> {
  const { stdout, exitCode } = await runProgramHere(["canary", ...args]);
  expect(exitCode).toBe(0);
  return stdout;
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly {
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly schedule?: string };
}

function objectsIn(manifest: string): readonly KubernetesObject[] {
  return parseAllDocuments(manifest).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as KubernetesObject;
  });
}

describe("kaudit canary", () => {
  test("prints a manifest of valid objects, all in one namespace", async () => {
    const objects = objectsIn(await printed("--namespace", "planted", "--every", "15"));
    expect(objects.map(({ kind }) => kind)).toEqual([
      "Namespace",
      "ServiceAccount",
      "ServiceAccount",
      "Secret",
      "NetworkPolicy",
      "Role",
      "Role",
      "RoleBinding",
      "ConfigMap",
      "StatefulSet",
      "CronJob",
    ]);
    for (const { kind, metadata } of objects.slice(1)) expect([kind, metadata.namespace]).toEqual([kind, "planted"]);
    expect(objects.at(-1)?.spec?.schedule).toBe("*/15 * * * *");
  });

  test("gives no right beyond the objects of the actions, but to create a RoleBinding beside them", async () => {
    const role = objectsIn(await printed()).find(
      ({ kind, metadata }) => kind === "Role" && metadata.name === "kaudit-canary",
    );
    const unnamed = role?.rules?.filter(({ resourceNames }) => resourceNames === undefined);
    expect(unnamed?.map(({ resources, verbs }) => [resources, verbs])).toEqual([[["rolebindings"], ["create"]]]);
    for (const { verbs, resources } of role?.rules ?? []) expect([...verbs, ...resources]).not.toContain("*");
  });

  test("gives rights only to the classes that are asked for", async () => {
    const role = objectsIn(await printed("--classes", "secret-read,bad-token")).find(
      ({ kind, metadata }) => kind === "Role" && metadata.name === "kaudit-canary",
    );
    expect(role?.rules?.map(({ resources, verbs }) => [resources, verbs])).toEqual([[["secrets"], ["get"]]]);
  });

  test.each([["whole"], ["in the manifest"]])("prints a script that sh and bash can read, %s", async (where) => {
    const text =
      where === "whole"
        ? await printed("--script")
        : (objectsIn(await printed()).find(({ kind }) => kind === "ConfigMap")?.data?.["canary.sh"] ?? "");
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    for (const shell of ["sh", "bash"]) expect(() => execFileSync(shell, ["-n"], { input: text })).not.toThrow();
    for (const { name } of canaryClasses) expect(text).toContain(`\n# ${name}\n`);
  });

  test("the script performs each action on the object that the evidence looks for, and prints nothing", async () => {
    const script = await printed("--script");
    // Stand-ins for kubectl and curl write down how they were called.
    const shims = 'kubectl() { echo "kubectl $*" >&3; }\ncurl() { echo "curl $*" >&3; }\n';
    const run = `exec 3>&1\n${shims}${script}`;
    const calls = execFileSync("sh", ["-c", run], {
      env: { PATH: process.env["PATH"], KUBERNETES_SERVICE_HOST: "10.0.0.1" },
      encoding: "utf8",
    });
    const namespace = "-n kaudit-canary";
    expect(
      calls
        .trim()
        .split("\n")
        .map((call) => call.replace(/canary-at=.*/, "canary-at=T")),
    ).toEqual([
      `kubectl ${namespace} get secret kaudit-canary-marker`,
      `kubectl ${namespace} create rolebinding kaudit-canary-marker --role=kaudit-canary-marker --serviceaccount=kaudit-canary:kaudit-canary-nobody`,
      `kubectl ${namespace} exec kaudit-canary-target-0 -- true`,
      "curl --silent --insecure --max-time 20 --header Authorization: Bearer kaudit-canary-no-token https://10.0.0.1:443/api/v1/namespaces/kaudit-canary/secrets/kaudit-canary-bad-token",
      `kubectl ${namespace} get secret kaudit-canary-forbidden`,
      `kubectl ${namespace} create token kaudit-canary-nobody --duration=10m`,
      `kubectl ${namespace} get secret kaudit-canary-forbidden --as=system:serviceaccount:kaudit-canary:kaudit-canary-nobody`,
      `kubectl ${namespace} delete rolebinding kaudit-canary-marker --wait=false`,
      `kubectl ${namespace} annotate networkpolicy kaudit-canary-marker --overwrite kaudit.dev/canary-at=T`,
    ]);
    const read = {
      actor: "system:serviceaccount:kaudit-canary:kaudit-canary",
      impersonated: "",
      verb: "get",
      resource: "secrets",
      subresource: "",
      namespace: "kaudit-canary",
      name: "kaudit-canary-marker",
      code: 200,
    };
    expect(matchCanary(read, CanaryOptions.parse({}))).toBe("secret-read");
  });

  test.each([
    [["--every", "7"], "--every 7: not minutes that divide an hour or a day"],
    [["--classes", "secret-read,dance"], "dance"],
    [["--namespace", "Not_A_Name"], "--namespace: expected a Kubernetes name"],
    [["--image", "x; rm"], "--image: not the name of an image"],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr, stdout } = await runProgramHere(["canary", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("writes turns as cron keeps them", () => {
    expect([1, 5, 30, 60, 120, 1440, 7, 90, 2880].map(cronSchedule)).toEqual([
      "* * * * *",
      "*/5 * * * *",
      "*/30 * * * *",
      "7 * * * *",
      "7 */2 * * *",
      "7 3 * * *",
      null,
      null,
      null,
    ]);
  });
});
