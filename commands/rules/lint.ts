import { Flags } from "@oclif/core";
import { FAIL_ON, fails } from "../../src/cli/fail-on.ts";
import { renderLint } from "../../src/cli/lint-text.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { INTENT, SOURCE_FLAGS, SOURCES, templatePlaces } from "../../src/cli/rules-flags.ts";
import { type Finding, LINT_CODES, lintRules, openHost } from "../../src/index.ts";

export default class RulesLint extends NetlogCommand {
  static override summary = "Find log rules that do not do what they seem to.";
  static override description =
    `Looks at ${SOURCES}. What is meant so is accepted in the intent: "accept: [CODE]" in a rule, beside a template's use, or at the top. Exits with 0 if nothing of the severity of --fail-on is found, 1 if something is, 2 in trouble.\n\nCodes: ${Object.entries(
      LINT_CODES,
    )
      .map(([code, { severity }]) => `${code} (${severity})`)
      .join(", ")}.`;
  static override examples = [
    { description: "An intent.", command: "<%= config.bin %> rules lint -f netlog.yaml" },
    { description: "All log rules of this machine.", command: "<%= config.bin %> rules lint -f live" },
    {
      description: "In a workflow of GitHub, at the lines of a pull request.",
      command: "<%= config.bin %> rules lint -f netlog.yaml --format github",
    },
    {
      description: "For its code scanning.",
      command: "<%= config.bin %> rules lint -f netlog.yaml --format sarif > netlog.sarif",
    },
  ];
  static override flags = {
    ...SOURCE_FLAGS,
    file: Flags.string({ char: "f", summary: "What to look at.", helpValue: "SOURCE", default: INTENT }),
    format: Flags.string({ summary: "The form.", options: ["text", "json", "sarif", "github"], default: "text" }),
    "fail-on": Flags.string({ ...FAIL_ON, default: "warning" }),
  };

  async run(): Promise<Finding[]> {
    const { flags } = await this.parse(RulesLint);
    const templates = templatePlaces(flags.templates, this.config.root);
    const host = await openHost({ netns: flags.netns });
    const findings = await lintRules(host, flags.file, { templates, say: (line) => this.say(line) });
    const text = renderLint(findings, flags.format, { version: this.config.version, file: flags.file });
    if (text !== "") this.log(text);
    if (fails(findings, flags["fail-on"])) process.exitCode = 1;
    return findings;
  }

  protected override exitOfFault(): number {
    return 2;
  }
}
