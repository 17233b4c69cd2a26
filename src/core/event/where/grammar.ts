import { grammar } from "ohm-js";

/** The language of filters. Rules with a capital letter skip blanks; what stands in brackets is told to whoever errs. */
export const WHERE_GRAMMAR = grammar(String.raw`
  Where {
    Filter = Either end
    Either = NonemptyListOf<Both, or>
    Both = NonemptyListOf<Term, and>
    Term = not* Factor
    Factor
      = "(" Either ")"          -- group
      | has field               -- has
      | field not? in Set       -- in
      | field operator value    -- compare
      | field                   -- bare
    Set
      = "{" NonemptyListOf<value, ","> "}" -- many
      | value                              -- one

    or (or) = caseInsensitive<"or"> ~wordPart | "||"
    and (and) = caseInsensitive<"and"> ~wordPart | "&&"
    not (not) = caseInsensitive<"not"> ~wordPart | "!" ~("=" | "~")
    in (in) = caseInsensitive<"in"> ~wordPart
    has (has) = caseInsensitive<"has"> ~wordPart
    operator (an operator) = "==" | "=" | "!=" | "!~" | "~" | "<=" | "<" | ">=" | ">"

    field (a field) = ~((and | or | not | has) ~".") letter wordPart*
    value (a value)
      = "\"" (escaped | ~("\"" | "\\") any)* "\"" -- double
      | "'" (escaped | ~("'" | "\\") any)* "'"    -- single
      | ~(and | or | not | in) barePart+          -- bare
    escaped = "\\" any
    barePart = ~(space | "(" | ")" | "{" | "}" | "," | "\"" | "'" | "=" | "<" | ">" | "!" | "~" | "|" | "&") any
    wordPart = alnum | "_" | "."
  }
`);
