import type { RequestFacts, Rule } from "../src/index.js";

/** Facts of a person's read of a Secret, `seconds` after noon. */
export function secretRead(seconds: number, other: Partial<RequestFacts> = {}): RequestFacts {
  return {
    time: instantAt(seconds),
    cluster: "c",
    actor: "alice",
    actorKind: "human",
    sourceIP: "192.0.2.7",
    verb: "get",
    resource: "secrets",
    namespace: "payments",
    name: "db",
    code: 200,
    outcome: "success",
    register: ["secrets"],
    ...other,
  };
}

/** An instant, in seconds after noon of 22 November 2026, a Sunday. */
export function instantAt(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 22, 12) + seconds * 1000).toISOString().replace("Z", "000Z");
}

/** A rule about everything that people do, one finding an actor. */
export function ruleOf(other: Partial<Rule> = {}): Rule {
  return {
    id: "R-1",
    title: "A person did something",
    severity: "medium",
    when: { field: "actorKind", is: "human" },
    groupBy: ["actor"],
    sentence: "{who} did something {times}.",
    ...other,
  };
}
