import { isKeyword } from "../nft/text/keywords.ts";

/** What nft takes bare everywhere. */
export const RULE_NAME = /^[a-z][a-z0-9_-]{0,47}$/;
export const TABLE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** The hooks at which our own table has chains; those of a device are in our netdev table. */
export const TABLE_HOOKS = ["prerouting", "input", "forward", "output", "postrouting"] as const;

/** Whether a table of ours can be called so. */
export function isTableName(name: string): boolean {
  return TABLE_NAME.test(name) && !isKeyword(name);
}
