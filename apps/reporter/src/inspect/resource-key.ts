import type { RequestAttributes } from "@kaudit/schema";

/** Gives `pods/exec`, `deployments.apps`, or `(URL)` and the path of a request for no resource. */
export function resourceKey({ isResourceRequest, apiGroup, resource, subresource, path }: RequestAttributes): string {
  if (!isResourceRequest) return `(URL) ${path}`;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  return apiGroup === "" ? full : `${full}.${apiGroup}`;
}
