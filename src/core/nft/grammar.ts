export { NO_SUCH_KEY, type Wrong } from "./grammar/shape.ts";
export { LOG_CONFLICTS, wrongInStatement } from "./grammar/statements.ts";
