export * from './byte-array-converter.ts';
export * from './converter-plugins.ts';
export * from './json/json-converter.ts';
export type { BuiltInPlugin } from './plugin.ts';
export * from './simple-header-converter.ts';
export * from './string-converter.ts';
