/** The fields of a DTO, without its class. */
export type Fields<T> = { readonly [K in keyof T]: T[K] };
