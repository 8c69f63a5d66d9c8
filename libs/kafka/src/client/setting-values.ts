import { ConfigError } from '@millrace/connect-api';
import { LONGEST_TIMER } from '../timing/alarm.ts';
import type { ClientProps } from './kafka-client.ts';

export const MAX_INT = 2_147_483_647;
export const MAX_LONG = 9_223_372_036_854_775_807n;

export interface NumberRule {
  readonly fallback: number;
  readonly least: number;
  readonly most: number | bigint;
}

/**
 * A whole number between limits, or the default when it is not set; ConfigError names the key. Long.MAX_VALUE, which means
 * "for ever" in Java settings, becomes 2^53 - 1, which is just that.
 */
export function wholeNumber(props: ClientProps, key: string, { fallback, least, most }: NumberRule): number {
  const text = props[key]?.trim() ?? '';
  if (text === '') {
    return fallback;
  }
  if (!/^[+-]?\d+$/.test(text)) {
    throw ConfigError.invalidValue(key, text, `Not a number of type ${most === MAX_LONG ? 'LONG' : 'INT'}`);
  }
  const value = BigInt(text);
  if (value < BigInt(least)) {
    throw ConfigError.invalidValue(key, text, `Value must be at least ${least}`);
  }
  if (value > BigInt(most)) {
    throw ConfigError.invalidValue(key, text, `Value must be no more than ${most}`);
  }
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

/** A number of milliseconds or bytes of Java's type long, at least 0. */
export function longOf(props: ClientProps, key: string, fallback: number): number {
  return wholeNumber(props, key, { fallback, least: 0, most: MAX_LONG });
}

/** As `longOf`, but no more than timers can wait (24 days). */
export function timerOf(props: ClientProps, key: string, fallback: number): number {
  return Math.min(longOf(props, key, fallback), LONGEST_TIMER);
}

/** A number of Java's type int, at least `least`. */
export function intOf(props: ClientProps, key: string, fallback: number, least = 0): number {
  return wholeNumber(props, key, { fallback, least, most: MAX_INT });
}

export function flagOf(props: ClientProps, key: string, fallback: boolean): boolean {
  const text = props[key]?.trim() ?? '';
  const lower = text.toLowerCase();
  if (text !== '' && lower !== 'true' && lower !== 'false') {
    throw ConfigError.invalidValue(key, text, 'Expected value to be either true or false');
  }
  return text === '' ? fallback : lower === 'true';
}

/** One of some words, whatever their case; ConfigError lists them. */
export function wordOf<Word extends string>(
  props: ClientProps,
  key: string,
  words: readonly [Word, ...(readonly Word[])],
): Word {
  const text = props[key]?.trim() ?? '';
  const found = text === '' ? words[0] : words.find((word) => word.toLowerCase() === text.toLowerCase());
  if (found === undefined) {
    throw ConfigError.invalidValue(key, text, `this client supports ${words.join(', ')}`);
  }
  return found;
}
