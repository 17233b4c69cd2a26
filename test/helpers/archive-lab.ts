import { expect } from "vitest";
import type { Lab } from "./lab.ts";

/** A ring with captures of yesterday that cannot be packed to less than they are, and an intent that archives them in /run/vault. */
export async function prepareArchive(lab: Lab, captures: number, machine = "at: here"): Promise<void> {
  const script = `mkdir -p /run/ring
day=$(date -d yesterday +%Y%m%d)
for hour in $(seq -f %02g 1 ${captures}); do head -c 100000 /dev/urandom > /run/ring/pcap-$day\${hour}0000.pcap; done
touch -d yesterday /run/ring/*
cat > /run/netlog.yaml << 'END'
version: 1
archive:
  vault: /run/vault
  format: tgz
  machines:
    edge: { ${machine}, captures: /run/ring, prune: 1m }
END`;
  expect(await lab.run("sh", ["-ec", script])).toMatchObject({ code: 0, stderr: "" });
}
