import type { LineReader } from "../envelopes/envelope.js";
import { syslogHeader } from "./syslog.js";

/** An event or a list as kube-apiserver writes it, or an item of a list, which has no kind. */
const event =
  /\{"(?:kind":"Event(?:List)?","apiVersion":"audit\.k8s\.io\/|level":"(?:None|Metadata|Request|RequestResponse)","auditID":")/y;
const klog = /^[IWEF]\d{4} \d\d:\d\d:\d\d\./;
/** What a prefix ends with. An event that stands directly behind a word or a quote is part of a text. */
const separator = /[\s:|>\])=,;]$/;

const longestPrefix = 1_024;

/**
 * A line that holds an audit event behind a prefix that no other reader knows. It stands last.
 *
 * The event must begin at the line's first brace, within 1,024 characters, as kube-apiserver writes it. Lines of klog
 * and of another program's syslog are left alone: what stands in them can be a stranger's words. Where any program can
 * write to a log, an event found in this way is no better than that log; its envelope, `any-prefix`, tells.
 */
export const anyPrefixedLine: LineReader = (head) => {
  const start = head.indexOf("{");
  if (start <= 0 || start > longestPrefix || !separator.test(head.slice(0, start))) return undefined;
  event.lastIndex = start;
  if (!event.test(head) || klog.test(head) || syslogHeader(head) !== undefined) return undefined;
  return { envelope: "any-prefix", facts: {}, start };
};
