import type { LogSite } from "./sites.ts";

/** Which sites are asked for; what is undefined leaves none out. */
export interface Choice {
  /** What the prefix begins with. */
  readonly prefix?: string | undefined;
  readonly group?: number | undefined;
  /** An inet table sees packets of ip and of ip6. */
  readonly family?: string | undefined;
  /** Only those whose lines go nowhere. */
  readonly isNowhere?: boolean | undefined;
}

export function chooseSites(sites: readonly LogSite[], { prefix, group, family, isNowhere }: Choice): LogSite[] {
  return sites.filter(
    (site) =>
      (prefix === undefined || site.prefix?.startsWith(prefix) === true) &&
      (group === undefined || site.meant === `group ${group}` || site.to === `group ${group}`) &&
      (family === undefined || familiesOf(site.family).includes(family)) &&
      (isNowhere !== true || site.to === "nowhere"),
  );
}

function familiesOf(family: string): string[] {
  return family === "inet" ? ["inet", "ip", "ip6"] : [family];
}
