import * as z from "zod";
import { IntentDocument } from "../core/intent/schema.ts";
import { TestFileDocument } from "../core/log-test/document.ts";

/** The JSON Schema of the intent, or of a file of log tests, for editors. */
export function rulesSchema(isOfTests = false): object {
  return z.toJSONSchema(isOfTests ? TestFileDocument : IntentDocument, { io: "input" });
}
