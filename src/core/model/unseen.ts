/**
 * For a class of a regular expression with the flag u: what a terminal acts upon (C0, DEL, C1), what reorders text or hides
 * in it, and halves of characters.
 */
export const UNSEEN = "\\p{Cc}\\p{Cs}\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\u{e0000}-\\u{e007f}";
