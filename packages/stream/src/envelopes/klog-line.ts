const klogStart = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6}/;

/** Tells whether text begins as a log line of a Kubernetes component does. */
export function isKlogLine(text: string): boolean {
  return klogStart.test(text);
}
