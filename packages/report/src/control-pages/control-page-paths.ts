import { createHash } from "node:crypto";

/** File names stay well below what file systems and uploads take. */
const longestName = 80;

/**
 * Gives the file of each control's page by framework and control: `controls/soc2-CC6.1.pdf`, `controls/hipaa-164.312-a-1.pdf`.
 *
 * Ids of frameworks of one's own may hold anything: whatever is no letter, digit, dot or underscore of ASCII becomes a dash. Where
 * two names would be the same to a file system that does not tell capitals apart, or nothing is left, both get a part of the
 * id's SHA-256.
 */
export function controlPagePaths(
  frameworks: readonly { readonly id: string; readonly controls: readonly { readonly id: string }[] }[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const all = frameworks.flatMap(({ id: framework, controls }) =>
    controls.map(({ id: control }) => ({ framework, control, name: nameOf(framework, control) })),
  );
  const times = new Map<string, number>();
  for (const { name } of all) times.set(name.toLowerCase(), (times.get(name.toLowerCase()) ?? 0) + 1);
  const paths = new Map<string, Map<string, string>>();
  for (const { framework, control, name } of all) {
    const isAlone = times.get(name.toLowerCase()) === 1 && name.length <= longestName;
    const hash = createHash("sha256")
      .update(JSON.stringify([framework, control]))
      .digest("hex")
      .slice(0, 12);
    const unique = isAlone ? name : `${name.slice(0, longestName)}-${hash}`;
    const ofFramework = paths.get(framework) ?? new Map<string, string>();
    paths.set(framework, ofFramework.set(control, `controls/${unique}.pdf`));
  }
  return paths;
}

function nameOf(framework: string, control: string): string {
  return `${framework}-${control}`.replace(/[^A-Za-z0-9._]+/g, "-").replace(/^[-._]+|[-._]+$/g, "");
}
