import type { LineReader, OpenedLine } from "../envelopes/envelope.js";
import { hostInstance } from "./host-instance.js";
import { isoTime, messageStart } from "./message-start.js";
import { timeOf } from "./time-of.js";

const octetCount = String.raw`(?:\d{1,9} (?=<))?`;
const priority = String.raw`<\d{1,3}>`;
/** A BOM (here as Latin-1), then what rsyslog puts before structured messages. */
const messageMark = String.raw`(?:\xef\xbb\xbf)?(?:@cee: ?)?`;

/** `Mar  4 05:06:07`, with the fraction of journalctl's short-precise, or with the year. */
const bsdTime = String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?`;
const weekdayTime = String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [A-Z+\-\d]{1,8}`;
const unixTime = String.raw`\d{9,11}\.\d{6}`;

const host = String.raw`([^\s:{]\S{0,254}(?<!:)) `;
const tag = String.raw`[^\s:[{]{1,128}(?:\[[^\]\s]{0,64}\])?: ?`;

/** RFC 3164, as it travels (with priority) or as it lies in files. */
const bsd = new RegExp(String.raw`^${octetCount}(?:${priority})?(${bsdTime}) (?:${host})?(?:${tag})?${messageMark}`);
/** rsyslog's file format and journalctl's short-iso, short-full and short-unix: only the tag shows what it is. */
const dated = new RegExp(
  String.raw`^(?:${priority})?(${isoTime}|${weekdayTime}|${unixTime}) ${host}${tag}${messageMark}`,
);

const structuredData = String.raw`(?:-|(?:\[[^ \]="]+(?: [^ \]="]+="(?:[^"\\\]]|\\.)*")*\])+)`;
const rfc5424 = new RegExp(
  String.raw`^${octetCount}${priority}\d{1,2} (-|${isoTime}) (\S{1,255}) \S{1,48} \S{1,128} \S{1,32} ${structuredData} ${messageMark}`,
);

const message = new RegExp(messageStart, "y");

/**
 * A line of syslog: RFC 3164, RFC 5424, each also octet-counted; rsyslog's file format; journalctl's short outputs,
 * which look the same. The host name is the node's. rsyslog cuts messages at 8 KiB unless it is told otherwise.
 *
 * Control characters that rsyslog escapes (`#011`) are left as they are: kube-apiserver's JSON has none, so `#011` in
 * it was always there.
 */
export const syslogLine: LineReader = (head) => {
  const line = syslogHeader(head);
  if (line === undefined) return undefined;
  message.lastIndex = line.start;
  return message.test(head) ? line : undefined;
};

/** The same whatever the message is: also another program's. */
export function syslogHeader(head: string): OpenedLine | undefined {
  const match = rfc5424.exec(head) ?? bsd.exec(head) ?? dated.exec(head);
  if (match === null) return undefined;
  const [header, time, machine] = match;
  const facts = { ...hostInstance(machine), blindSpots: ["large-events-cut"] as const };
  // RFC 3164's time has no zone and, as a rule, no year: it is not read.
  return { envelope: "syslog", facts, start: header.length, ...timeOf(time) };
}
