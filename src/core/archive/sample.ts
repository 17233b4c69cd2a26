/** The section of an intent for the nightly archive with every key, as a comment to be uncommented. */
export const ARCHIVE_SAMPLE = `# The archive (netlogctl archive pull): each day that is over, of each machine, into a vault: NetLogs/MACHINE/YYYY-MM-DD.
# archive:
#   vault: /var/lib/netlogctl/NetLogs   # or { at: "qubes:secrets-vault", path: NetLogs }
#   format: tar.zst            # or tgz
#   age: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]   # who may read it
#   keep: 365d                 # what archive prune leaves, by age
#   max-size: 50GiB            # and by size
#   look-back: 14d             # how far back days are caught up that are missing
#   machines:                  # at: here, netns:NAME, ssh:[USER@]HOST, qubes:[USER@]VM, or { exec: [...] }
#     router: { captures: true, kernel-log: ["SYSFW:"], events: true, prune: 2d }   # pruned once verified
#     edge: { at: "ssh:root@edge", captures: /var/log/netpcap }
#     guest: { at: { exec: [lxc-attach, -n, guest, --, sh, -c, "{command}"] }, events: true }
`;
