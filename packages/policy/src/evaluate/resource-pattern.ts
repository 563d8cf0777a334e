/**
 * What an entry of `resources` selects within its API group (kubernetes/apiserver `pkg/audit/policy/checker.go`).
 *
 * - `everything`: `*`.
 * - `exact`: `pods` selects the resource alone, `pods/log` one subresource.
 * - `subresource`: `*` + `/status` selects that subresource of every resource.
 * - `resource`: `pods/*` selects pods with every subresource and pods itself, which it does not in RBAC.
 */
export type ResourcePattern =
  | { readonly kind: "everything" }
  | { readonly kind: "exact"; readonly resource: string; readonly subresource: string }
  | { readonly kind: "subresource"; readonly subresource: string }
  | { readonly kind: "resource"; readonly resource: string };

/**
 * Reads an entry of `resources` as the patterns that it stands for.
 *
 * The list is empty for entries that no request can meet (`pods/`, `pods/exec/x`). What only a nonsensical request
 * meets (`*` + `/*`: the subresource named `*`) is kept, because such requests can be sent and are audited.
 */
export function parseResourcePattern(text: string): readonly ResourcePattern[] {
  if (text === "*") return [{ kind: "everything" }];
  const slash = text.indexOf("/");
  if (slash === -1) return [{ kind: "exact", resource: text, subresource: "" }];
  const resource = text.slice(0, slash);
  const subresource = text.slice(slash + 1);
  if (subresource === "" || subresource.includes("/")) return [];
  const patterns: ResourcePattern[] = [];
  if (resource === "*") patterns.push({ kind: "subresource", subresource });
  if (subresource === "*") patterns.push({ kind: "resource", resource });
  return patterns.length > 0 ? patterns : [{ kind: "exact", resource, subresource }];
}
