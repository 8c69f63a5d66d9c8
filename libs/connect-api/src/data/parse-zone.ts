import { ZONE_HOURS } from './date-names.ts';

/** A time zone in a text: milliseconds from UTC, and where the text goes on. */
export interface ParsedZone {
  readonly offset: number;
  readonly end: number;
}

const MINUTE_MS = 60_000;
const LONGEST_NAME = 26;

/**
 * Reads a time zone: `Z`, `+hhmm`, `GMT+h:mm`, a name. `isoCount`: the number of pattern letters `X`, which allow only ISO 8601 zones of
 * that length; undefined for `z` and `Z`.
 */
export function parseZone(text: string, at: number, isoCount: number | undefined): ParsedZone | undefined {
  const rest = text.slice(at, at + LONGEST_NAME);
  if (isoCount !== undefined) {
    return rest.startsWith('Z') ? { offset: 0, end: at + 1 } : isoZone(rest, at, isoCount);
  }
  if (/^[+-]/.test(rest)) {
    return numeric(/^([+-])(\d\d)(\d\d)/.exec(rest), at);
  }
  const gmt = /^GMT/i.test(rest);
  if (gmt && !/^GMT[+-]/i.test(rest)) {
    return { offset: 0, end: at + 3 };
  }
  return gmt ? numeric(/^GMT([+-])(\d?\d):(\d\d)/i.exec(rest), at) : namedZone(rest, at);
}

function isoZone(rest: string, at: number, count: number): ParsedZone | undefined {
  const forms = [/^([+-])(\d\d)/, /^([+-])(\d\d)(\d\d)/, /^([+-])(\d\d):(\d\d)/];
  return numeric(forms[count - 1]?.exec(rest) ?? null, at);
}

function numeric(match: RegExpExecArray | null, at: number): ParsedZone | undefined {
  if (match === null) {
    return undefined;
  }
  const [all, sign, hours, minutes = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59) {
    return undefined;
  }
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return { offset: sign === '-' ? -offset : offset, end: at + all.length };
}

function namedZone(rest: string, at: number): ParsedZone | undefined {
  const upper = rest.toUpperCase();
  const name = Object.keys(ZONE_HOURS)
    .filter((known) => upper.startsWith(known))
    .sort((a, b) => b.length - a.length)[0];
  return name === undefined
    ? undefined
    : { offset: (ZONE_HOURS[name] ?? 0) * 60 * MINUTE_MS, end: at + name.length };
}
