/**
 * Whether a name that a person signs with may be the user who made a request: equal without regard to capitals, to blanks
 * around it, to a prefix up to the last `:` (`oidc:bob`) and to what follows an `@` (`bob@example.com`).
 *
 * It errs on the side of asking: two people who share a name in two domains are taken for one.
 */
export function samePerson(signer: string, user: string): boolean {
  const names = namesOf(signer);
  return namesOf(user).some((name) => names.includes(name));
}

function namesOf(name: string): readonly string[] {
  const whole = name.trim().toLowerCase();
  if (whole === "") return [];
  // A service account's name after its prefix is nobody's own name.
  const bare = whole.startsWith("system:") ? whole : whole.slice(whole.lastIndexOf(":") + 1);
  const local = bare.includes("@") ? bare.slice(0, bare.indexOf("@")) : bare;
  return [whole, bare, local].filter((form) => form !== "");
}
