import { Fault } from "../core/model/fault.ts";

/** Refuses flags that are of another source. @throws Fault */
export function refuseOthers(flags: {
  readonly source: string;
  readonly file: string | undefined;
  readonly socket: string | undefined;
  readonly after: number | undefined;
  readonly program: boolean;
  readonly conntrack: boolean;
}): void {
  const { source } = flags;
  if (source !== "kmsg" && flags.file !== undefined) {
    throw new Fault("usage", "--file is of the kernel log", "add --source kmsg");
  }
  const [ofBus] = [flags.socket === undefined ? [] : "--socket", flags.after === undefined ? [] : "--after"].flat();
  if (source !== "bus" && ofBus !== undefined) {
    throw new Fault("usage", `${ofBus} is of the log service`, "add --source bus");
  }
  const [ofGroups] = [flags.program ? "--program" : [], flags.conntrack ? "--conntrack" : []].flat();
  if (source !== "nflog" && ofGroups !== undefined) {
    throw new Fault("usage", `${ofGroups} is of packets that are read here`, "leave it out, or --source");
  }
}

const WHOLE: Readonly<Record<string, string>> = {
  kmsg: "the kernel log is one for the whole machine",
  bus: "the log service chose its groups itself",
};

/** Refuses to choose a group of what is one whole. @throws Fault */
export function refuseGroups(source: string, groups: readonly string[] | undefined, netns: string | undefined): void {
  if (groups === undefined && netns === undefined) return;
  const flag = netns === undefined ? "--group" : "--netns";
  throw new Fault("usage", `${WHOLE[source]}: ${flag} chooses nothing in it`, "choose by --prefix or --where");
}
