/** Bits of a capability set (include/uapi/linux/capability.h). */
const CAPABILITIES = { CAP_NET_ADMIN: 12n, CAP_SYS_MODULE: 16n, CAP_SYS_ADMIN: 21n } as const;
export type Capability = keyof typeof CAPABILITIES;

/** Whether /proc/self/status shows the capability as effective; undefined where it shows no set. */
export function hasCapability(status: string, capability: Capability): boolean | undefined {
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return set === undefined ? undefined : ((BigInt(`0x${set}`) >> CAPABILITIES[capability]) & 1n) === 1n;
}
