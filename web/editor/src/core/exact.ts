/** JSON without loss: an integer that no JavaScript number holds stays the digits that the server sent. */

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
const MANY_DIGITS = /\d{16}/;

/** Where the browser can, such an integer becomes an object that is written again as it was. */
const exact: Reviver = (_, value, context) => (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && context?.source && raw ? raw(context.source) : value);

/** The value of a JSON text; SyntaxError when it is none. */
export const decode = (text: string): unknown => (MANY_DIGITS.test(text) ? JSON.parse(text, exact as Parameters<typeof JSON.parse>[1]) : JSON.parse(text));
