/**
 * How a message of an API server begins: JSON, the legacy text format, or klog text. What stands before a record on its
 * line is only taken off where one of these follows at once. Behind any other words the record would be something that
 * the program quotes, and what it quotes can come from a stranger: `sshd[9]: Invalid user {"kind":"Event",…`.
 */
export const messageStart = String.raw`(?=\{|\d{4}-\d\d-\d\dT\S{1,40} AUDIT: id="|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d)`;

/** A time as RFC 3339 has it; also without the colon in the offset, as journalctl writes it. */
export const isoTime = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)`;
