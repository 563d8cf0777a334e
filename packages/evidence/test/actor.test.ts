import { describe, expect, test } from "vitest";
import { classifyActor } from "../src/index.js";

describe("classifyActor", () => {
  const authenticated = "system:authenticated";
  test.each([
    ["a person", { username: "alice", groups: ["developers", authenticated] }, "human"],
    ["an administrator by certificate", { username: "kubernetes-admin", groups: ["system:masters"] }, "human"],
    ["a cloud identity", { username: "arn:aws:iam::123456789012:user/bob", groups: [authenticated] }, "human"],
    ["a person whose name ends with a space", { username: "alice ", groups: [authenticated] }, "human"],
    [
      "a service account",
      { username: "system:serviceaccount:payments:app", groups: ["system:serviceaccounts", authenticated] },
      "serviceaccount",
    ],
    [
      "a service account whose groups were left out",
      { username: "system:serviceaccount:payments:app" },
      "serviceaccount",
    ],
    ["a node", { username: "system:node:node-1", groups: ["system:nodes", authenticated] }, "node"],
    ["the API server itself", { username: "system:apiserver", groups: ["system:masters"] }, "system"],
    ["a controller", { username: "system:kube-scheduler", groups: [authenticated] }, "system"],
    ["nobody", { username: "system:anonymous", groups: ["system:unauthenticated"] }, "anonymous"],
    ["a failed authentication", {}, "unauthenticated"],
    ["a failed authentication written with empty fields", { username: "", groups: [] }, "unauthenticated"],
    // Look-alikes must not pass for machines: that would take them out of the counts of people.
    [
      "a one-dot leader where the colon should be",
      { username: "system:serviceaccount:kube-system\u2024admin", groups: ["system:serviceaccounts"] },
      "system",
    ],
    [
      "a service account without its group",
      { username: "system:serviceaccount:kube-system:admin", groups: ["x"] },
      "system",
    ],
    ["a node name without its group", { username: "system:node:node-1", groups: [authenticated] }, "system"],
    ["a prefix in other letters", { username: "ѕystem:serviceaccount:kube-system:admin", groups: ["x"] }, "human"],
    ["a prefix in capitals", { username: "System:node:node-1", groups: ["system:nodes"] }, "human"],
    ["anonymous with a space", { username: "system:anonymous ", groups: [authenticated] }, "system"],
  ] as const)("%s is %j", (_name, user, kind) => {
    expect(classifyActor({ ...user, groups: "groups" in user ? [...user.groups] : undefined })).toBe(kind);
  });

  test("only user name and groups decide, whatever the other fields claim", () => {
    const extra = { groups: ["system:masters"], "authentication.kubernetes.io/node-name": ["node-1"] };
    expect(classifyActor({ username: "mallory", groups: ["developers"], uid: "system:node:x", extra })).toBe("human");
  });
});
