/** Names from the log that are not plain words are quoted, so that none can pass for a part of the sentence. */
export function named(name: string): string {
  return /^[A-Za-z0-9*][A-Za-z0-9._:@/*-]{0,127}$/.test(name) ? name : JSON.stringify(name.slice(0, 253));
}

/** Gives words as one list, `a, b and 3 more` where there are more than `most`. */
export function listed(words: readonly string[], most: number): string {
  const shown = words.slice(0, most);
  if (words.length > most) shown.push(`${words.length - most} more`);
  const last = shown.at(-1) ?? "nothing";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}
