import { Args, Flags } from "@oclif/core";
import { type DiffAnswer, diffAnswer, renderDiff } from "../../src/cli/diff-text.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { SOURCE_FLAGS, SOURCES, templatePlaces } from "../../src/cli/rules-flags.ts";
import { diffRules, openHost } from "../../src/index.ts";

export default class RulesDiff extends NetlogCommand {
  static override summary = "Compare two rulesets by meaning.";
  static override description =
    `Each is ${SOURCES}. Handles, counters, expiry, the order of sets and what versions of nft spell differently are no difference; a rule that moved is told from one that was edited, added or removed. Where one of both is an intent, only what an intent speaks of is compared: its own tables, and the rules elsewhere that carry its mark. Intents and JSON need neither root, nor a kernel, nor nft.`;
  static override examples = [
    {
      description: "What a pull request changes, as a comment for it.",
      command: "<%= config.bin %> rules diff main:netlog.yaml netlog.yaml --format markdown",
    },
    {
      description: "Whether the machine does what the intent says.",
      command: "<%= config.bin %> rules diff netlog.yaml live --exit-code",
    },
    {
      description: "Two listings, a line for each change.",
      command: "<%= config.bin %> rules diff before.json after.json --format summary",
    },
  ];
  static override args = {
    a: Args.string({ required: true, ignoreStdin: true, description: "What it was." }),
    b: Args.string({ required: true, ignoreStdin: true, description: "What it is now." }),
  };
  static override flags = {
    ...SOURCE_FLAGS,
    format: Flags.string({
      summary: "The form: github are annotations of a workflow's run.",
      options: ["unified", "summary", "json", "markdown", "github"],
      default: "unified",
    }),
    "exit-code": Flags.boolean({ summary: "Exit with 0 if both are the same, 1 if they differ, 2 in trouble." }),
  };
  #exitOfFault = 1;

  async run(): Promise<DiffAnswer> {
    const { args, flags } = await this.parse(RulesDiff);
    this.#exitOfFault = flags["exit-code"] ? 2 : 1;
    const templates = templatePlaces(flags.templates, this.config.root);
    const host = await openHost({ netns: flags.netns });
    const found = await diffRules(host, [args.a, args.b], { templates, say: (line) => this.say(line) });
    const text = renderDiff(found, flags.format);
    if (text !== "") this.log(text);
    const answer = diffAnswer(found);
    if (flags["exit-code"] && !answer.same) process.exitCode = 1;
    return answer;
  }

  protected override exitOfFault(): number {
    return this.#exitOfFault;
  }
}
