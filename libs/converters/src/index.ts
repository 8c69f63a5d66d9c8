export * from './boolean-converter.ts';
export * from './byte-array-converter.ts';
export * from './converter-plugins.ts';
export * from './json/json-converter.ts';
export * from './number-converter.ts';
export type { BuiltInPlugin } from './plugin.ts';
export * from './simple-header-converter.ts';
export * from './string-converter.ts';
export { UnsupportedEncodingError } from './text-codec.ts';
