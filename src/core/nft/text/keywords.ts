/**
 * The words that nft takes for its own wherever they stand, and for which it then has no way to be told that they are a
 * name. The union of what 1.0.6, 1.1.3 and 1.1.7 refuse: all of them can be the name of a table made through JSON.
 */
const KEYWORDS = new Set(
  [
    "eq ne le lt ge gt lshift rshift xor and or not vmap include define redefine undefine describe hook device devices",
    "table chain rule set element map flowtable handle ruleset socket tproxy accept drop continue jump goto return inet",
    "netdev add replace update create insert delete get list reset flush rename import export monitor destroy position",
    "index comment constant interval dynamic auto-merge timeout gc-interval elements expires policy size flow offload",
    "meter counter log queue limit quota hour day reject snat dnat masquerade redirect random th bridge ether type",
    "typeof vlan arp ip ecn time icmp icmpv6 igmp ip6 priority ah esp comp flags udp udplite vxlan vni geneve gre gretap",
    "tcp dccp sctp rt rt0 rt2 srh hbh frag dst mh meta mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace",
    "rtclassid ibriport ibrname obriport obrname pkttype cpu iifgroup oifgroup cgroup ct numgen jhash symhash dup fwd",
    "fib osf synproxy tunnel notrack all exists missing exthdr ipsec secmark xt",
  ].flatMap((line) => line.split(" ")),
);

/** Words that are nft's own and yet may stand as a value: `meta l4proto tcp`, `icmp type redirect`. */
const VALUES = new Set(
  [
    "reset destroy snat dnat redirect ether vlan arp ip ecn icmp icmpv6 igmp ip6 ah esp comp udp udplite gre tcp dccp",
    "sctp",
  ].flatMap((line) => line.split(" ")),
);

/** Whether nft reads the word as its own where a name should stand. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

/** Whether nft reads the word as its own where a value should stand; `ct event helper` is the one that depends on its place. */
export function isKeywordAsValue(word: string): boolean {
  return word === "helper" || (KEYWORDS.has(word) && !VALUES.has(word));
}
