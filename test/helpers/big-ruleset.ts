import type { Lab } from "./lab.ts";

/** Interfaces that the ruleset names. */
const INTERFACES = ["eth0", "eth1", "br0"];

/**
 * A ruleset of somebody else with every kind of object in every family: 1,000 rules and a set with that many elements
 * in one table. No element of it expires and no packet is counted, so nft always lists it in the same words.
 */
export async function loadBigRuleset(lab: Lab, elements: number): Promise<void> {
  for (const link of INTERFACES) await lab.run("ip", ["link", "add", "name", link, "type", "bridge"]);
  const why = await load(lab, BASE + manyElements(elements) + INET + manyRules(1000));
  if (why !== "") throw new Error(why);
  // What not every kernel has.
  for (const text of OPTIONAL) await load(lab, text);
}

/** What nft has against a text; empty if it is loaded. */
async function load(lab: Lab, text: string): Promise<string> {
  await lab.run("tee", ["/run/big.nft"], text);
  const { code, stderr } = await lab.run("nft", ["-f", "/run/big.nft"]);
  return code === 0 ? "" : stderr;
}

function manyRules(count: number): string {
  const rules = Array.from({ length: count }, (_, n) => {
    const from = `ip saddr 10.${n >> 8}.${n & 255}.0/24`;
    const log = n % 10 === 0 ? `log prefix "theirs ${n}: " group ${n % 7} ` : "";
    return `${from} tcp dport ${1000 + n} counter ${log}${n % 3 === 0 ? "drop" : "accept"} comment "rule ${n}"`;
  });
  return `table inet crowd {\n  chain many {\n    ${rules.join("\n    ")}\n  }\n}\n`;
}

function manyElements(count: number): string {
  const elements = Array.from({ length: count }, (_, n) => `11.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`);
  return `table inet crowd {\n  set blocked { type ipv4_addr; size ${count}; elements = { ${elements.join(", ")} }; }\n}\n`;
}

const BASE = `
table ip plain {
  chain input { type filter hook input priority filter; policy accept; ip protocol icmp icmp type echo-request limit rate 5/second accept; }
  chain output { type route hook output priority mangle; meta mark set 7; }
  chain nat-out { type nat hook postrouting priority srcnat; meta l4proto tcp ip saddr 172.17.0.0/16 oifname != "docker0" masquerade to :1024-65535 persistent; }
  chain nat-in { type nat hook prerouting priority dstnat; tcp dport { 80, 443 } dnat to 10.0.0.2:8080; udp dport 53 redirect to :5353; }
}
table ip6 plain {
  chain input { type filter hook input priority filter - 5; policy drop; icmpv6 type { nd-neighbor-solicit, nd-router-advert } accept; ip6 saddr fe80::/10 reject with icmpv6 admin-prohibited; }
}
table arp watch {
  chain input { type filter hook input priority filter; arp operation request arp saddr ip 192.0.2.1 counter drop; }
}
table bridge segments {
  chain forward { type filter hook forward priority filter; ether type arp log prefix "arp " accept; vlan id 5 drop; ether saddr 02:00:00:00:00:01 drop; }
}
table netdev edge {
  set flooders { type ipv4_addr; size 1024; flags dynamic,timeout; timeout 1m; }
  chain in { type filter hook ingress device "eth0" priority -500; policy accept; ip saddr @flooders drop; tcp flags syn add @flooders { ip saddr limit rate over 10/second } drop; }
}
table ip asleep {
  flags dormant
  chain input { type filter hook input priority filter; counter drop; }
}
`;

const INET = `
table inet crowd {
  counter seen { }
  counter dropped { comment "what was dropped"; }
  quota monthly { over 2500 mbytes; }
  quota once { until 3 mbytes used 1 kbytes; }
  limit often { rate 400/minute burst 20 packets; }
  limit wide { rate over 10 mbytes/second burst 1 mbytes; }
  ct helper ftp-std { type "ftp" protocol tcp; l3proto ip; }
  set v6 { type ipv6_addr; flags interval; auto-merge; elements = { 2001:db8::/32, fd00::1-fd00::ff }; }
  set macs { type ether_addr; elements = { 02:00:00:00:00:0a, 02:00:00:00:00:0b comment "spare" }; }
  set ports { type inet_service; flags constant,interval; elements = { 22, 80-90, 443 }; }
  set links { type ifname; elements = { "eth0", "wg0" }; }
  set marks { type mark; elements = { 0x00000001, 0x0000abcd }; }
  set pairs { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 80-90, 198.51.100.7 . 443 }; }
  set typed { typeof ip saddr . tcp dport; elements = { 192.0.2.1 . 22 }; }
  set lately { type ipv4_addr; size 65535; flags dynamic; }
  set counted { type ipv4_addr; counter; elements = { 192.0.2.9 }; }
  map to-mark { type ipv4_addr : mark; flags interval; elements = { 10.0.0.0/8 : 0x00000010, 192.168.0.0/16 : 0x00000020 }; }
  map to-host { type inet_service : ipv4_addr . inet_service; elements = { 8080 : 10.0.0.2 . 80 }; }
  map to-counter { type inet_service : counter; elements = { 80 : "seen", 443 : "dropped" }; }
  map to-quota { type ipv4_addr : quota; elements = { 192.0.2.77 : "monthly" }; }
  map by-link { type ifname : verdict; elements = { "eth0" : jump from-eth0, "eth1" : goto many }; }
  chain many { }
  chain from-eth0 {
    ct state vmap { established : accept, related : accept, invalid : drop }
    tcp dport vmap { 22 : accept, 80-90 : jump many, 443 : return }
    ip saddr . tcp dport @pairs accept
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname vmap @by-link
    counter name tcp dport map @to-counter
    quota name "monthly" drop
    limit name "often" log prefix "theirs: " level info flags all
    meta mark set ip saddr map @to-mark
    update @lately { ip saddr limit rate 10/minute burst 5 packets } accept
    tcp dport 21 ct helper set "ftp-std"
    ip saddr @blocked drop
    ip6 saddr @v6 ether saddr @macs meta mark @marks counter drop
    fib saddr . iif oif missing drop
    numgen random mod 4 0 accept
    meta skuid 1000 meta hour "08:00"-"18:00" accept
    @th,16,16 53 log group 3 snaplen 64 queue-threshold 20 prefix "theirs raw"
  }
  chain forward {
    type filter hook forward priority filter - 5; policy accept;
    tcp flags syn tcp option maxseg size set rt mtu
    ct count over 20 reject with tcp reset
    meta nftrace set 1
    ip dscp set cs1
    jhash ip saddr mod 8 seed 0xdeadbeef 2 accept
  }
}
`;

const OPTIONAL: readonly string[] = [
  'table inet crowd { flowtable fast { hook ingress priority filter; devices = { "eth0", "eth1" }; }\n}\n',
  "table inet crowd { ct timeout slow { protocol tcp; l3proto ip; policy = { established : 120, close : 20 }; }\n}\n",
  "table inet crowd { ct expectation later { protocol udp; dport 9876; timeout 2m; size 12; l3proto ip; }\n}\n",
  "table inet crowd { synproxy shield { mss 1460; wscale 7; timestamp sack-perm; }\n}\n",
  'table inet crowd { secmark ssh { "system_u:object_r:ssh_server_packet_t:s0"; }\n}\n',
  'table netdev edge { chain out { type filter hook egress device "eth0" priority 0; counter; }\n}\n',
  "table inet crowd { chain queued { queue num 1-3 bypass,fanout; }\n}\n",
  "table inet crowd { chain proxied { tcp dport 80 tproxy ip to 127.0.0.1:3128; tcp dport 81 synproxy mss 1400; }\n}\n",
  'table netdev edge { chain in { ip daddr 192.0.2.200 dup to "eth1"; ip daddr 192.0.2.201 fwd to "eth1"; }\n}\n',
  'table inet named { comment "with a comment"; chain c { comment "also with one"; }\n}\n',
];
