import { hostileText } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { isKauditError, requestInfo } from "../src/index.js";
import type { RequestInfo } from "../src/index.js";
import generated from "./fixtures/requestinfo-generated.json" with { type: "json" };
import golden from "./fixtures/requestinfo.json" with { type: "json" };

const answered = golden.cases.filter((row) => !("error" in row));
const unanswered = golden.cases.filter((row) => "error" in row);

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (isKauditError(error)) return error.code;
    throw error;
  }
  return undefined;
}

const list = (query: string): RequestInfo => requestInfo("GET", `/api/v1/pods?${query}`);

describe("requestInfo", () => {
  test("the table made by kube-apiserver's own code has 232 answers and 3 errors", () => {
    expect([answered.length, unanswered.length]).toEqual([232, 3]);
  });

  test.each(answered)("$method $uri is read as kube-apiserver reads it", ({ recordedRequestURI, ...row }) => {
    const { method, uri, ...expected } = row;
    expect(requestInfo(method, uri)).toEqual(expected);
    expect(requestInfo(method, recordedRequestURI)).toEqual(expected);
  });

  test("random URIs are read as kube-apiserver's own code reads them", () => {
    const codes = { uri: "KAUDIT_SCHEMA_URI_INVALID", incomplete: "KAUDIT_SCHEMA_URI_INCOMPLETE" };
    expect(generated.cases.length).toBeGreaterThan(400);
    for (const { method, uri, ...expected } of generated.cases) {
      if ("error" in expected) {
        const code = codes[expected.error as keyof typeof codes];
        expect([uri, codeOf(() => requestInfo(method, uri))]).toEqual([uri, code]);
      } else {
        expect([uri, requestInfo(method, uri)]).toEqual([uri, expected]);
      }
    }
  });

  test.each(unanswered)("$method $uri is refused, as kube-apiserver answers 500", ({ method, uri }) => {
    expect(codeOf(() => requestInfo(method, uri))).toBe("KAUDIT_SCHEMA_URI_INCOMPLETE");
  });

  test.each([
    ["nothing", ""],
    ["no slash at the beginning", "api/v1/pods"],
    ["a control character", "/api/v1/pods\n"],
    ["a NUL", "/api/v1/\0"],
    ["DEL", "/api/v1/\x7f"],
    ["a bad escape", "/api/v1/%zz"],
    ["half an escape", "/api/v1/pods%2"],
    ["a lone percent sign", "/%"],
    ["a missing scheme", "://host/api"],
  ])("a Go server answers 400 to %s", (_what, uri) => {
    expect(codeOf(() => requestInfo("GET", uri))).toBe("KAUDIT_SCHEMA_URI_INVALID");
  });

  test("no error holds any of the URI", () => {
    for (const uri of ["/canary%zz", "canary", "canary\n"]) {
      expect(() => requestInfo("GET", uri)).toThrow(expect.not.objectContaining({ message: /canary/ }) as Error);
    }
  });

  test.each([
    ["GET", "https://10.0.0.1:6443/api/v1/pods", "/api/v1/pods"],
    ["GET", "https://10.0.0.1:6443", ""],
    ["CONNECT", "10.0.0.1:6443", ""],
    ["OPTIONS", "*", "*"],
  ])("%s %s, in a form that is not a path, has the path %o", (method, uri, path) => {
    expect(requestInfo(method, uri).path).toBe(path);
  });

  test("methods are case-sensitive", () => {
    expect(requestInfo("get", "/api/v1/pods").verb).toBe("");
    expect(requestInfo("gEt", "/healthz").verb).toBe("get");
  });

  test.each([
    ["a second slash in the path does not end the parts", "/api/v1/namespaces/a//b", { resource: "", name: "b" }],
    ["a plus is itself in a path", "/api/v1/pods/a+b", { name: "a+b" }],
    [
      "the path keeps a question mark that was escaped",
      "/api/v1/pods/a%3Fb",
      { path: "/api/v1/pods/a?b", name: "a?b" },
    ],
    ["a second question mark belongs to the query", "/api/v1/pods?watch=1?", { verb: "watch" }],
  ])("%s", (_fact, uri, expected) => {
    expect(requestInfo("GET", uri)).toMatchObject(expected);
  });

  describe("list options", () => {
    const named = "fieldSelector=metadata.name%3Dweb";

    test.each([
      ["a plus in the query is a space", "fieldSelector=metadata.name%3Da+b", "a b"],
      ["an escape in the option's name", "field%53elector=metadata.name%3Dweb", "web"],
      ["terms are sorted before they are read", "fieldSelector=metadata.name%3Db,metadata.name%3Da", "a"],
      ["empty terms do not matter", "fieldSelector=,,metadata.name%3Dweb,", "web"],
      ["a malformed second value does not matter", `${named}&limit=1&limit=x`, "web"],
      ["a negative limit is a number", `${named}&limit=-5`, "web"],
      ["the largest limit", `${named}&limit=9223372036854775807`, "web"],
      ["leading zeros", `${named}&limit=%2B0000000000000000000009`, "web"],
      ["a bad escape drops its pair only", `${named}&limit=%zz`, "web"],
      ["an option nobody knows", `${named}&unknown=((`, "web"],
    ])("%s", (_fact, query, name) => {
      expect(list(query).name).toBe(name);
    });

    test.each([
      ["an empty limit", `${named}&limit=`],
      ["a limit too large", `${named}&limit=9223372036854775808`],
      ["a limit too small", `${named}&limit=-9223372036854775809`],
      ["a limit with a fraction", `${named}&limit=1.5`],
      ["a limit with an underscore", `${named}&limit=1_000`],
      ["seconds that are none", `${named}&timeoutSeconds=5s`],
      ["an unknown escape", "fieldSelector=metadata.name%3Da%5Cb"],
      ["a backslash at the end", "fieldSelector=metadata.name%3Da%5C"],
      ["a second equals sign", "fieldSelector=metadata.name%3Da%3Db"],
      ["a term without an operator", `${named},garbage`],
      ["a name that is no path segment", "fieldSelector=metadata.name%3Da%2525"],
    ])("%s: the name is not taken", (_what, query) => {
      expect(list(query)).toMatchObject({ verb: "list", name: "" });
    });

    test.each([
      "a",
      "!a",
      "a=b",
      "a==b",
      "a!=b",
      "a in (b,c)",
      "a notin (b)",
      "a in ()",
      "a in (,)",
      "a in (b,,c)",
      "a>1",
      "a<-0".replace("-", ""),
      "x.io/a=b",
      "a=",
      "a,b",
      " a = b , !c ",
      "in in (in)",
      "a=in",
      "notin",
      "a in (,,,)",
      "a\0=b",
    ])("the label selector %o parses, so the name is taken", (selector) => {
      expect(list(`${named}&labelSelector=${encodeURIComponent(selector)}`).name).toBe("web");
    });

    test.each([
      "((",
      "a b",
      "=b",
      "a=b,",
      ",a",
      "!",
      "!!a",
      "!a=b",
      "a in b",
      "a in (b",
      "a in (b c)",
      "a in (b,,)",
      "a in (!)",
      "a=-b",
      "a>x",
      "a<",
      "a>9223372036854775808",
      "-a",
      "a/b/c",
      "/a",
      "x_y/a",
      "A.io/a",
      `${"a".repeat(64)}`,
      `a=${"b".repeat(64)}`,
      `${"a".repeat(254)}/a`,
      "a=ü",
      "a===b",
      "a=b c",
      "a=b\0c",
    ])("the label selector %o does not, so it is not", (selector) => {
      expect(list(`${named}&labelSelector=${encodeURIComponent(selector)}`)).toMatchObject({ verb: "list", name: "" });
    });

    test("when an option does not decode, watch is still looked at, without case folding beyond ASCII", () => {
      expect(list("watch=FAL%C5%BFE").verb).toBe("list");
      expect(list("watch=FAL%C5%BFE&limit=x").verb).toBe("watch");
    });
  });

  describe("hostile URIs", () => {
    const method = fc.oneof(fc.constantFrom("GET", "POST", "DELETE", "CONNECT", "PATCH"), hostileText());
    const segment = fc.oneof(
      fc.constantFrom(
        "api",
        "apis",
        "v1",
        "namespaces",
        "watch",
        "proxy",
        "",
        "..",
        "%2f",
        "%",
        "%00",
        "%ff",
        "pods",
        "\ud800",
      ),
      hostileText(),
    );
    const uri = fc.oneof(
      hostileText(),
      fc
        .tuple(fc.array(segment, { maxLength: 8 }), fc.array(hostileText(), { maxLength: 3 }))
        .map(([parts, query]) => `/${parts.join("/")}?${query.join("&")}`),
    );

    test("give an answer of whole characters, or a coded error", () => {
      fc.assert(
        fc.property(method, uri, (how, where) => {
          const code = codeOf(() => requestInfo(how, where));
          expect([undefined, "KAUDIT_SCHEMA_URI_INVALID", "KAUDIT_SCHEMA_URI_INCOMPLETE"]).toContain(code);
          if (code !== undefined) return;
          const { verb: _verb, isResourceRequest: _isResourceRequest, ...strings } = requestInfo(how, where);
          expect(Object.values(strings).join("")).not.toMatch(/[\ud800-\udfff]/u);
        }),
        { numRuns: 2_000 },
      );
    });

    test.each([
      ["slashes", "/".repeat(50_000)],
      ["slashes inside", `/api${"/".repeat(50_000)}x`],
      ["escapes", `/api/v1/${"%41".repeat(17_000)}`],
      ["bytes that are not UTF-8", `/api/v1/${"%ff".repeat(17_000)}`],
      ["lone surrogates", `/api/v1/pods/${"\ud800".repeat(50_000)}`],
      ["ampersands", `/api/v1/pods?${"&".repeat(50_000)}`],
      ["pairs", `/api/v1/pods?${"a=b&".repeat(12_500)}`],
      ["field selector terms", `/api/v1/pods?fieldSelector=${"a=b,".repeat(12_500)}`],
      ["field selector escapes", `/api/v1/pods?fieldSelector=a=${"%5C".repeat(17_000)}`],
      ["a label selector of commas", `/api/v1/pods?labelSelector=a+in+(${",".repeat(50_000)}`],
      ["a label selector of spaces", `/api/v1/pods?labelSelector=${"+".repeat(50_000)}`],
      ["a label key of dots", `/api/v1/pods?labelSelector=${"a.".repeat(25_000)}/a`],
      ["a long number", `/api/v1/pods?limit=${"0".repeat(50_000)}x`],
    ])("50 KB of %s take a moment", (_what, hostile) => {
      const started = performance.now();
      codeOf(() => requestInfo("GET", hostile));
      expect(performance.now() - started).toBeLessThan(5_000);
    });
  });

  test("has the type of its rows", () => {
    expectTypeOf(requestInfo("GET", "/")).toEqualTypeOf<RequestInfo>();
  });
});
