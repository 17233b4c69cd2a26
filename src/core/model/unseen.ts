/** The characters of Unicode's categories Cc and Cs, which V8 takes longer to look up than all else here: neither ever grows. */
export const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f";
export const HALVES = "\\ud800-\\udfff";

/**
 * For a class of a regular expression with the flag u: what a terminal acts upon (C0, DEL, C1), what reorders text or hides
 * in it, and halves of characters.
 */
export const UNSEEN = `${CONTROLS}${HALVES}\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\u{e0000}-\\u{e007f}`;
