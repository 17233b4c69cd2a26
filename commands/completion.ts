import { Args, Flags } from "@oclif/core";
import { NetlogCommand } from "../src/cli/netlog-command.ts";
import { templatePlaces } from "../src/cli/rules-flags.ts";
import { COMPLETED_VALUES, listValues, openHost, readCompletion, SHELLS } from "../src/index.ts";

const INSTALLATION = `For this shell:

  bash  source <(netlogctl completion bash)
  zsh   source <(netlogctl completion zsh)
  fish  netlogctl completion fish | source

For all to come, as root:

  bash  netlogctl completion bash > /usr/share/bash-completion/completions/netlogctl
  zsh   netlogctl completion zsh > /usr/share/zsh/vendor-completions/_netlogctl
  fish  netlogctl completion fish > /usr/share/fish/vendor_completions.d/netlogctl.fish`;

/** What `completion` answers under --json. */
interface CompletionAnswer {
  readonly script?: string;
  readonly values?: readonly string[];
  readonly installation?: string;
}

export default class Completion extends NetlogCommand {
  static override summary = "Print what bash, zsh or fish needs to complete the words of netlogctl.";
  static override description =
    "Without SHELL it tells how that is installed. Commands, flags and the words that they take stand in the script; network namespaces, interfaces, groups, revisions, templates and fields of events are asked for when they are completed. Nothing that is completed is expanded or run, whatever its name.\n\nThe completion of zsh is sourced behind compinit.";
  static override examples = [
    { description: "How it is installed.", command: "<%= config.bin %> completion" },
    { description: "For this bash.", command: "source <(<%= config.bin %> completion bash)" },
  ];
  static override args = {
    shell: Args.string({ options: [...SHELLS], description: "The shell that is to source it.", ignoreStdin: true }),
  };
  static override flags = { values: Flags.string({ options: [...COMPLETED_VALUES], hidden: true }) };

  async run(): Promise<CompletionAnswer> {
    const { args, flags } = await this.parse(Completion);
    const { root } = this.config;
    const host = await openHost({});
    if (flags.values !== undefined) {
      const what = flags.values as (typeof COMPLETED_VALUES)[number];
      const values = await listValues(host, templatePlaces(undefined, root), what);
      if (values.length > 0) this.log(values.join("\n"));
      return { values };
    }
    if (args.shell === undefined) {
      this.log(INSTALLATION);
      return { installation: INSTALLATION };
    }
    const script = await readCompletion(host, root, args.shell as (typeof SHELLS)[number]);
    this.log(script.trimEnd());
    return { script };
  }
}
